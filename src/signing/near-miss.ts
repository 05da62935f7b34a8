/** Beyond this size a body is not parsed and written again on the chance that it explains a mismatch. */
const RESERIALIZE_LIMIT = 1024 * 1024;

/** Nor beyond this depth: writing JSON takes time that grows with size times depth, and the body may be an attacker's. */
export const NESTING_LIMIT = 100;

/** Whether what is asked holds for the body once it is parsed and written again as JSON. */
export function isReserialized(body: Uint8Array, fits: (rewritten: Uint8Array) => boolean): boolean {
  const rewritten = reserialize(body);
  return rewritten !== null && fits(rewritten);
}

/** The body as `JSON.stringify(JSON.parse(body))` writes it, or null where it is not JSON or comes out the same. */
function reserialize(body: Uint8Array): Uint8Array | null {
  if (body.length === 0 || body.length > RESERIALIZE_LIMIT || nestsDeeper(body, NESTING_LIMIT)) return null;
  try {
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(text)));
    return rewritten.equals(body) ? null : rewritten;
  } catch {
    return null;
  }
}

export function nestsDeeper(json: Uint8Array, limit: number): boolean {
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
