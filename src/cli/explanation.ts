import type { Examination } from '../diagnosis/diagnose.ts';
import { isStringified, stringified } from '../diagnosis/json-text.ts';
import { bodyFacts, type BodyFacts } from '../model/body-facts.ts';
import { headerValues, type Header, type RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { decodeSignature } from '../signing/hmac.ts';
import { formName, schemeName, type SignatureScheme } from '../signing/scheme.ts';

/** One value of a signature header, taken apart. */
export interface SignatureValue {
  readonly header: string;
  readonly value: string;
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64' | null;
  /** How many bytes the digest has; null where the value is no digest. */
  readonly bytes: number | null;
  /** Whether it stands where the provider has it, written as the provider writes it. */
  readonly isDue: boolean;
}

/** The facts that a verdict rests on. Holds no secret and no expected signature. */
export interface Explanation {
  readonly signed: {
    readonly scheme: string;
    readonly what: string;
    readonly header: string;
    readonly forms: readonly string[];
    readonly first: string;
    readonly last: string;
  };
  readonly body: BodyFacts & {
    readonly contentLength: number | null;
    /** Whether it is what JSON.stringify would write; null where it is no JSON, or too large to tell. */
    readonly isStringified: boolean | null;
  };
  readonly signatures: readonly SignatureValue[];
  readonly tried: Omit<Examination, 'diagnosis' | 'tried'> & { readonly causes: Examination['tried'] };
  /** What was made of a pasted request. */
  readonly remarks: readonly string[];
}

const SHOWN_BYTES = 48;
const MOST_SIGNATURES = 20;

export function explainRequest(
  request: RawRequest,
  { signature: { value: scheme } }: Provider,
  { tried: causes, trials, hashedBytes, isCutShort }: Examination,
  remarks: readonly string[],
): Explanation {
  const { headers, body } = request;
  const isWritten = isStringified(body);
  const again = isWritten ? null : stringified(body);
  const rewritten = again === null ? null : Buffer.from(again.text);
  const forms = [...new Set(scheme.forms.map(formName))];
  return {
    signed: {
      scheme: schemeName(scheme),
      what: `${scheme.kind}-${scheme.hash}`.toUpperCase() + ' over the bytes of the body, and nothing else',
      header: scheme.header,
      forms,
      first: decode(body.subarray(0, SHOWN_BYTES)),
      last: decode(body.subarray(Math.max(0, body.length - SHOWN_BYTES))),
    },
    body: {
      ...bodyFacts(body, rewritten),
      contentLength: contentLength(headers),
      isStringified: isWritten || again !== null ? isWritten : null,
    },
    signatures: signatureValues(scheme, headers),
    tried: { causes, trials, hashedBytes, isCutShort },
    remarks,
  };
}

/** Text cut out of the middle of text: a character that was cut in two is left out. */
function decode(bytes: Uint8Array): string {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start), { stream: true });
}

function contentLength(headers: readonly Header[]): number | null {
  const values = headerValues(headers, 'content-length').map((value) => value.trim());
  return values.length === 1 && /^\d{1,15}$/.test(values[0]!) ? Number(values[0]) : null;
}

function signatureValues(scheme: SignatureScheme, headers: readonly Header[]): SignatureValue[] {
  const own = new Set([scheme.header, ...(scheme.fallbackHeaders ?? [])].map((name) => name.toLowerCase()));
  return headers
    .map(([name, value]) => ({ name, value, isOwn: own.has(name.toLowerCase()) }))
    .filter(({ name, isOwn }) => isOwn || /signature/i.test(name))
    .toSorted((one, other) => Number(other.isOwn) - Number(one.isOwn))
    .flatMap(({ name, value, isOwn }) =>
      value.split(',').map((part) => read(scheme, name, part.trim(), isOwn)),
    )
    .slice(0, MOST_SIGNATURES);
}

function read(scheme: SignatureScheme, header: string, value: string, isOwn: boolean): SignatureValue {
  const decoded = decodeSignature(scheme, value);
  if (decoded !== null) {
    const { form, digest } = decoded;
    const isDue = isOwn || scheme.anySignatureHeader === true;
    return { header, value, prefix: form.prefix, encoding: form.encoding, bytes: digest.length, isDue };
  }
  const prefix = /^(?:[a-z][\w-]{0,15}[=:])*/i.exec(value)![0];
  const digest = value.slice(prefix.length);
  const odd = { header, value, prefix: digest === '' ? '' : prefix, isDue: false };
  if (/^(?:[0-9a-f]{2})+$/i.test(digest)) return { ...odd, encoding: 'hex', bytes: digest.length / 2 };
  if (/^[\w+/-]+={0,2}$/.test(digest)) {
    return { ...odd, encoding: 'base64', bytes: Buffer.from(digest, 'base64').length };
  }
  return { ...odd, encoding: null, bytes: null };
}
