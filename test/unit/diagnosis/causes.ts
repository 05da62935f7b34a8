import { createHmac } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Cause } from '../../../src/diagnosis/cause.ts';
import type { DiagnosisContext } from '../../../src/diagnosis/diagnose.ts';
import {
  withHeader,
  withoutHeaders,
  type Header,
  type OutgoingRequest,
  type RawRequest,
} from '../../../src/model/request.ts';
import { compliancely } from '../../../src/providers/compliancely.ts';
import { deiterate } from '../../../src/providers/deiterate.ts';
import { filedgr } from '../../../src/providers/filedgr.ts';
import { iverton } from '../../../src/providers/iverton.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { taskplatform } from '../../../src/providers/taskplatform.ts';
import { signRequest } from '../../../src/providers/signatures.ts';
import { formsOf, hasContent, signatureHeader } from '../../../src/signing/describe.ts';

/** The secret that the sender signs with, unless a case says otherwise. */
export const SECRET = 'whsec_c2VjcmV0IG9mIHRoZSB0YWJsZQ';
export const NOW_SECONDS = 1_800_000_000;
const URL_SENT = 'https://app.example/webhooks';

/** Those that sign the body alone, as hex in a header. The others are in schemes.ts. */
export const plainProviders: readonly Provider[] = [compliancely, deiterate, filedgr, iverton, taskplatform];

/** A request spoilt in one way. */
export interface Case {
  readonly name: string;
  readonly cause: Cause;
  readonly request: RawRequest;
  /** What the receiver is configured with. */
  readonly secret: string;
  readonly context?: DiagnosisContext;
}

const bytes = (text: string): Buffer => Buffer.from(text);
const mac = (secret: string | Buffer, content: string | Uint8Array, hash = 'sha256'): Buffer =>
  createHmac(hash, secret).update(content).digest();

/** A request as the provider sends it, over any body. */
export function goodRequest(
  provider: Provider,
  body: Uint8Array,
  headers: readonly Header[] = [],
  secret: string | Buffer = SECRET,
): RawRequest {
  const scheme = provider.signature.value;
  const values = hasContent(scheme) ? Object.values(scheme.values ?? {}) : [];
  const unsigned = {
    method: 'POST',
    url: URL_SENT,
    headers: [
      ['Host', 'app.example'],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
      ...values.flatMap((place): Header[] => ('header' in place ? [[place.header, 'msg_1']] : [])),
      ...headers,
    ] satisfies Header[],
    body,
  };
  return received(signRequest(provider, unsigned, secret, { now: NOW_SECONDS * 1_000 }));
}

/** A request as it arrives. */
export function received({ method, url, headers, body }: OutgoingRequest): RawRequest {
  const { pathname, search } = new URL(url);
  return { method, path: pathname + search, headers, body };
}

