import type { KeyObject } from 'node:crypto';
import { WebhookError } from '../errors.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { parseUrl } from '../model/url.ts';
import { contentsOf } from './content.ts';
import { encodeDigest, hmac, plainDigest } from './digest.ts';
import { hmacKey, privateKey, signBytes, writtenAs } from './keys.ts';
import { placeIfHeld, placeToken, placeValue } from './place.ts';
import type { ContentScheme, Secret, SignatureForm, SignatureScheme, SignedTime } from './scheme.ts';
import { isForm, readRequest, signedView } from './signed-request.ts';
import { formatTime } from './time.ts';

export interface SignContext {
  /** Milliseconds since the Unix epoch: what a timestamp says. */
  readonly now: number;
  /** One of the scheme's; the first unless given. */
  readonly form?: SignatureForm | undefined;
  /** A timestamp that stands in the body or the URL is signed as it is, as one in a header always is; else it is set to `now`. */
  readonly keepTime?: boolean | undefined;
}

/**
 * A request with its signature: the scheme's record run backwards. Where the signature or its timestamp stands in the URL or the
 * body, those change too, and every other byte stays as it is.
 *
 * A timestamp header that the request already has is signed as it is. One that belongs in the body is left out where the body can
 * hold none and the signature does without it.
 * @throws {WebhookError} `ERR_EMPTY_SECRET`: an HMAC with an empty key verifies anywhere the key was forgotten. `ERR_SECRET` for what
 * is no private key. `ERR_UNSIGNABLE` where the request lacks something that is signed.
 */
export function sign(
  scheme: SignatureScheme,
  request: OutgoingRequest,
  secret: Secret,
  context: SignContext,
): OutgoingRequest {
  if (scheme.kind === 'none') return request;
  if (secret.length === 0) {
    throw new WebhookError('ERR_EMPTY_SECRET', 'will not sign with an empty secret', {
      hint: 'give the one that you and the provider share (--secret, --secret-file or WEBHOOK_SECRET)',
    });
  }
  return scheme.kind === 'token'
    ? placeToken(scheme, request, secret)
    : signContent(scheme, request, secret, context);
}

function signContent(
  scheme: ContentScheme,
  request: OutgoingRequest,
  secret: Secret,
  { now, form = scheme.forms[0], keepTime = false }: SignContext,
): OutgoingRequest {
  const key = keyOf(scheme, secret);
  const time = scheme.timestamp;
  const present = time === undefined ? undefined : presentTime(time, request, keepTime);
  const text = time === undefined ? '' : (present ?? formatTime(time.format, now));
  const dated = time === undefined || present !== undefined ? request : withTime(scheme, request, text);
  const whole = withBodyDigest(scheme, dated);
  const field = (name: string): string | undefined =>
    time !== undefined && 'field' in time.from && time.from.field === name ? text : undefined;
  const [content] = contentsOf(scheme, readRequest(signedView(whole)), field, {
    urls: [urlOf(whole)],
    ...(scheme.kind === 'digest' ? { secret } : {}),
  });
  if ('missing' in content) {
    throw new WebhookError(
      'ERR_UNSIGNABLE',
      `the signature covers ${content.missing}, which the request lacks`,
      {
        hint: 'give it with --header or in the body',
      },
    );
  }
  const signature = form.prefix + encodeDigest(form.encoding, digestOf(scheme, key, content.parts));
  const written = (scheme.write ?? '{signature}').replace(/\{(timestamp|signature)\}/g, (_, name) =>
    name === 'timestamp' ? text : signature,
  );
  return placeValue(scheme.signature, whole, written);
}

/** As its receiver puts it together again: without a fragment, which is not sent. */
function urlOf({ url }: OutgoingRequest): string {
  return (parseUrl(url)?.href ?? url).replace(/#.*$/s, '');
}

function presentTime({ from }: SignedTime, request: OutgoingRequest, keepTime: boolean): string | undefined {
  if ('field' in from || (!keepTime && !('header' in from))) return undefined;
  return readRequest(signedView(request)).readText(from);
}

function withTime(scheme: ContentScheme, request: OutgoingRequest, text: string): OutgoingRequest {
  const { from, isNumber } = scheme.timestamp!;
  if ('field' in from) return request;
  const place = 'body' in from ? { body: from.body, isNumber } : from;
  return signsTime(scheme)
    ? placeValue(place, request, text)
    : (placeIfHeld(place, request, text) ?? request);
}

function signsTime({ content = '{body}' }: ContentScheme): boolean {
  return /\{timestamp[|}]/.test(content);
}

function withBodyDigest(scheme: ContentScheme, request: OutgoingRequest): OutgoingRequest {
  const rule = scheme.bodyDigest;
  if (rule === undefined) return request;
  const isDue = request.body.length > 0 && !isForm(request.headers);
  // One that is there is checked whatever the body is.
  const isThere = readRequest(signedView(request)).readText({ query: rule.query }) !== undefined;
  if (!isDue && !isThere) return request;
  return placeValue(
    { query: rule.query },
    request,
    encodeDigest(rule.encoding, plainDigest(rule.hash, request.body)),
  );
}

function keyOf(scheme: ContentScheme, secret: Secret): Secret | KeyObject {
  if (scheme.kind === 'digest') return secret;
  const key = scheme.kind === 'hmac' ? hmacKey(scheme, secret) : privateKey(scheme, secret);
  if (key !== null) return key;
  throw new WebhookError(
    'ERR_SECRET',
    scheme.kind === 'hmac'
      ? `the secret is not ${writtenAs(scheme)}`
      : `signing needs a private ${scheme.algorithm} key, and the secret is none`,
    {
      hint:
        scheme.kind === 'hmac'
          ? 'copy it from the provider as it stands, whole and without quotes'
          : 'give it as PEM (--secret-file key.pem); requests are verified with its public half',
    },
  );
}

function digestOf(scheme: ContentScheme, key: Secret | KeyObject, parts: readonly Uint8Array[]): Buffer {
  if (scheme.kind === 'hmac') return hmac(scheme.hash, key as Secret, ...parts);
  if (scheme.kind === 'digest') return plainDigest(scheme.hash, ...parts);
  return signBytes(scheme.algorithm, key as KeyObject, parts);
}
