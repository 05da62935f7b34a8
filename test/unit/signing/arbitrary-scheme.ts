import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import { privateKey } from '../../../src/signing/keys.ts';
import type {
  AsymmetricScheme,
  ContentScheme,
  HmacScheme,
  KeyForm,
  SignatureForm,
  SignaturePlace,
  SignedTime,
  SignedValue,
} from '../../../src/signing/scheme.ts';

/** A scheme of any sort with a request that it can sign, and keys for both sides. */
export interface Case {
  readonly scheme: ContentScheme;
  readonly form: SignatureForm;
  readonly request: OutgoingRequest;
  readonly signingKey: string | Uint8Array;
  readonly verifyingKey: string | Uint8Array;
  readonly otherKey: string;
}

type BodyKind = 'raw' | 'json' | 'form';
interface Shape {
  readonly bodyKind: BodyKind;
  readonly place: SignaturePlace;
  readonly items: { readonly separator: string; readonly assign: string; readonly field: string } | undefined;
}

export const NOW = fc.integer({ min: 1_000_000_000_000, max: 4_000_000_000_000 });

/** Where a value may stand in a request with such a body. */
function placesOf(bodyKind: BodyKind, name: string): readonly Exclude<SignedValue, { field: string }>[] {
  const anywhere = [{ header: `X-${name}`, fallback: [`Old-${name}`] }, { query: name }];
  if (bodyKind === 'json') return [...anywhere, { body: `meta.${name}` }, { body: name }];
  return bodyKind === 'form' ? [...anywhere, { form: name }] : anywhere;
}

const shape: fc.Arbitrary<Shape> = fc.constantFrom<BodyKind>('raw', 'json', 'form').chain((bodyKind) =>
  fc.record({
    bodyKind: fc.constant(bodyKind),
    place: fc.constantFrom<SignaturePlace>(
      { header: 'X-Signature' },
      { header: 'X-Signature', also: ['X-Signature-2'] },
      ...placesOf(bodyKind, 'sig'),
    ),
    items: fc.option(
      fc
        .record({
          separator: fc.constantFrom(',', ';', ' ', '|'),
          assign: fc.constantFrom('=', ',', ':'),
          field: fc.constantFrom('v1', 'h1', 's', 'constructor', '__proto__'),
        })
        .filter(({ separator, assign }) => separator !== assign),
      { nil: undefined },
    ),
  }),
);

const form: fc.Arbitrary<SignatureForm> = fc.record({
  prefix: fc.constantFrom('', 'sha256=', 'v1=', 'hmac-sha256-hex='),
  encoding: fc.constantFrom('hex', 'HEX', 'base64', 'base64url'),
});
const forms = fc
  .uniqueArray(form, {
    minLength: 1,
    maxLength: 3,
    selector: ({ prefix, encoding }) => prefix + encoding.toLowerCase(),
  })
  .map((all) => all as [SignatureForm, ...SignatureForm[]]);

function timestamp({ bodyKind, items }: Shape): fc.Arbitrary<SignedTime | undefined> {
  const places: readonly SignedValue[] = [
    ...placesOf(bodyKind, 'time'),
    ...(items === undefined ? [] : [{ field: 't' }]),
  ];
  const time = fc.record({
    from: fc.constantFrom(...places),
    format: fc.constantFrom('unix', 'unix-ms', 'iso8601', 'http-date'),
    toleranceSeconds: fc.constantFrom(null, 0, 5, 300),
  });
  // An HTTP date has blanks and a comma in it.
  const isWritable = ({ from, format }: SignedTime): boolean =>
    !('field' in from && format === 'http-date' && [',', ' '].includes(items!.separator));
  return fc.option(time.filter(isWritable), { nil: undefined });
}

/** Nothing may be signed that the signature itself is put into. */
function content({ bodyKind, place }: Shape, hasTime: boolean, kind: ContentScheme['kind']) {
  const inBody = 'body' in place || 'form' in place;
  const pieces = [
    '.',
    ':',
    '\n',
    'é',
    '{',
    '{method}',
    '{method|upper}',
    '{id}',
    ...(hasTime ? ['{timestamp}'] : []),
    ...(inBody ? [] : ['{body}', '{body|sha256hex}', '{body|crc32}', '{body|sha256hex|upper}']),
    ...(inBody || bodyKind !== 'form' ? [] : ['{body|formSorted}']),
    ...('query' in place ? [] : ['{url}', '{url|decodedReserved}', '{path}']),
  ];
  const template = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
    .map((all) => (kind === 'digest' ? ['{secret}', ...all] : all).join(''));
  return inBody || kind === 'digest' ? template : fc.option(template, { nil: undefined });
}

const keyForm: fc.Arbitrary<KeyForm> = fc
  .record({
    strip: fc.constantFrom(undefined, 'whsec_'),
    encoding: fc.constantFrom('utf8', 'hex', 'base64'),
    onlyStripped: fc.boolean(),
  })
  .map(({ strip, encoding, onlyStripped }) =>
    strip === undefined ? { encoding } : { strip, encoding, onlyStripped },
  );

function writtenSecret({ key }: HmacScheme, bytes: Buffer, stripped: boolean): string {
  const { strip = '', encoding = 'utf8', onlyStripped = false } = key ?? {};
  if (strip !== '' && !stripped)
    return onlyStripped ? bytes.toString('hex') : bytes.toString(encoding === 'utf8' ? 'hex' : encoding);
  return strip + bytes.toString(encoding === 'utf8' ? 'hex' : encoding);
}

const secretBytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const fieldText = fc.string({ unit: fc.constantFrom(...'aZ09é ü&=+%'), minLength: 1, maxLength: 12 });
const pairs = fc.array(fc.tuple(fieldText, fieldText), { maxLength: 5 });

