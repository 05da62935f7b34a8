import { isUtf8 } from 'node:buffer';
import type { Secret } from '../signing/scheme.ts';
import type { Cause } from './cause.ts';

/** Another text that may have been meant by a secret. */
export interface TextTrial {
  readonly cause: Cause;
  readonly secret: Secret;
  readonly fix: string;
}

/** What copying out of a web page brings along. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** Without what surrounds it, where something does. */
export function whitespace(text: string, bare: string): TextTrial {
  return {
    cause: 'secret-whitespace',
    secret: bare,
    fix: `the secret has ${around(text, bare)}: configure it without`,
  };
}

/** A secret's text; null where it is bytes that are none. */
export function textOf(secret: Secret): string | null {
  if (typeof secret === 'string') return secret;
  return isUtf8(secret) ? Buffer.from(secret).toString('utf8') : null;
}

/** Without white space, quotes and a written-out `\n` around it, and without invisible characters. */
export function bareOf(text: string): string {
  const bare = text
    .replace(INVISIBLE, '')
    .trim()
    .replace(/(?:\\[nr]){1,4}$/, '');
  const quote = bare[0];
  const isQuoted =
    bare.length > 1 && quote === bare.at(-1) && (quote === '"' || quote === "'" || quote === '`');
  return isQuoted ? bare.slice(1, -1).trim() : bare;
}

function around(text: string, bare: string): string {
  if (text.trim() !== bare) {
    return text.replace(INVISIBLE, '').trim() === bare
      ? 'invisible characters in it'
      : 'quotes or \\n around it';
  }
  if (text !== text.trimStart()) return 'white space around it';
  return /[\r\n]$/.test(text) ? 'a newline at its end' : 'white space at its end';
}