/** Every cause, made by one change to a good request of the provider. */
export function* cases(
  provider: Provider,
  payload: Uint8Array,
  others: readonly Provider[],
): Generator<Case> {
  const scheme = provider.signature.value;
  const own = signatureHeader(scheme)!;
  const { prefix } = formsOf(scheme)[0]!;
  const json = Buffer.from(payload).toString();
  const good = goodRequest(provider, payload);
  const made = (
    name: string,
    cause: Cause,
    request: RawRequest,
    secret = SECRET,
    context: DiagnosisContext = {},
  ): Case => ({
    name,
    cause,
    request,
    secret,
    context,
  });
  /** Signed over one body, and arrived with another. */
  const changed = (
    name: string,
    cause: Cause,
    signed: string | Uint8Array,
    arrived: string | Uint8Array,
    headers: Header[] = [],
  ): Case =>
    made(name, cause, {
      ...goodRequest(provider, typeof signed === 'string' ? bytes(signed) : signed, headers),
      body: typeof arrived === 'string' ? bytes(arrived) : arrived,
    });
  const tree = JSON.parse(json) as unknown;
  const compact = JSON.stringify(tree);
  const pretty = JSON.stringify(tree, null, 2);
  const spaced = pretty.replace(/\n\s*/g, ' ').replace(/([{[]) | ([}\]])/g, '$1$2');

  yield changed('pretty-printed by something on the way', 'body-reserialized', compact, pretty);
  yield changed('indented where it was signed', 'body-reserialized', pretty, compact);
  yield changed('signed with spaces, parsed and written again', 'body-reserialized', spaced, compact);
  yield changed(
    '10.0 became 10',
    'body-reserialized',
    '{"amount":10.0,"name":"x"}',
    '{"amount":10,"name":"x"}',
  );
  yield changed('escaped slashes lost', 'body-reserialized', '{"url":"http:\\/\\/a"}', '{"url":"http://a"}');
  yield changed('a newline was added', 'body-newline', compact, `${compact}\n`);
  yield changed('a newline was lost', 'body-newline', `${compact}\n`, compact);
  yield changed('CR LF was added', 'body-newline', compact, `${compact}\r\n`);
  yield changed('LF became CR LF', 'body-line-endings', 'a\nb\nc', 'a\r\nb\r\nc');
  yield changed('CR LF became LF', 'body-line-endings', 'a\r\nb\r\nc', 'a\nb\nc');
  yield changed('a byte order mark was added', 'body-bom', compact, `\ufeff${compact}`);
  yield changed('a byte order mark was lost', 'body-bom', `\ufeff${compact}`, compact);
  const accented = '{"name":"Zoë"}';
  yield changed(
    'UTF-8 taken for Latin-1',
    'body-charset',
    accented,
    bytes(Buffer.from(accented).toString('latin1')),
  );
  yield changed('written as Latin-1', 'body-charset', accented, Buffer.from(accented, 'latin1'));
  yield changed(
    'replaced what is no UTF-8',
    'body-charset',
    Buffer.from('{"a":"\xe9"}', 'latin1'),
    '{"a":"\ufffd"}',
    [],
  );
  const form: Header[] = [['Content-Type', 'application/x-www-form-urlencoded']];
  yield changed('%20 became +', 'body-form', 'a=b%20c&d=%2f', 'a=b+c&d=%2f', form);
  yield changed('+ became %20', 'body-form', 'a=b+c', 'a=b%20c', form);
  yield changed('signed before compression', 'body-encoding', compact, gzipSync(compact), [
    ['Content-Encoding', 'gzip'],
  ]);
  yield changed('decompressed after signing', 'body-encoding', gzipSync(compact), compact, [
    ['Content-Encoding', 'gzip'],
  ]);
  yield changed('signed before Brotli', 'body-encoding', compact, brotliCompressSync(compact), [
    ['Content-Encoding', 'br'],
  ]);
  yield changed(
    'signed as a file, sent by curl -d @file',
    'body-reserialized',
    `${pretty}\n`,
    pretty.replaceAll('\n', ''),
  );
  yield changed('signed without its line breaks', 'body-line-endings', 'abc', 'a\nb\nc');
  yield changed('slashes escaped and characters not', 'body-reserialized', '{"é":"a\\/b"}', '{"é":"a/b"}');
  yield changed(
    'keys sorted, as numbers too',
    'body-reserialized',
    '{"-":1,"10":2,"2":3}',
    '{"2":3,"10":2,"-":1}',
  );
  yield changed('written as UTF-16', 'body-charset', compact, Buffer.from(`\ufeff${compact}`, 'utf16le'));
  yield changed('signed with question marks', 'body-charset', '{"name":"Zo? ???"}', '{"name":"Zoë €😀"}');
  yield changed('in base64', 'body-base64', compact, Buffer.from(compact).toString('base64'));
  yield changed('signed in base64', 'body-base64', Buffer.from(compact).toString('base64'), compact);
  yield changed('stringified twice', 'body-quoted', compact, JSON.stringify(compact));
  yield changed('signed after stringifying twice', 'body-quoted', JSON.stringify(compact), compact);
  yield changed('in the quotes of a shell', 'body-quoted', compact, `'${compact}'`);
  yield changed('a Buffer stringified', 'body-object', compact, JSON.stringify(bytes(compact)));
  yield changed('an object as text', 'body-object', compact, '[object Object]');
  yield changed('an object signed as text', 'body-object', '[object Object]', compact);
  yield changed('NULs at its end', 'body-padding', compact, `${compact}\0\0\0`);
  yield changed('read by a parser before', 'body-empty', compact, '');
  yield changed('taken for nothing by a parser', 'body-empty', compact, '{}');
  yield changed('signed before it was there', 'body-empty', '', compact);
  yield changed('cut off', 'body-truncated', compact, compact.slice(0, -7));

  const secrets: readonly (readonly [
    name: string,
    cause: Cause,
    configured: string,
    signedWith: string | Buffer,
  ])[] = [
    ['a newline after the secret', 'secret-whitespace', `${SECRET}\n`, SECRET],
    ['white space around the secret', 'secret-whitespace', `  ${SECRET} `, SECRET],
    ['quotes around the secret', 'secret-whitespace', `"${SECRET}"`, SECRET],
    ['a newline after the sender’s secret', 'secret-whitespace', SECRET, `${SECRET}\n`],
    [
      'a zero-width space in the secret',
      'secret-whitespace',
      `${SECRET.slice(0, 9)}\u200b${SECRET.slice(9)}`,
      SECRET,
    ],
    ['a written-out newline after the secret', 'secret-whitespace', `${SECRET}\\n`, SECRET],
    ['the secret over two lines', 'secret-whitespace', `${SECRET.slice(0, 9)}\n${SECRET.slice(9)}`, SECRET],
    ['the line of an .env file', 'secret-prefix', `WEBHOOK_SECRET="${SECRET}"`, SECRET],
    ['v1, before the secret', 'secret-prefix', `v1,${SECRET}`, SECRET],
    [
      'base64 of the secret and a newline',
      'secret-encoding',
      Buffer.from('my secret\n').toString('base64'),
      'my secret',
    ],
    ['whsec_ left out', 'secret-prefix', SECRET.slice(6), SECRET],
    ['whsec_ not left out', 'secret-prefix', SECRET, SECRET.slice(6)],
    ['base64 not decoded', 'secret-encoding', SECRET, Buffer.from(SECRET.slice(6), 'base64')],
    ['hex not decoded', 'secret-encoding', '00ff10ab', Buffer.from('00ff10ab', 'hex')],
    ['signed with its hex', 'secret-encoding', 'plain', Buffer.from('plain').toString('hex')],
    ['signed with an empty secret', 'secret-empty', SECRET, ''],
    ['quite another secret', 'secret-wrong', SECRET, 'another'],
  ];
  for (const [name, cause, configured, signedWith] of secrets) {
    const header = `${prefix}${mac(signedWith, payload).toString('hex')}`;
    yield made(name, cause, { ...good, headers: withHeader(good.headers, own, header) }, configured);
  }
  yield made('no secret at all', 'secret-empty', good, '');
  yield made(
    'the secret of another endpoint',
    'secret-other',
    goodRequest(provider, payload, [], 'of another'),
    SECRET,
    {
      otherSecrets: [
        { name: 'ep_1', secret: 'of nobody' },
        { name: 'ep_2', secret: 'of another' },
      ],
    },
  );

  const digest = mac(SECRET, payload);
  const written: readonly (readonly [name: string, cause: Cause, value: string])[] = [
    ['in base64', 'signature-encoding', `${prefix}${digest.toString('base64')}`],
    ['in base64url', 'signature-encoding', `${prefix}${digest.toString('base64url')}`],
    [
      'in base64 of its hex digits',
      'signature-encoding',
      Buffer.from(digest.toString('hex')).toString('base64'),
    ],
    ['in quotes', 'signature-encoding', `"${prefix}${digest.toString('hex')}"`],
    ['URL-encoded', 'signature-encoding', `sha256%3D${digest.toString('hex')}`],
    ['with its prefix doubled', 'signature-prefix', `sha256=sha256=${digest.toString('hex')}`],
    ['with another prefix', 'signature-prefix', `v1=${digest.toString('hex')}`],
    ['with its prefix in capitals', 'signature-prefix', `SHA256=${digest.toString('hex')}`],
    ['made with SHA-1', 'signature-algorithm', `${prefix}${mac(SECRET, payload, 'sha1').toString('hex')}`],
    [
      'made with SHA-512',
      'signature-algorithm',
      `${prefix}${mac(SECRET, payload, 'sha512').toString('hex')}`,
    ],
    [
      'one of several behind semicolons',
      'signature-header',
      `${prefix}${'0'.repeat(64)};${prefix}${digest.toString('hex')}`,
    ],
    ['no signature', 'signature-malformed', 'signed'],
  ];
  for (const [name, cause, value] of written) {
    yield made(name, cause, { ...good, headers: withHeader(good.headers, own, value) });
  }
  const fallback =
    hasContent(scheme) && 'header' in scheme.signature ? scheme.signature.fallback?.[0] : undefined;
  if (fallback !== undefined) {
    yield made('in a header that is passed over', 'signature-header', {
      ...good,
      headers: [
        ...withHeader(good.headers, own, `${prefix}${'0'.repeat(64)}`),
        [fallback, `${prefix}${digest.toString('hex')}`],
      ],
    });
  }
  const unsigned = withoutHeaders(good.headers, [own]);
  yield made('in another header', 'signature-header', {
    ...good,
    headers: [...unsigned, ['X-Hub-Sum', `${prefix}${digest.toString('hex')}`]],
  });
  yield made('without a header', 'signature-missing', { ...good, headers: unsigned });

  const contents: readonly (readonly [name: string, cause: Cause, content: string, headers: Header[]])[] = [
    ['timestamp.body', 'content-timestamp', `${NOW_SECONDS}.${json}`, [['X-Timestamp', String(NOW_SECONDS)]]],
    [
      'v0:timestamp:body',
      'content-timestamp',
      `v0:${NOW_SECONDS}:${json}`,
      [['X-Request-Timestamp', String(NOW_SECONDS)]],
    ],
    [
      'milliseconds.body',
      'content-timestamp',
      `${NOW_SECONDS}000.${json}`,
      [['X-Timestamp', String(NOW_SECONDS)]],
    ],
    [
      'id.timestamp.body',
      'content-id',
      `msg_1.${NOW_SECONDS}.${json}`,
      [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', String(NOW_SECONDS)],
      ],
    ],
    ['URL and body', 'content-url', `https://app.example/webhooks${json}`, []],
    ['path and body', 'content-url', `/webhooks${json}`, []],
  ];
  for (const [name, cause, content, headers] of contents) {
    const value = `${prefix}${mac(SECRET, content).toString('hex')}`;
    yield made(name, cause, {
      ...good,
      headers: [...withHeader(good.headers, own, value), ...headers],
    });
  }

  const standard = mac(Buffer.from(SECRET.slice(6), 'base64'), `msg_1.${NOW_SECONDS}.${json}`);
  yield made('as Standard Webhooks has it', 'content-id', {
    ...good,
    headers: [
      ...unsigned,
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', String(NOW_SECONDS)],
      ['webhook-signature', `v1,${standard.toString('base64')}`],
    ],
  });

  const other = others.find(({ id }) => id !== provider.id && id !== 'deiterate')!;
  yield made(
    `a request of ${other.name}`,
    'provider-other',
    goodRequest(other, payload, [], 'of the other'),
    SECRET,
    {
      providers: others,
      secretsFor: (id) => (id === other.id ? ['of the other'] : []),
    },
  );
}
