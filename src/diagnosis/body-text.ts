import { isAscii, isUtf8 } from 'node:buffer';
import { headerValue, type Header } from '../model/request.ts';
import type { BodyTrial } from './body-trial.ts';

/** Beyond this size a body is not taken for text. */
const LARGEST = 1024 * 1024;
const LARGEST_FORM = 128 * 1024;

/** The same text with other line endings, in another charset, or encoded anew as a form. */
export function* rewrittenTexts(headers: readonly Header[], bytes: Buffer): Generator<BodyTrial> {
  if (bytes.length > LARGEST) return;
  yield* lineEndings(bytes);
  yield* charsets(bytes);
  yield* forms(headers, bytes);
}

function* lineEndings(bytes: Buffer): Generator<BodyTrial> {
  const text = bytes.toString('latin1');
  const trial = (was: string, now: string): BodyTrial => ({
    cause: 'body-line-endings',
    parts: [latin1(was)],
    fix: `the line endings of the body were changed: ${now}. Send it in binary mode, verify the raw bytes`,
  });
  if (text.includes('\r\n')) yield trial(text.replaceAll('\r\n', '\n'), 'signed with LF, here with CR LF');
  else if (text.includes('\n')) yield trial(text.replaceAll('\n', '\r\n'), 'signed with CR LF, here with LF');
  if (/[\r\n]/.test(text.trimEnd())) {
    yield trial(text.replace(/[\r\n]/g, ''), 'signed without any, as curl -d @file removes them');
  }
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function* charsets(bytes: Buffer): Generator<BodyTrial> {
  const cause = 'body-charset';
  const isMarked = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isMarked || (bytes.length % 2 === 0 && bytes.length > 0 && bytes[1] === 0)) {
    const fix = 'the body was signed as UTF-8 and is UTF-16 here, as PowerShell writes it: send UTF-8';
    const text = bytes.subarray(isMarked ? 2 : 0).toString('utf16le');
    yield { cause, parts: [Buffer.from(text)], fix };
  }
  if (isAscii(bytes)) return;
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    if (/^[\0-\u00ff]*$/.test(text)) {
      const fix = 'the body was read as Latin-1 and written as UTF-8: keep it as bytes, or read it as UTF-8';
      yield { cause, parts: [latin1(text)], fix };
    }
    const fix =
      'the sender signs the body in ASCII, with ? for other characters: it should sign the UTF-8 it sends';
    yield { cause, parts: [latin1(text.replace(/[^\0-\u007f]/g, '?'))], fix };
  }
  const fix = 'the body was signed as UTF-8 and is Latin-1 here: keep it as bytes';
  yield { cause, parts: [Buffer.from(bytes.toString('latin1'), 'utf8')], fix };
}

function* forms(headers: readonly Header[], bytes: Buffer): Generator<BodyTrial> {
  if (bytes.length === 0 || bytes.length > LARGEST_FORM) return;
  const text = bytes.toString('latin1');
  const isForm = /x-www-form-urlencoded/i.test(headerValue(headers, 'content-type') ?? '');
  if (!isForm && !/^[^\s{[=&]+=[^\s]*$/.test(text)) return;
  const fix = 'the form was decoded and encoded again: verify the raw body, before anything parses it';
  const plus = text.replaceAll('%20', '+');
  const variants = [
    plus,
    text.replaceAll('+', '%20'),
    upperEscapes(text),
    lowerEscapes(text),
    new URLSearchParams(text).toString(),
    upperEscapes(plus),
  ];
  for (const variant of new Set(variants)) {
    if (variant !== text) yield { cause: 'body-form', parts: [latin1(variant)], fix };
  }
}

function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
}

function lowerEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toLowerCase());
}
