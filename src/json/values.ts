import { isUtf8 } from 'node:buffer';
import { asUtf8 } from '../model/text.ts';
import { LargeBody, PIECE_BYTES } from './large-body.ts';

/** A body as JSON holds it: text where the bytes are UTF-8, otherwise base64. Either way the exact bytes come back. */
export function bodyFields(body: Uint8Array): { body: string } | { bodyBase64: string } {
  const text = asUtf8(body);
  return text === null ? { bodyBase64: Buffer.from(body).toString('base64') } : { body: text };
}

/** The same, with a large body as one that is written in pieces. */
export function bodyFieldsInPieces(body: Uint8Array): object {
  if (body.length <= PIECE_BYTES) return bodyFields(body);
  return isUtf8(body) ? { body: new LargeBody(body, 'text') } : { bodyBase64: new LargeBody(body, 'base64') };
}

/** A time in milliseconds since the Unix epoch as the JSON contract has it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
