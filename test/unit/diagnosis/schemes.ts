import { createHash, createPublicKey } from 'node:crypto';
import type { Cause } from '../../../src/diagnosis/cause.ts';
import type { DiagnosisContext } from '../../../src/diagnosis/diagnose.ts';
import {
  headerValue,
  withHeader,
  withoutHeaders,
  type Header,
  type RawRequest,
} from '../../../src/model/request.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { signsBody } from '../../../src/signing/content.ts';
import { signsUrl } from '../../../src/signing/describe.ts';
import { privateKey } from '../../../src/signing/keys.ts';
import type { ContentScheme, HmacScheme, Secret } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { received } from './causes.ts';

export const NOW = 1_800_000_000_000;
const URL_SENT = 'https://app.example/hooks/in?a=1';
const WHSEC = 'whsec_c2VjcmV0IG9mIHRoZSB0YWJsZQ';
const PRIVATE = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** A request spoilt in one way, with what is configured for it. */
export interface SchemeCase {
  readonly name: string;
  readonly cause: Cause;
  readonly request: RawRequest;
  readonly secret: Secret;
  readonly context: DiagnosisContext;
}

interface Sent {
  readonly scheme?: ContentScheme;
  readonly body?: string;
  readonly secret?: Secret;
  readonly url?: string;
  readonly now?: number;
  readonly headers?: readonly Header[];
}

/** What the sender signs with, and what the receiver verifies with. */
export function keysOf(scheme: ContentScheme): { readonly sender: Secret; readonly receiver: Secret } {
  if (scheme.kind !== 'asymmetric') return { sender: WHSEC, receiver: WHSEC };
  const pem = createPublicKey(privateKey(scheme, PRIVATE)!).export({ format: 'pem', type: 'spki' });
  return { sender: PRIVATE, receiver: pem.toString() };
}

/** The body of a provider's request; where its signature stands in the body, with a place for it. */
function bodyOf({ body, signature: { value } }: Provider): string {
  if (body === 'form') return 'From=%2B15005550006&Body=Zo%C3%AB&To=%2B1';
  const isInside = value.kind !== 'none' && value.kind !== 'token' && 'body' in value.signature;
  const signature = { token: 'tok', timestamp: String(NOW / 1_000), signature: '' };
  return JSON.stringify({ ...(isInside ? { signature } : {}), a: 1, name: 'Zoë', list: [1, 2] });
}

export function sent(provider: Provider, change: Sent = {}): RawRequest {
  const own = provider.signature.value as ContentScheme;
  const { scheme = own, body = bodyOf(provider), url = URL_SENT, now = NOW, headers = [] } = change;
  const ids = Object.values(own.values ?? {}).flatMap((place): Header[] =>
    'header' in place ? [[place.header, 'msg_1']] : [],
  );
  const type = provider.body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const request = {
    method: 'POST',
    url,
    headers: [['Host', new URL(url).host], ['Content-Type', type], ...ids, ...headers] satisfies Header[],
    body: Buffer.from(body),
  };
  return received(sign(scheme, request, change.secret ?? keysOf(own).sender, { now }));
}

