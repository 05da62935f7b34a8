import { failed, passed, warned, type Finding } from '../model/check.ts';
import { describeSuccess, isSuccess, ANY_2XX, type Provider } from '../providers/provider.ts';
import { signatureName, signsUrl } from '../signing/describe.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import { isAcknowledged, type Exchange, type Subject } from './session.ts';

/** What a rule makes of what it saw. */
export interface RuleFinding extends Finding {
  /** Whether what must be refused was accepted. */
  readonly isAccepted?: boolean;
}

/** `answered 401, expected 2xx: invalid signature`. */
export function saw({ status, error, excerpt }: Exchange, expected: string): string {
  if (status === null) return `no answer: ${error?.message ?? 'none came'}`;
  return `answered ${status}, expected ${expected}${excerpt === '' ? '' : `: ${excerpt}`}`;
}

/** Whether a correct delivery was acknowledged. */
export function judgeAcknowledged(exchange: Exchange, subject: Subject): Finding {
  return isAcknowledged(exchange, subject.provider)
    ? passed()
    : failed(saw(exchange, describeSuccess(subject.provider.success.value)), whyNot(exchange, subject));
}

export function isRefused({ status }: Exchange): boolean {
  return status !== null && status >= 400 && status <= 499;
}

export function isAccepted({ status }: Exchange): boolean {
  return status !== null && isSuccess(ANY_2XX, status);
}

export const BY_RATE_LIMIT = 'that is a limit of the rate and proves nothing: raise it for the test';

/** Whether something was refused that must be. `ifAccepted` says what is wrong with an app that takes it. */
export function judgeRefused(exchange: Exchange, ifAccepted: string): RuleFinding {
  const message = saw(exchange, '4xx');
  if (exchange.status === 429) return warned(message, BY_RATE_LIMIT);
  if (isRefused(exchange)) return passed();
  if (isAccepted(exchange)) return { ...failed(message, ifAccepted), isAccepted: true };
  return failed(
    message,
    exchange.status === null || exchange.status >= 500
      ? 'answer 401: after a failure or no answer a provider only tries again'
      : 'answer 401',
  );
}

/** What may be the reason that a correct delivery is not acknowledged. */
export function whyNot({ status, error, eventType }: Exchange, subject: Subject): string | null {
  const { provider, url, secret } = subject;
  if (status === null) {
    switch (error?.code) {
      case 'timeout':
        return 'answer first and do the work afterwards; --timeout waits longer';
      case 'refused':
        return 'the app listens no more: did it crash? see its log';
      case 'reset':
        return 'the app dropped the connection: did it crash? see its log';
      case 'tls':
        return 'find out more with: webhook-cli doctor';
      default:
        return null;
    }
  }
  if (isSuccess(ANY_2XX, status)) {
    const rule = describeSuccess(provider.success.value);
    return `${provider.name} acknowledges on ${rule} only: answer ${provider.success.value[0]?.[0] ?? 200}`;
  }
  if (status < 400) return 'redirects are not followed: give the URL that it leads to';
  switch (status) {
    case 401:
    case 403:
      return secret === null
        ? 'the app wants a signature: give its secret with --secret'
        : whyRefused(provider.signature.value, url);
    case 404:
      return `is the path right? the app knows no POST ${new URL(url).pathname}`;
    case 405:
      return 'does the route take POST?';
    case 400:
    case 422:
      return `the app refuses the payload; see it with: webhook-cli providers show ${provider.id}${eventType === null ? '' : ` ${eventType}`}`;
    case 415:
      return `let the app take ${contentTypeOf(provider)}`;
    case 429:
      return 'the app limits the rate: raise the limit for the test';
    case 502:
    case 503:
    case 504:
      return 'is the app up behind its proxy? --wait 30s waits for it';
    default:
      return status >= 500 ? 'the app failed: see its log' : null;
  }
}

function whyRefused(scheme: SignatureScheme, url: string): string {
  const name = signatureName(scheme);
  if (scheme.kind === 'token') return `does the app have the same token, and read ${name}?`;
  if (scheme.kind === 'asymmetric')
    return `does the app have the public key of this secret, and read ${name}?`;
  const signed = signsUrl(scheme) ? `, and does it verify ${new URL(url).origin} as the URL's beginning` : '';
  return `does the app have the same secret, and read ${name}${signed}?`;
}

/** What a provider calls its bodies. */
export function contentTypeOf({ body }: Provider): string {
  return body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
}
