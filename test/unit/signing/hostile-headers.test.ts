import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import type { VerdictReason } from '../../../src/model/verdict.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { signatureName } from '../../../src/signing/describe.ts';
import { verify } from '../../../src/signing/verify.ts';
import { vectors } from '../../support/fixtures.ts';

const NUL = '\0';

// Common sample code throws for many of these, and so answers 500 where 401 is right.
const answers: readonly [name: string, value: (hex: string) => string | undefined, reason: VerdictReason][] =
  [
    ['the bare digest', (hex) => hex, 'valid'],
    ['the digest after sha256=', (hex) => `sha256=${hex}`, 'valid'],
    ['the digest in capitals', (hex) => hex.toUpperCase(), 'valid'],
    ['a blank after the digest', (hex) => `${hex} `, 'valid'],
    ['letters after the digest', (hex) => `${hex}zz`, 'malformed-header'],
    ['an empty header', () => '', 'malformed-header'],
    ['no header', () => undefined, 'missing-header'],
    ['64 other hex digits', (hex) => [...hex].reverse().join(''), 'no-match'],
    ['64 other hex digits after sha256=', (hex) => `sha256=${[...hex].reverse().join('')}`, 'no-match'],
    ['the prefix alone', () => 'sha256=', 'malformed-header'],
    ['half a digest', (hex) => hex.slice(0, 32), 'malformed-header'],
    ['an odd number of digits', (hex) => hex.slice(1), 'malformed-header'],
    ['64 letters that are no hex digits', () => 'z'.repeat(64), 'malformed-header'],
    ['64 characters beyond ASCII', () => '\u00e9'.repeat(64), 'malformed-header'],
    ['a digest with a NUL', (hex) => hex + NUL, 'malformed-header'],
    ['10 kB of hex digits', () => '0'.repeat(10_240), 'malformed-header'],
    ['10 kB of digests', (hex) => `${[...hex].reverse().join('')},`.repeat(158), 'no-match'],
    ['the text undefined', () => 'undefined', 'malformed-header'],
  ];

// Those that sign the body alone and take a digest with its prefix or without.
const bodySigners = ['compliancely', 'deiterate', 'filedgr', 'iverton', 'taskplatform'].map(builtIn.get);

describe.each(bodySigners)('$id', ({ id, signature }) => {
  const header = signatureName(signature.value);
  const { secret, body, hmacHex = '' } = vectors(id)[0]!;

  test.each(answers)('answers %s', (_, value, reason) => {
    const text = value(hmacHex);
    const headers: Header[] = text === undefined ? [] : [[header, text]];
    const verdict = verify(signature.value, { headers, body }, [secret]);
    expect(verdict).toMatchObject({ reason, ok: reason === 'valid', header });
  });
});