/** Every cause that a scheme of this make can have, each by one change. */
export function* schemeCases(provider: Provider, other: Provider): Generator<SchemeCase> {
  const scheme = provider.signature.value as ContentScheme;
  const { receiver, sender } = keysOf(scheme);
  const made = (
    name: string,
    cause: Cause,
    request: RawRequest,
    secret: Secret = receiver,
    context: DiagnosisContext = {},
  ): SchemeCase => ({ name, cause, request, secret, context: { now: NOW, ...context } });
  const good = sent(provider);
  const text = good.body.toString();

  if (signsBody(scheme) && provider.body === 'json') {
    const pretty = JSON.stringify(JSON.parse(text), null, 2);
    const bodies: readonly (readonly [string, Cause, string, string | Uint8Array])[] = [
      ['a newline was added', 'body-newline', text, `${text}\n`],
      ['a newline was lost', 'body-newline', `${text}\n`, text],
      ['written again', 'body-reserialized', pretty, text],
      ['indented by something on the way', 'body-reserialized', text, pretty],
      ['a byte order mark was added', 'body-bom', text, `\ufeff${text}`],
      ['in base64', 'body-base64', text, Buffer.from(text).toString('base64')],
      ['stringified twice', 'body-quoted', text, JSON.stringify(text)],
      ['NULs at its end', 'body-padding', text, `${text}\0\0`],
      ['LF became CR LF', 'body-line-endings', 'a\nb', 'a\r\nb'],
    ];
    for (const [name, cause, body, arrived] of bodies) {
      yield made(name, cause, { ...sent(provider, { body }), body: Buffer.from(arrived) });
    }
  }
  if (scheme.kind === 'hmac') yield* secretCases(provider, scheme, made);
  else {
    // Those of other algorithms cannot be taken for a public one.
    if (scheme.kind === 'asymmetric' && scheme.algorithm === 'ed25519')
      yield made('the private key', 'secret-encoding', good, sender);
    yield made('what is no key', 'secret-encoding', good, 'whsec_x');
  }
  yield made('the secret of another endpoint', 'secret-other', good, otherKey(scheme), {
    otherSecrets: [
      { name: 'ep_1', secret: otherKey(scheme, 2) },
      { name: 'ep_2', secret: receiver },
    ],
  });
  yield made('quite another secret', 'secret-wrong', good, otherKey(scheme));
  yield made('no secret', 'secret-empty', good, '');

  if ('header' in scheme.signature) yield* headerCases(provider, good, scheme.signature.header, made);
  if (scheme.content !== undefined && scheme.kind !== 'digest' && signsBody(scheme)) {
    yield made(
      'the body alone',
      'content-wrong',
      sent(provider, { scheme: { ...scheme, content: '{body}' } }),
    );
  }
  if (scheme.timestamp !== undefined && signsBody(scheme)) yield* timeCases(provider, scheme, made);
  for (const place of Object.values(scheme.values ?? {})) {
    if (!('header' in place)) continue;
    const without = { ...good, headers: withoutHeaders(good.headers, [place.header]) };
    yield made(`without ${place.header}`, 'content-missing', without);
  }
  if (signsUrl(scheme)) yield* urlCases(provider, good, made);
  yield made(`a request of ${other.name}`, 'provider-other', sent(other), otherKey(scheme), {
    providers: [provider, other],
    secretsFor: (id) => (id === other.id ? [keysOf(other.signature.value as ContentScheme).receiver] : []),
  });
}

type Make = (
  name: string,
  cause: Cause,
  request: RawRequest,
  secret?: Secret,
  context?: DiagnosisContext,
) => SchemeCase;

function* secretCases(provider: Provider, scheme: HmacScheme, made: Make): Generator<SchemeCase> {
  const good = sent(provider);
  yield made('a newline after the secret', 'secret-whitespace', good, ` ${WHSEC}\n`);
  yield made('quotes around the secret', 'secret-whitespace', good, `"${WHSEC}"`);
  yield made('the line of an .env file', 'secret-prefix', good, `WEBHOOK_SECRET="${WHSEC}"`);
  const { key: _, ...plain } = scheme;
  const raw = (secret: Secret): RawRequest => sent(provider, { scheme: plain, secret });
  const bytes = Buffer.from(WHSEC.slice(6), 'base64');
  if (scheme.key === undefined) {
    yield made('decoded by the sender', 'secret-encoding', raw(bytes), WHSEC);
    yield made('whsec_ not left out', 'secret-prefix', raw(WHSEC.slice(6)), WHSEC);
    yield made('whsec_ left out', 'secret-prefix', good, WHSEC.slice(6));
  } else {
    yield made('its text taken by the sender', 'secret-encoding', raw(WHSEC), WHSEC);
    yield made('the text after whsec_ taken by the sender', 'secret-encoding', raw(WHSEC.slice(6)), WHSEC);
    yield made(
      'hex decoded by the sender',
      'secret-encoding',
      raw(Buffer.from('00ff10ab', 'hex')),
      '00ff10ab',
    );
  }
  yield made('signed with an empty secret', 'secret-empty', emptySigned(provider, good));
}

/** `sign` refuses an empty secret; an HMAC pads keys with NULs, so that one NUL is the same. */
function emptySigned(provider: Provider, good: RawRequest): RawRequest {
  const { key: _, ...plain } = provider.signature.value as HmacScheme;
  return { ...good, ...sent(provider, { scheme: plain, secret: Buffer.from([0]) }) };
}

