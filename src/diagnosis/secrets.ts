import { isUtf8 } from 'node:buffer';
import type { Secret } from '../signing/scheme.ts';
import type { Cause } from './cause.ts';

/** Another secret that may have been meant. */
export interface SecretTrial {
  readonly cause: Cause;
  readonly secret: Secret;
  readonly fix: string;
}

const PREFIX = 'whsec_';
/** As copied out of an .env file, or with the version that stands before signatures. */
const LABEL = /^(?:export\s+)?(?:[A-Z][A-Z0-9_]{0,63}=|v1,)/;
/** What copying out of a web page brings along. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** What is most often meant by a secret. None equals it, none is empty. */
export function usualSecretTrials(secret: Secret): readonly SecretTrial[] {
  const text = textOf(secret);
  if (text === null) return [];
  const bare = bareOf(text);
  const stripped = bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : null;
  return [
    {
      cause: 'secret-whitespace' as const,
      secret: bare,
      fix: `the secret has ${around(text, bare)}: configure it without`,
    },
    stripped === null
      ? {
          cause: 'secret-prefix' as const,
          secret: PREFIX + bare,
          fix: `the secret lacks its ${PREFIX}, which is part of it here: configure it whole`,
        }
      : {
          cause: 'secret-prefix' as const,
          secret: stripped,
          fix: `the sender signs with what follows ${PREFIX} in the secret: configure that part alone`,
        },
    ...decoded(stripped ?? bare),
  ].filter((trial) => trial.secret.length > 0 && trial.secret !== text);
}

/** What else may be meant by it, likeliest first. */
export function* rareSecretTrials(secret: Secret): Generator<SecretTrial> {
  const text = textOf(secret);
  if (text !== null) {
    const bare = bareOf(text);
    const label = LABEL.exec(bare)?.[0];
    const labelled = label === undefined ? '' : bareOf(bare.slice(label.length));
    if (labelled !== '') {
      const fix = 'the secret starts with a name or version that is no part of it: configure what follows';
      yield { cause: 'secret-prefix', secret: labelled, fix };
    }
    yield {
      cause: 'secret-whitespace',
      secret: `${text}\n`,
      fix: 'the sender signs with a newline at the end of its secret: remove it there (printf %s instead of echo)',
    };
    const joined = bare.replace(/\s+/g, '');
    if (joined !== bare) {
      const fix =
        'the secret has white space within, as when it is copied over two lines: configure it without';
      yield { cause: 'secret-whitespace', secret: joined, fix };
    }
    const inner = Buffer.from(bare, 'base64').toString('latin1');
    if (BASE64.test(bare) && inner.trim() !== inner && inner.trim() !== '') {
      const fix = 'the secret is the base64 of the real one and a newline: decode it, and remove the newline';
      yield { cause: 'secret-encoding', secret: Buffer.from(inner.trim(), 'latin1'), fix };
    }
  }
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret);
  for (const encoding of ['hex', 'base64'] as const) {
    yield {
      cause: 'secret-encoding',
      secret: bytes.toString(encoding),
      fix: `the sender signs with the ${encoding} text of this secret, not with its bytes: configure that text`,
    };
  }
}

/** The bytes behind `whsec_` or behind nothing, as Standard Webhooks has them. */
export function standardKey(secret: Secret): Buffer | null {
  const text = textOf(secret);
  if (text === null) return null;
  const bare = bareOf(text);
  const key = Buffer.from(bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : bare, 'base64');
  return key.length === 0 ? null : key;
}

const BASE64 = /^[\w+/-]+={0,2}$/;

function decoded(text: string): readonly SecretTrial[] {
  const trials: SecretTrial[] = [];
  if (BASE64.test(text)) {
    trials.push({
      cause: 'secret-encoding',
      secret: Buffer.from(text, 'base64'),
      fix: 'the sender base64-decodes the secret first, as Standard Webhooks does after whsec_: both ends must do the same',
    });
  }
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) {
    trials.push({
      cause: 'secret-encoding',
      secret: Buffer.from(text, 'hex'),
      fix: 'the sender hex-decodes the secret first: both ends must do the same',
    });
  }
  return trials;
}

/** A secret's text; null where it is bytes that are none. */
function textOf(secret: Secret): string | null {
  if (typeof secret === 'string') return secret;
  return isUtf8(secret) ? Buffer.from(secret).toString('utf8') : null;
}

/** Without white space, quotes and a written-out `\n` around it, and without invisible characters. */
function bareOf(text: string): string {
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
