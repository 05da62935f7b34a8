/** The places wanted of a JSON value, by the names that lead there. What nothing is wanted in has no entry. */
interface Wanted {
  readonly within: Map<string, Wanted>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const IS_HEX = /^[0-9a-f]{4}$/i;

/**
 * What `JSON.parse` makes of a body, but only as much as stands at these dotted paths: strings and numbers, and what they stand in.
 * Undefined where it would throw. For large bodies: a whole value takes several times the memory of its text.
 */
export function skimJson(body: Uint8Array, paths: readonly string[]): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const wanted: Wanted = { within: new Map() };
  for (const path of paths) {
    let place = wanted;
    for (const name of path.split('.')) {
      const next = place.within.get(name) ?? { within: new Map() };
      place.within.set(name, next);
      place = next;
    }
  }
  try {
    return createReader(bytes).whole(wanted);
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

const NOT_JSON = new Error('not JSON');

function createReader(bytes: Buffer) {
  let at = 0;

  function whole(wanted: Wanted): unknown {
    const value = read(wanted);
    skipSpace();
    if (at < bytes.length) throw NOT_JSON;
    return value;
  }

  /** Goes no deeper than the paths do. */
  function read(wanted: Wanted): unknown {
    skipSpace();
    const from = at;
    const first = bytes[at];
    if (first === OPEN_BRACE && wanted.within.size > 0) return readObject(wanted);
    skip();
    const isScalar = first === QUOTE || first === MINUS || (first! >= ZERO && first! <= NINE);
    const isLookedInto = first === OPEN_BRACKET && wanted.within.size > 0;
    return isScalar || isLookedInto ? (JSON.parse(bytes.toString('utf8', from, at)) as unknown) : null;
  }

  function readObject(wanted: Wanted): unknown {
    const object: Record<string, unknown> = {};
    at += 1;
    skipSpace();
    if (bytes[at] === CLOSE_BRACE) {
      at += 1;
      return object;
    }
    for (;;) {
      skipSpace();
      const from = at;
      skipText();
      const name = JSON.parse(bytes.toString('utf8', from, at)) as string;
      skipSpace();
      expect(COLON);
      const place = wanted.within.get(name);
      // Of a name that is there twice the last counts.
      if (place === undefined) skip();
      else Object.defineProperty(object, name, { value: read(place), enumerable: true, configurable: true });
      skipSpace();
      if (bytes[at] === CLOSE_BRACE) break;
      expect(COMMA);
    }
    at += 1;
    return object;
  }

  /** Passes over one value, however deep, which must be right. */
  function skip(): void {
    const open: number[] = [];
    for (;;) {
      skipSpace();
      const byte = bytes[at] ?? 0;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        at += 1;
        skipSpace();
        if (bytes[at] !== byte + 2) {
          open.push(byte);
          if (byte === OPEN_BRACE) skipName();
          continue;
        }
        at += 1;
      } else if (byte === QUOTE) skipText();
      else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) skipNumber();
      else skipWord();
      for (;;) {
        const around = open.at(-1);
        if (around === undefined) return;
        skipSpace();
        if (bytes[at] === COMMA) {
          at += 1;
          if (around === OPEN_BRACE) skipName();
          break;
        }
        // Both closing brackets stand two after their opening ones.
        expect(around + 2);
        open.pop();
      }
    }
  }

  function skipName(): void {
    skipSpace();
    skipText();
    skipSpace();
    expect(COLON);
  }

  function skipText(): void {
    expect(QUOTE);
    for (; ; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === undefined || byte < 0x20) throw NOT_JSON;
      if (byte === BACKSLASH) skipEscape();
    }
    at += 1;
  }

  /** Stops at its last byte. */
  function skipEscape(): void {
    at += 1;
    if (bytes[at] === LOWER_U) {
      if (!IS_HEX.test(bytes.toString('latin1', at + 1, at + 5))) throw NOT_JSON;
      at += 4;
    } else if (!ESCAPES.has(bytes[at]!)) throw NOT_JSON;
  }

  function skipNumber(): void {
    if (bytes[at] === MINUS) at += 1;
    if (bytes[at] === ZERO) at += 1;
    else skipDigits();
    if (bytes[at] === POINT) {
      at += 1;
      skipDigits();
    }
    if (bytes[at] === LOWER_E || bytes[at] === UPPER_E) {
      at += 1;
      if (bytes[at] === PLUS || bytes[at] === MINUS) at += 1;
      skipDigits();
    }
  }

  function skipDigits(): void {
    const from = at;
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
    if (at === from) throw NOT_JSON;
  }

  function skipWord(): void {
    const word = WORDS.find((one) => bytes.subarray(at, at + one.length).equals(one));
    if (word === undefined) throw NOT_JSON;
    at += word.length;
  }

  function skipSpace(): void {
    while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  }

  function expect(byte: number): void {
    if (bytes[at] !== byte) throw NOT_JSON;
    at += 1;
  }

  return { whole };
}
