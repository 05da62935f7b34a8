import { asUtf8 } from '../model/text.ts';

/** A body as JSON holds it: text where the bytes are UTF-8, otherwise base64. Either way the exact bytes come back. */
export function bodyFields(body: Uint8Array): { body: string } | { bodyBase64: string } {
  const text = asUtf8(body);
  return text === null ? { bodyBase64: Buffer.from(body).toString('base64') } : { body: text };
}

/** A time in milliseconds since the Unix epoch as the JSON contract has it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
