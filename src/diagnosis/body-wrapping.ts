import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { headerValue, type Header } from '../model/request.ts';
import type { BodyTrial } from './body-trial.ts';

/** Beyond this size a body is not decoded. */
const LARGEST_DECODED = 1024 * 1024;
const MOST_NULS = 1024 * 1024;
const LARGEST_ENCODED = 128 * 1024;
const LARGEST_COMPRESSED = 1024 * 1024;
const LARGEST_INFLATED = 8 * 1024 * 1024;

/** What the body holds, where it is compressed, encoded or quoted. */
export function* unwrapped(headers: readonly Header[], bytes: Buffer): Generator<BodyTrial> {
  yield* compressed(headers, bytes);
  if (bytes.length === 0) return;
  if (bytes.at(-1) === 0) {
    const fix =
      'NUL bytes follow the body, as from a buffer of fixed size: pass on only the bytes that were read';
    yield { cause: 'body-padding', parts: [withoutNuls(bytes)], fix };
  }
  if (bytes.length > LARGEST_DECODED) return;
  const text = bytes.toString('latin1');
  if (/^[\w+/-]+={0,2}\s*$/.test(text)) {
    const fix =
      'the body arrives in base64, as AWS API Gateway passes it (isBase64Encoded): decode it before you verify';
    const decoded = Buffer.from(text, 'base64');
    if (decoded.length > 0) yield { cause: 'body-base64', parts: [decoded], fix };
  }
  const inner = unquoted(bytes);
  if (inner !== null) {
    const fix =
      'the body is wrapped in quotes: it went through JSON.stringify twice, or the shell kept its quotes';
    yield { cause: 'body-quoted', parts: [inner], fix };
  }
  const held = bufferJson(text);
  if (held !== null) {
    const fix =
      'the body is what JSON.stringify makes of a Buffer: hand on the Buffer itself, with no JSON.stringify';
    yield { cause: 'body-object', parts: [held], fix };
  }
}

/** What a sender may sign in the body's stead. */
export function* wrapped(bytes: Buffer): Generator<BodyTrial> {
  if (bytes.length > 0) {
    const fix = (what: string): string =>
      `the sender signs ${what} instead of the body: its code hands the wrong variable to the HMAC`;
    yield { cause: 'body-empty', parts: [], fix: fix('an empty text') };
    yield { cause: 'body-object', parts: [Buffer.from('[object Object]')], fix: fix('[object Object]') };
    if (bytes.toString('latin1', 0, 3) !== '{}') {
      yield { cause: 'body-empty', parts: [Buffer.from('{}')], fix: fix('{}') };
    }
  }
  if (bytes.length === 0 || bytes.length > LARGEST_ENCODED) return;
  yield {
    cause: 'body-base64',
    parts: [Buffer.from(bytes.toString('base64'))],
    fix: 'the sender signs the base64 text of the body: it should sign the bytes it sends',
  };
  if (!isUtf8(bytes)) return;
  yield {
    cause: 'body-quoted',
    parts: [Buffer.from(JSON.stringify(bytes.toString('utf8')))],
    fix: 'the sender signs the body after a second JSON.stringify, in quotes: it should sign the bytes it sends',
  };
}

function* compressed(headers: readonly Header[], bytes: Buffer): Generator<BodyTrial> {
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  const inflate = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync : INFLATERS.get(encoding ?? '');
  if (inflate === undefined || bytes.length > LARGEST_COMPRESSED) return;
  let body: Buffer;
  try {
    body = inflate(bytes, { maxOutputLength: LARGEST_INFLATED });
  } catch {
    return;
  }
  const said = encoding === undefined ? ', though no Content-Encoding says so' : '';
  yield {
    cause: 'body-encoding',
    parts: [body],
    fix: `the body was signed before it was compressed${said}: decompress it, then verify`,
  };
}

const INFLATERS: ReadonlyMap<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer> =
  new Map([
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ]);

function withoutNuls(bytes: Buffer): Buffer {
  const least = Math.max(0, bytes.length - MOST_NULS);
  let end = bytes.length;
  while (end > least && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function unquoted(bytes: Buffer): Buffer | null {
  const text = bytes.toString('utf8').trim();
  if (text.length < 2 || text[0] !== text.at(-1)) return null;
  if (text[0] === "'") return Buffer.from(text.slice(1, -1));
  if (text[0] !== '"') return null;
  try {
    const held: unknown = JSON.parse(text);
    return typeof held === 'string' ? Buffer.from(held) : null;
  } catch {
    return Buffer.from(text.slice(1, -1));
  }
}

/** The bytes in `{"type":"Buffer","data":[…]}`. */
function bufferJson(text: string): Buffer | null {
  if (!/^\s*\{\s*"type"\s*:\s*"Buffer"/.test(text)) return null;
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    const isBytes =
      Array.isArray(data) && data.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
    return isBytes ? Buffer.from(data as number[]) : null;
  } catch {
    return null;
  }
}
