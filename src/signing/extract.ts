import { headerValues, type Header } from '../model/request.ts';
import { decodeForm, DIGEST_BYTES } from './digest.ts';
import { isSignature, signatureBytes } from './keys.ts';
import type { ContentScheme, SignatureForm, SignatureItems, SignatureScheme } from './scheme.ts';
import type { RequestReader } from './signed-request.ts';

/** A value that may hold signatures, and where it stands. */
export interface SignatureLine {
  /** The header's name, or the place in words. */
  readonly place: string;
  readonly value: string;
}

/** A well-formed signature. */
export interface Candidate {
  readonly place: string;
  readonly form: SignatureForm;
  readonly bytes: Buffer;
  /** What else its value says, such as `t`. */
  readonly field: (name: string) => string | undefined;
}

/** Whether a request has what a scheme proves its sender with, right or wrong. */
export function isSigned(scheme: SignatureScheme, reader: RequestReader): boolean {
  if (scheme.kind === 'none') return false;
  if (scheme.kind !== 'token') return findLines(scheme, reader, '').length > 0;
  const place = 'basic' in scheme.token ? { header: 'Authorization' } : scheme.token;
  return reader.readText(place) !== undefined;
}

/** The values that may hold the signature: the documented places, else a fallback's, else all headers that look like one. */
export function findLines(scheme: ContentScheme, reader: RequestReader, placeName: string): SignatureLine[] {
  const place = scheme.signature;
  if (!('header' in place)) {
    const value = reader.readText(place);
    return value === undefined ? [] : [{ place: placeName, value }];
  }
  const { headers } = reader.request;
  const documented = linesNamed(headers, place.header);
  for (const name of place.also ?? []) documented.push(...linesNamed(headers, name));
  if (documented.length > 0) return documented;
  for (const name of place.fallback ?? []) {
    const lines = linesNamed(headers, name);
    if (lines.length > 0) return lines;
  }
  if (place.anyHeader !== true) return [];
  return headers
    .filter(([name]) => /signature/i.test(name))
    .map(([name, value]) => ({ place: name, value }))
    .filter((line) => decodeLine(scheme, line).length > 0);
}

function linesNamed(headers: readonly Header[], name: string): SignatureLine[] {
  return headerValues(headers, name).map((value) => ({ place: name, value }));
}

/** The signatures that a value holds. */
export function decodeLine(scheme: ContentScheme, { place, value }: SignatureLine): Candidate[] {
  const size = scheme.kind === 'asymmetric' ? signatureBytes(scheme.algorithm) : DIGEST_BYTES[scheme.hash];
  const { texts, field } = takeApart(scheme.items, value);
  const candidates: Candidate[] = [];
  for (const text of texts) {
    for (const form of scheme.forms) {
      const bytes = decodeForm(form, text, size);
      if (bytes === null || (scheme.kind === 'asymmetric' && !isSignature(scheme.algorithm, bytes))) continue;
      candidates.push({ place, form, bytes, field });
      break;
    }
  }
  return candidates;
}

/** The signatures in a value as they are written, and its other fields; of a field that stands twice, the first. */
export function takeApart(
  items: SignatureItems | undefined,
  value: string,
): { readonly texts: readonly string[]; readonly field: Candidate['field'] } {
  if (items === undefined) {
    // Several signatures may stand in one header, as they do during a rotation of secrets.
    return { texts: value.split(',').map((part) => part.trim()), field: NO_FIELD };
  }
  const texts: string[] = [];
  const fields = new Map<string, string>();
  for (const item of value.split(items.separator)) {
    const text = item.trim();
    const at = text.indexOf(items.assign);
    const name = at < 0 ? text : text.slice(0, at).trim();
    const field = at < 0 ? '' : text.slice(at + items.assign.length).trim();
    if (name === items.field) texts.push(field);
    if (!fields.has(name)) fields.set(name, field);
  }
  return { texts, field: (wanted) => fields.get(wanted) };
}

const NO_FIELD: Candidate['field'] = () => undefined;
