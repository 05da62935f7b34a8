import { signedTime } from '../diagnosis/infer-time.ts';
import type { RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { contentsOf, isBodyAlone } from '../signing/content.ts';
import { contentName, schemeName, signatureName, signsUrl, writtenForm } from '../signing/describe.ts';
import { findLines, takeApart } from '../signing/extract.ts';
import { hmacKey, publicKey } from '../signing/keys.ts';
import type { ContentScheme, Secret, SignatureScheme } from '../signing/scheme.ts';
import { readRequest } from '../signing/signed-request.ts';
import { possibleUrls } from '../signing/urls.ts';

/** What a request was verified with. */
export interface Verified {
  readonly request: RawRequest;
  readonly provider: Provider;
  readonly secrets: readonly Secret[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly urls?: readonly string[] | undefined;
}

/** What a scheme says was signed, and what of that the request has. */
export interface SignedFacts {
  readonly scheme: string;
  readonly what: string;
  /** Where the proof stands: a header's name, or the place in words. */
  readonly header: string;
  readonly forms: readonly string[];
  /** How the signed bytes begin and end. */
  readonly first: string;
  readonly last: string;
  /** What is signed beside the body, as the request has it. */
  readonly values: readonly { readonly name: string; readonly value: string }[];
  /** How each secret is made a key, and how long that is. */
  readonly keys: readonly string[];
  readonly timestamp: {
    readonly value: string;
    /** Negative where it is ahead. */
    readonly ageSeconds: number;
    readonly toleranceSeconds: number | null;
  } | null;
  /** The URLs that the sender may have signed, likeliest first; none where none is signed. */
  readonly urls: readonly string[];
}

const SHOWN_BYTES = 48;
const LONGEST_VALUE = 200;
/** Stands for the secret where that is part of what is signed. */
const HIDDEN = '***';

export function explainSigned(scheme: SignatureScheme, verified: Verified): SignedFacts {
  const common = { scheme: schemeName(scheme), header: signatureName(scheme) };
  const nothing = { first: '', last: '', values: [], timestamp: null, urls: [] };
  if (scheme.kind === 'none') {
    return { ...common, ...nothing, what: 'nothing: anyone could have sent it', forms: [], keys: [] };
  }
  if (scheme.kind === 'token') {
    const keys = verified.secrets.map((secret) => `the secret as it is, ${bytesText(sizeOf(secret))}`);
    const what = 'nothing: the secret itself is sent along, and compared';
    return { ...common, ...nothing, what, forms: [writtenToken(scheme)], keys };
  }
  const { request, secrets, now } = verified;
  const [content] = signedParts(scheme, verified);
  const bytes = Buffer.concat(content ?? []);
  const told = signedTime(request, scheme);
  return {
    ...common,
    what: whatIsSigned(scheme),
    forms: [...new Set(scheme.forms.map((form) => writtenForm(scheme, form)))],
    first: decode(bytes.subarray(0, SHOWN_BYTES)),
    last: decode(bytes.subarray(Math.max(0, bytes.length - SHOWN_BYTES))),
    values: valuesOf(scheme, verified),
    keys: secrets.map((secret) => keyFacts(scheme, secret)),
    timestamp:
      told === null
        ? null
        : {
            value: told.text,
            ageSeconds: Math.floor(now / 1_000) - Math.floor(told.ms / 1_000),
            toleranceSeconds: scheme.timestamp?.toleranceSeconds ?? null,
          },
    urls: signsUrl(scheme) ? (verified.urls ?? possibleUrls(request)) : [],
  };
}

function whatIsSigned(scheme: ContentScheme): string {
  const how =
    scheme.kind === 'asymmetric'
      ? `a signature by ${scheme.algorithm}`
      : `${scheme.kind === 'hmac' ? 'HMAC-' : ''}${scheme.hash.toUpperCase()}`;
  return isBodyAlone(scheme)
    ? `${how} over the bytes of the body, and nothing else`
    : `${how} over ${contentName(scheme).replaceAll('\n', '\\n')}`;
}

/** What may have been signed, in parts, by the first value that holds a signature. */
function signedParts(scheme: ContentScheme, { request, urls }: Verified): readonly (readonly Uint8Array[])[] {
  const reader = readRequest(request);
  const contents = contentsOf(scheme, reader, fieldsOf(scheme, verifiedLine(scheme, reader)), {
    urls,
    secret: HIDDEN,
  });
  return contents.flatMap((content) => ('missing' in content ? [] : [content.parts]));
}

function verifiedLine(scheme: ContentScheme, reader: ReturnType<typeof readRequest>): string {
  return findLines(scheme, reader, signatureName(scheme))[0]?.value ?? '';
}

function fieldsOf(scheme: ContentScheme, value: string): (name: string) => string | undefined {
  return takeApart(scheme.items, value).field;
}

function valuesOf(scheme: ContentScheme, { request }: Verified): SignedFacts['values'] {
  const reader = readRequest(request);
  const field = fieldsOf(scheme, verifiedLine(scheme, reader));
  const places = {
    ...(scheme.timestamp === undefined ? {} : { timestamp: scheme.timestamp.from }),
    ...scheme.values,
  };
  return Object.entries(places).flatMap(([name, place]) => {
    const value = 'field' in place ? field(place.field) : reader.readText(place);
    return value === undefined ? [] : [{ name, value: value.slice(0, LONGEST_VALUE) }];
  });
}

/** How a secret is read, and how long the key is: nothing of what is in it. */
function keyFacts(scheme: ContentScheme, secret: Secret): string {
  if (scheme.kind === 'asymmetric') {
    return publicKey(scheme, secret) === null
      ? `no ${scheme.algorithm} public key`
      : `an ${scheme.algorithm} public key`;
  }
  if (scheme.kind === 'digest' || scheme.key === undefined) {
    return `the secret as it is, ${bytesText(sizeOf(secret))}`;
  }
  const { strip, encoding, onlyStripped } = scheme.key;
  const text = typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1');
  const isStripped = strip !== undefined && text.startsWith(strip);
  const after = isStripped ? `the text after ${strip}` : 'the secret';
  const isDecoded = encoding !== 'utf8' && (onlyStripped !== true || isStripped);
  const key = hmacKey(scheme, secret);
  return `${after}${isDecoded ? `, ${encoding}-decoded` : ' as it is'}, ${bytesText(key === null ? 0 : sizeOf(key))}`;
}

function sizeOf(secret: Secret): number {
  return Buffer.byteLength(secret);
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

function writtenToken({ token }: Extract<SignatureScheme, { kind: 'token' }>): string {
  if ('basic' in token) return 'Basic <base64 of user:password>';
  return `${'header' in token ? (token.prefix ?? '') : ''}<token>`;
}

/** Text cut out of the middle of text: a character that was cut in two is left out. */
function decode(bytes: Uint8Array): string {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start), { stream: true });
}
