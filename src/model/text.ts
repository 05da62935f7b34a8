import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { headerValue, type Header } from './request.ts';

/** How much of a body full-text search looks at, in bytes. */
export const SEARCHABLE_BYTES = 64 * 1024;
const LARGEST_INFLATED = 4 * 1024 * 1024;
const BYTE_ORDER_MARK = 0xfeff;

/** What full-text search reads of a request: its headers, and the first 64 KiB of its body where that is text. */
export function searchableText(
  headers: readonly Header[],
  body: Uint8Array,
): { readonly headers: string; readonly body: string } {
  return {
    headers: headers.map(([name, value]) => `${name}: ${value}`).join('\n'),
    body: textPrefix(decodeContent(headers, body)) ?? '',
  };
}

/**
 * A body with its Content-Encoding undone, for looking at; as it is where that fails or would grow beyond 4 MiB. At most
 * its first 64 KiB are read while they are still encoded. Other limits may be given, in bytes.
 */
export function decodeContent(
  headers: readonly Header[],
  body: Uint8Array,
  most = { encoded: SEARCHABLE_BYTES, decoded: LARGEST_INFLATED },
): Uint8Array {
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  const start = body.subarray(0, most.encoded);
  const limits = { maxOutputLength: most.decoded, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(start, limits);
    if (encoding === 'deflate') return inflateSync(start, limits);
    if (encoding === 'br') {
      return brotliDecompressSync(start, {
        maxOutputLength: most.decoded,
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
      });
    }
  } catch {
    return body;
  }
  return body;
}

/** The first 64 KiB as text, or null where they are not UTF-8. A character that is cut at the end is dropped. */
function textPrefix(bytes: Uint8Array): string | null {
  const prefix = bytes.subarray(0, SEARCHABLE_BYTES);
  const text = asUtf8(prefix);
  if (text !== null) return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(prefix, { stream: true });
  } catch {
    return null;
  }
}

/** Bytes as text that gives the same bytes back, or null where they are not UTF-8. */
export function asUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Bytes as text for reading, or null where they are not UTF-8 or hold control characters that text does not. */
export function asText(bytes: Uint8Array): string | null {
  const text = asUtf8(bytes);
  // oxlint-disable-next-line no-control-regex
  return text === null || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
}
