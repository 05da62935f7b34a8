import type { Header } from '../model/request.ts';
import { rewrittenTexts } from './body-text.ts';
import { unwrapped, wrapped } from './body-wrapping.ts';
import type { BodyTrial } from './body-trial.ts';
import { rewritings, stringified, type Rewriting } from './json-text.ts';

/** More white space than this has another reason than an editor. */
const MOST_WHITE_SPACE = 64 * 1024;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const [LF, CRLF] = [Buffer.from('\n'), Buffer.from('\r\n')];

/** Other bodies that are often signed or are at hand in this request. None equals the one that is here. */
export function* usualBodyTrials(
  headers: readonly Header[],
  body: Uint8Array,
  /** `verify` has compared a well-formed signature with the body written by JSON.stringify. */
  isReserializedTried: boolean,
): Generator<BodyTrial> {
  const bytes = viewOf(body);
  const end = trailingWhiteSpace(bytes);
  if (end > 0) {
    const fix =
      'white space was added to the end of the body, as editors and echo do: send and verify it without (printf %s)';
    yield { cause: 'body-newline', parts: [bytes.subarray(0, -end)], fix };
    if (end > 1) yield { cause: 'body-newline', parts: [bytes.subarray(0, -1)], fix };
  }
  if (isMarked(bytes)) {
    const fix = 'a byte order mark was put before the body: save and send it as UTF-8 without one';
    yield { cause: 'body-bom', parts: [bytes.subarray(BOM.length)], fix };
  }
  const json = isReserializedTried && !isMarked(bytes) ? null : stringified(body);
  if (json !== null) yield reserialized(json);
  yield {
    cause: 'body-newline',
    parts: [bytes, LF],
    fix: 'the body lost the newline at its end, as curl -d does: send it with --data-binary, verify the raw bytes',
  };
  yield* unwrapped(headers, bytes);
}

/** The others, likeliest first. */
export function* rareBodyTrials(headers: readonly Header[], body: Uint8Array): Generator<BodyTrial> {
  const bytes = viewOf(body);
  for (const rewriting of rewritings(body)) yield reserialized(rewriting);
  yield {
    cause: 'body-newline',
    parts: [bytes, CRLF],
    fix: 'the body lost the newline (CR LF) at its end: verify the raw bytes',
  };
  if (!isMarked(bytes)) {
    const fix = 'the body lost its byte order mark: verify the raw bytes, before anything decodes them';
    yield { cause: 'body-bom', parts: [BOM, bytes], fix };
  }
  yield* rewrittenTexts(headers, bytes);
  yield* wrapped(bytes);
}

function viewOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.length);
}

function isMarked(bytes: Buffer): boolean {
  return bytes.subarray(0, BOM.length).equals(BOM);
}

function reserialized({ how, text }: Rewriting): BodyTrial {
  return {
    cause: 'body-reserialized',
    parts: [Buffer.from(text)],
    fix: `the body was parsed and written again: it matches ${how}. Sign and verify the raw body (express.raw, not express.json)`,
  };
}

function trailingWhiteSpace(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - MOST_WHITE_SPACE);
  let end = bytes.length;
  while (end > least && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d || bytes[end - 1] === 0x20))
    end -= 1;
  return bytes.length - end;
}