function* headerCases(
  provider: Provider,
  good: RawRequest,
  header: string,
  made: Make,
): Generator<SchemeCase> {
  const scheme = provider.signature.value as ContentScheme;
  const [form] = scheme.forms;
  const written = (encoding: 'hex' | 'base64'): RawRequest =>
    sent(provider, { scheme: { ...scheme, forms: [{ ...form, encoding }] } });
  if (scheme.kind === 'hmac') {
    const isHex = form.encoding === 'hex';
    yield made(`in ${isHex ? 'base64' : 'hex'}`, 'signature-encoding', written(isHex ? 'base64' : 'hex'));
    yield made(
      'made with SHA-512',
      'signature-algorithm',
      sent(provider, { scheme: { ...scheme, hash: 'sha512' } }),
    );
  }
  const value = headerValue(good.headers, header)!;
  const bare = withoutHeaders(good.headers, [header]);
  const isField = scheme.timestamp !== undefined && 'field' in scheme.timestamp.from;
  if (scheme.kind === 'hmac' && !isField) {
    yield made('in another header', 'signature-header', {
      ...good,
      headers: [...bare, ['X-My-Signature', value]],
    });
  }
  yield made('without a header', 'signature-missing', { ...good, headers: bare });
  // What is as long as one likes may be anything.
  if (scheme.kind === 'asymmetric' && scheme.algorithm !== 'ed25519') return;
  const nonsense = withHeader(good.headers, header, 'signed');
  yield made('no signature', 'signature-malformed', { ...good, headers: nonsense });
}

function* timeCases(provider: Provider, scheme: ContentScheme, made: Make): Generator<SchemeCase> {
  const { from, toleranceSeconds, format } = scheme.timestamp!;
  if (toleranceSeconds !== null) {
    const off = (toleranceSeconds + 60) * 1_000;
    yield made('an old request', 'time-too-old', sent(provider, { now: NOW - off }));
    yield made('a clock ahead', 'time-too-new', sent(provider, { now: NOW + off }));
    if (format === 'unix') {
      yield made('in milliseconds', 'time-too-new', sent(provider, { now: NOW * 1_000 }));
    }
  }
  const templates = [
    '{timestamp}.{body}',
    '{timestamp}:{body}',
    '{timestamp}{body}',
    'v0:{timestamp}:{body}',
  ];
  for (const content of templates.filter((template) => template !== scheme.content)) {
    yield made(content, 'content-wrong', sent(provider, { scheme: { ...scheme, content } }));
  }
  if ('header' in from) {
    const told = headerValue(sent(provider).headers, from.header)!;
    const other = format === 'unix' ? `${told}000` : told.slice(0, -3);
    const signed = sent(provider, { headers: [[from.header, other]] });
    const headers = withHeader(signed.headers, from.header, told);
    yield made('signed in another unit', 'content-timestamp', { ...signed, headers });
    const without = withoutHeaders(signed.headers, [from.header]);
    yield made(`without ${from.header}`, 'content-missing', { ...signed, headers: without });
  }
}

function* urlCases(provider: Provider, good: RawRequest, made: Make): Generator<SchemeCase> {
  const at = (url: string): RawRequest => ({ ...sent(provider, { url }), path: good.path });
  const publicUrl = { urls: [URL_SENT] };
  const http = at('http://app.example/hooks/in?a=1');
  yield made('signed for http', 'url-wrong', http, undefined, publicUrl);
  const port = at('https://app.example:8443/hooks/in?a=1');
  const headers = withHeader(port.headers, 'Host', 'app.example:8443');
  yield made('signed with a port', 'url-wrong', { ...port, headers }, undefined, publicUrl);
  yield made('signed without the query', 'url-wrong', at('https://app.example/hooks/in'));
  yield made('signed with a slash', 'url-wrong', at('https://app.example/hooks/in/?a=1'));
  yield made('signed without a path', 'url-wrong', at('https://app.example'));
  yield made('another public URL', 'url-wrong', good, undefined, {
    urls: ['https://other.example/hooks/in?a=1'],
  });
}

function otherKey(scheme: ContentScheme, number = 1): Secret {
  if (scheme.kind !== 'asymmetric') return Buffer.from(`quite another one ${number}`).toString('base64');
  const seed = createHash('sha256').update(`key ${number}`).digest('hex');
  return createPublicKey(privateKey(scheme, seed)!).export({ format: 'pem', type: 'spki' }).toString();
}