function body(bodyKind: BodyKind): fc.Arbitrary<Uint8Array> {
  if (bodyKind === 'raw') return fc.uint8Array({ maxLength: 100 });
  if (bodyKind === 'form') {
    return pairs.map((all) => Buffer.from(new URLSearchParams([...all, ['id', 'evt_1']]).toString()));
  }
  return fc
    .dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
    .map((tree) => Buffer.from(JSON.stringify({ ...tree, id: 'evt_1', meta: { id: 'evt_1' } }, null, 1)));
}

const TYPES = {
  raw: 'application/octet-stream',
  json: 'application/json',
  form: 'application/x-www-form-urlencoded; charset=utf-8',
} as const;

function request(bodyKind: BodyKind): fc.Arbitrary<OutgoingRequest> {
  return fc
    .record({
      method: fc.constantFrom('POST', 'PUT', 'patch'),
      path: fc.constantFrom('/', '/hook', '/a%2Fb%20c/', '/h/é'),
      more: fc.constantFrom('', '&x=1', '&a=%3A%2c%3F%20', '&q[]=1&q[]=2', '&=', '&?'),
      body: body(bodyKind),
    })
    .map(({ method, path, more, body: bytes }) => ({
      method,
      url: `https://example.com${path}?id=evt_1${more}`,
      headers: [
        ['Host', 'example.com'],
        ['X-id', 'evt_1'],
        ['Content-Type', TYPES[bodyKind]],
      ],
      body: bytes,
    }));
}

function keysOf(
  scheme: ContentScheme,
  bytes: Buffer,
  flag: boolean,
): Omit<Case, 'scheme' | 'form' | 'request'> {
  const other = Buffer.from(bytes);
  other[0]! ^= 1;
  if (scheme.kind !== 'asymmetric') {
    const write = (from: Buffer): string =>
      scheme.kind === 'hmac' ? writtenSecret(scheme, from, flag) : from.toString('base64');
    const text = write(bytes);
    const key = flag ? text : Buffer.from(text);
    return { signingKey: key, verifyingKey: key, otherKey: write(other) };
  }
  const secret = bytes.toString(flag ? 'hex' : 'base64');
  return {
    signingKey: secret,
    verifyingKey: publicText(scheme, secret),
    otherKey: publicText(scheme, other.toString('hex')),
  };
}

/** The public half of a key as the provider hands it out. */
function publicText(scheme: AsymmetricScheme, secret: string): string {
  const key = createPublicKey(privateKey(scheme, secret)!);
  const der = key.export({ format: 'der', type: 'spki' });
  const raw = der.subarray(scheme.algorithm === 'ed25519' ? 12 : 26);
  switch (scheme.publicKey) {
    case 'pem':
      return key.export({ format: 'pem', type: 'spki' }).toString();
    case 'spki-base64':
      return der.toString('base64');
    case 'raw-hex':
      return raw.toString('hex');
    case 'raw-base64':
      return raw.toString('base64');
  }
}

const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.constant('hmac' as const) },
  { weight: 2, arbitrary: fc.constant('digest' as const) },
  { weight: 2, arbitrary: fc.constant('asymmetric' as const) },
);
const hash = fc.constantFrom('md5', 'sha1', 'sha256', 'sha384', 'sha512');

export const anyCase: fc.Arbitrary<Case> = fc.tuple(shape, kinds).chain(([of, kind]) =>
  timestamp(of).chain((time) =>
    fc
      .record({
        forms,
        content: content(of, time !== undefined, kind),
        id: fc.constantFrom(...placesOf(of.bodyKind, 'id')),
        hash,
        key: fc.option(keyForm, { nil: undefined }),
        algorithm: fc.constantFrom('ed25519', 'ecdsa-p256-sha256'),
        publicKey: fc.constantFrom('pem', 'spki-base64', 'raw-hex', 'raw-base64'),
        timeFirst: fc.boolean(),
        hasBodyDigest: fc.boolean(),
        request: request(of.bodyKind),
        bytes: secretBytes,
        flag: fc.boolean(),
        formAt: fc.nat(2),
      })
      .map((given): Case => {
        const common = {
          signature: of.place,
          forms: given.forms,
          values: { id: given.id },
          ...(of.items === undefined
            ? {}
            : { items: of.items, write: written(of.items, time, given.timeFirst) }),
          ...(given.content === undefined ? {} : { content: given.content }),
          ...(time === undefined ? {} : { timestamp: time }),
          ...(given.hasBodyDigest && 'header' in of.place && given.content?.includes('{url}')
            ? {
                bodyDigest: { query: 'bodyDigest', hash: 'sha256', encoding: 'hex', unless: 'form' } as const,
              }
            : {}),
        };
        const scheme: ContentScheme =
          kind === 'asymmetric'
            ? { kind, algorithm: given.algorithm, publicKey: given.publicKey, ...common }
            : kind === 'digest'
              ? { kind, hash: given.hash, ...common }
              : { kind, hash: given.hash, ...common, ...(given.key === undefined ? {} : { key: given.key }) };
        const chosen = given.forms[given.formAt % given.forms.length]!;
        return { scheme, form: chosen, request: given.request, ...keysOf(scheme, given.bytes, given.flag) };
      }),
  ),
);

function written(
  { separator, assign, field }: NonNullable<Shape['items']>,
  time: SignedTime | undefined,
  timeFirst: boolean,
): string {
  const signature = `${field}${assign}{signature}`;
  if (time === undefined || !('field' in time.from)) return signature;
  const items = [`${time.from.field}${assign}{timestamp}`, signature];
  return (timeFirst ? items : items.toReversed()).join(separator);
}
