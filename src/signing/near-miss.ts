import type { Secret } from './scheme.ts';

/** Beyond this size the body is not parsed and written again on the chance that it explains a mismatch. */
const RESERIALIZE_LIMIT = 1024 * 1024;

/** Nor beyond this depth: writing JSON takes time that grows with size times depth, and the body may be an attacker's. */
const NESTING_LIMIT = 100;

/**
 * Why a well-formed signature does not match, where one common mistake explains it: the body was re-serialised
 * (`reserialized`), or the secret was meant otherwise (a sentence). Null where none of these explains it.
 */
export function nearMiss(
  secrets: readonly Secret[],
  body: Uint8Array,
  matches: (body: Uint8Array, secret: Secret) => boolean,
): string | null {
  const rewritten = reserialize(body);
  if (rewritten !== null && secrets.some((secret) => matches(rewritten, secret))) return 'reserialized';
  for (const secret of secrets) {
    for (const { read, say } of SECRET_MISREADINGS) {
      const other = read(secret);
      if (other !== null && other.length > 0 && matches(body, other)) return say;
    }
  }
  return null;
}

const SECRET_MISREADINGS: readonly { read: (secret: Secret) => Secret | null; say: string }[] = [
  {
    read: (secret) => {
      const text = textOf(secret);
      return text === text.trim() ? null : text.trim();
    },
    say: 'it would match without the white space around the secret',
  },
  {
    read: (secret) => {
      const text = textOf(secret);
      return text.startsWith('whsec_') ? Buffer.from(text.slice('whsec_'.length), 'base64') : null;
    },
    say: 'it would match with the secret base64-decoded after whsec_, as Standard Webhooks has it; this provider uses the whole text',
  },
];

function textOf(secret: Secret): string {
  return typeof secret === 'string' ? secret : Buffer.from(secret).toString('utf8');
}

/** The body as `JSON.stringify(JSON.parse(body))` writes it, or null where it is not JSON or comes out the same. */
function reserialize(body: Uint8Array): Uint8Array | null {
  if (body.length === 0 || body.length > RESERIALIZE_LIMIT || nestsDeeper(body, NESTING_LIMIT)) return null;
  try {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8'))));
    return rewritten.equals(body) ? null : rewritten;
  } catch {
    return null;
  }
}

function nestsDeeper(json: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) inText = !inText;
    else if (inText) index += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('"\\[]{}');
