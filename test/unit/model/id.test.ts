import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createId, randomToken } from '../../../src/model/id.ts';

const zeros = (size: number): Uint8Array => new Uint8Array(size);
const ones = (size: number): Uint8Array => new Uint8Array(size).fill(255);
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('an id', () => {
  test('is a prefix, ten characters of time and sixteen of chance', () => {
    expect(createId('cap', 0, zeros)).toBe('cap_00000000000000000000000000');
    expect(createId('evt', 1, zeros)).toBe('evt_00000000010000000000000000');
    expect(createId('msg', 2 ** 48 - 1, ones)).toBe('msg_7zzzzzzzzzzzzzzzzzzzzzzzzz');
    expect(createId('atm', Date.UTC(2026, 0, 1), zeros)).toMatch(/^atm_[0-9a-hjkmnp-tv-z]{10}0{16}$/);
  });

  test('sorts by its time as text, whatever the chance', () => {
    fc.assert(
      fc.property(time, time, (left, right) => {
        fc.pre(left !== right);
        const [before, after] = left < right ? [left, right] : [right, left];
        expect(createId('cap', before, ones) < createId('cap', after, zeros)).toBe(true);
      }),
    );
  });

  test('holds every random bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), fc.nat(79), (bytes, bit) => {
        const other = Uint8Array.from(bytes);
        other[bit >> 3]! ^= 1 << (bit & 7);
        expect(createId('cap', 7, () => bytes)).not.toBe(createId('cap', 7, () => other));
        expect(createId('cap', 7, () => bytes)).toMatch(/^cap_[0-9a-hjkmnp-tv-z]{26}$/);
      }),
    );
  });

  test('is another one within the same millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => createId('evt', 1_700_000_000_000, randomBytes));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a token has so many characters, each from a byte of its own', () => {
  expect(randomToken(0, zeros)).toBe('');
  expect(randomToken(12, zeros)).toBe('000000000000');
  expect(randomToken(4, () => Uint8Array.of(0, 31, 32, 255))).toBe('0z0z');
  expect(randomToken(12, randomBytes)).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
});
