import type { KeyObject } from 'node:crypto';
import { WebhookError } from '../errors.ts';
import { withHeader, type OutgoingRequest } from '../model/request.ts';
import { contentsOf } from './content.ts';
import { encodeDigest, hmac, plainDigest } from './digest.ts';
import { hmacKey, privateKey, signBytes, writtenAs } from './keys.ts';
import { placeToken, placeValue } from './place.ts';
import type { ContentScheme, Secret, SignatureForm, SignatureScheme } from './scheme.ts';
import { isForm, readRequest, signedView } from './signed-request.ts';
import { formatTime } from './time.ts';

export interface SignContext {
  /** Milliseconds since the Unix epoch: what a timestamp says. */
  readonly now: number;
  /** One of the scheme's; the first unless given. */
  readonly form?: SignatureForm | undefined;
}

/**
 * A request with its signature: the scheme's record run backwards. Where the signature or its timestamp stands in the URL or the
 * body, those change too; a JSON body is then written again, as JSON.stringify does.
 *
 * A timestamp header that the request already has is signed as it is.
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
  { now, form = scheme.forms[0] }: SignContext,
): OutgoingRequest {
  const key = keyOf(scheme, secret);
  const time = scheme.timestamp;
  const text = time === undefined ? '' : timeText(scheme, request, now);
  const dated = time === undefined ? request : withTime(scheme, request, text);
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
  return (URL.canParse(url) ? new URL(url).href : url).replace(/#.*$/s, '');
}

function timeText(scheme: ContentScheme, request: OutgoingRequest, now: number): string {
  const { from, format } = scheme.timestamp!;
  const present = 'header' in from ? readRequest(signedView(request)).readText(from) : undefined;
  return present ?? formatTime(format, now);
}

function withTime(scheme: ContentScheme, request: OutgoingRequest, text: string): OutgoingRequest {
  const { from } = scheme.timestamp!;
  if ('field' in from) return request;
  if ('header' in from) return { ...request, headers: withHeader(request.headers, from.header, text) };
  return placeValue(from, request, text);
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
