import { HEADER_NAME } from '../model/header-line.ts';
import type {
  AsymmetricScheme,
  BodyDigest,
  DigestScheme,
  HmacScheme,
  KeyForm,
  SignatureForm,
  SignatureItems,
  SignedTime,
  TokenScheme,
  UnsignedScheme,
} from '../signing/scheme.ts';
import {
  choice,
  flag,
  list,
  named,
  number,
  object,
  optional,
  orNull,
  record,
  required,
  sentence,
  text,
  type Shape,
} from './shape.ts';

/** Characters that a header's name may have. */
export const HEADER = text("a header's name", HEADER_NAME);
export const DOTTED = text('a dotted path, such as data.id', /^[^.\s]+(\.[^.\s]+)*$/);
const NAME = text('a name', /\S/);
const VALUE_NAME = text(
  'letters, digits and _, but none of body, method, url, path, timestamp and secret (content has those already)',
  /^(?!(?:body|method|url|path|timestamp|secret)$)\w+$/,
);

const HASH = choice('md5', 'sha1', 'sha256', 'sha384', 'sha512');
const ENCODING = choice('hex', 'HEX', 'base64', 'base64url');

const inBody = object<{ readonly body: string }>({
  body: required(DOTTED, 'Dotted path into the JSON body'),
});
const inForm = object<{ readonly form: string }>({ form: required(NAME, 'A parameter of a form body') });
const inQuery = object<{ readonly query: string }>({ query: required(NAME, 'A parameter of the query') });
const fallback = optional(list(HEADER), 'Headers looked at in this order where it is missing');

const PLACE: Shape = named('place', () => ({
  is: 'place',
  due: 'where the signature stands',
  of: {
    header: object<{ header: string; fallback?: string[]; also?: string[]; anyHeader?: boolean }>({
      header: required(HEADER, 'The header the provider sends'),
      fallback,
      also: optional(
        list(HEADER),
        'Other headers that may hold a signature too, during a rotation of secrets',
      ),
      anyHeader: optional(flag, 'Last resort: any header with "signature" in its name'),
    }),
    body: inBody,
    form: inForm,
    query: inQuery,
  },
}));

const VALUE: Shape = named('value', () => ({
  is: 'place',
  due: 'where the value stands',
  of: {
    header: object<{ header: string; fallback?: string[] }>({
      header: required(HEADER, 'The header that holds it'),
      fallback,
    }),
    field: object<{ field: string }>({
      field: required(NAME, 'A field beside the signature itself, such as t in t=1700000000,v1=…'),
    }),
    body: inBody,
    form: inForm,
    query: inQuery,
  },
}));

const items = named('items', () =>
  object<SignatureItems>({
    separator: required(text('text between items', /^[^]+$/), 'Between items, such as a comma'),
    assign: required(text('text between name and value', /^[^]+$/), "Between an item's name and its value"),
    field: required(NAME, 'The name of the items that are signatures, such as v1'),
  }),
);

const form = named('form', () =>
  object<SignatureForm>({
    prefix: required(text(), 'Text before the digest, such as sha256=; empty for a bare digest'),
    encoding: required(ENCODING, 'How the digest is written'),
    warning: optional(sentence, 'Said when a request verifies in this form'),
  }),
);

const key = named('key', () =>
  object<KeyForm>({
    strip: optional(text(), "Taken off the secret's start where it is there, such as whsec_"),
    encoding: required(choice('utf8', 'hex', 'base64'), 'How the rest of the secret is read'),
    onlyStripped: optional(flag, 'Decoded only where the secret begins with that text'),
  }),
);

const time = named('time', () =>
  object<SignedTime>({
    from: required(VALUE, 'Where the time of signing stands'),
    format: required(choice('unix', 'unix-ms', 'iso8601', 'http-date'), 'How it is written'),
    isNumber: optional(flag, 'Whether a JSON body holds it as a number and not as text'),
    toleranceSeconds: required(
      orNull(number(0, 31_536_000)),
      'Seconds a request may be old or ahead; null for no limit',
    ),
  }),
);

const bodyDigest = named('bodyDigest', () =>
  object<BodyDigest>({
    query: required(NAME, 'The parameter of the query that holds it'),
    hash: required(HASH, 'The digest'),
    encoding: required(ENCODING, 'How it is written'),
    unless: required(choice('form'), 'Bodies of this kind have none'),
  }),
);

const TEMPLATE_HELP =
  'What is signed: {body}, {timestamp}, {method}, {url}, {path}, or a name of values, with filters as in {body|sha256hex}';

const signedContent = {
  signature: required(PLACE, 'Where the signature stands: { "header": "X-Acme-Signature" }'),
  items: optional(items, 'How one value holds several signatures, or a signature among other fields'),
  write: optional(text(), 'The value as it is written: t={timestamp},v1={signature}'),
  forms: required(list(form, 1), 'How the signature may be written; the first is sent, all are accepted'),
  content: optional(text(), TEMPLATE_HELP),
  values: optional(record(VALUE, VALUE_NAME), 'Where the values stand that the content names'),
  timestamp: optional(time, 'When a request was signed, and for how long that is good'),
  bodyDigest: optional(bodyDigest, 'A digest of the body in the query of a URL that is signed'),
  optional: optional(flag, 'Deliveries may come unsigned'),
};

const TOKEN: Shape = {
  is: 'place',
  due: 'where the secret is sent',
  of: {
    header: object<{ header: string; fallback?: string[]; prefix?: string }>({
      header: required(HEADER, 'The header that holds it'),
      fallback,
      prefix: optional(text(), 'Text before it, such as "Bearer "'),
    }),
    basic: object<{ basic: true }>({ basic: required(choice(true), 'Authorization: Basic') }),
    query: inQuery,
    body: inBody,
    form: inForm,
  },
};

/** `SignatureScheme`. */
export const SIGNATURE: Shape = named('signature', () => ({
  is: 'variant',
  key: 'kind',
  of: {
    hmac: object<HmacScheme>({
      kind: required(choice('hmac'), 'An HMAC with the secret as its key'),
      hash: required(HASH, 'Its hash'),
      key: optional(key, 'How the secret becomes the key; its bytes as they are where it is left out'),
      ...signedContent,
    }),
    digest: object<DigestScheme>({
      kind: required(choice('digest'), 'A plain digest that the secret is part of'),
      hash: required(HASH, 'Its hash'),
      ...signedContent,
    }),
    asymmetric: object<AsymmetricScheme>({
      kind: required(choice('asymmetric'), 'Signed with a private key, verified with the public one'),
      algorithm: required(
        choice('ed25519', 'ecdsa-p256-sha256', 'rsa-sha256', 'rsa-pss-sha512'),
        'The algorithm',
      ),
      publicKey: required(
        choice('pem', 'spki-base64', 'raw-hex', 'raw-base64'),
        'How the provider hands its public key out',
      ),
      ...signedContent,
    }),
    token: object<TokenScheme>({
      kind: required(choice('token'), 'The secret itself is sent along'),
      token: required(TOKEN, 'Where it stands: { "header": "X-Acme-Token" }'),
      optional: optional(flag, 'Deliveries may come without it'),
    }),
    none: object<UnsignedScheme>({
      kind: required(choice('none'), 'Nothing proves who sent a request'),
      optional: optional(choice(true), 'Has no effect'),
    }),
  },
}));
