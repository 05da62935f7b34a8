import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawInBulk } from '../../../src/engine/random.ts';

/** Counts up through all that it gives: no four bytes in a row are given twice. */
function counter() {
  let next = 0;
  let calls = 0;
  return {
    calls: () => calls,
    randomBytes: (size: number): Uint8Array => {
      calls += 1;
      const words = Uint32Array.from({ length: Math.ceil(size / 4) }, () => next++);
      return new Uint8Array(words.buffer).subarray(0, size);
    },
  };
}

test('no byte is given twice, whatever is asked for, and what was given stays', () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom(1_000, 4_095, 4_096, 4_097, 10_000));
  fc.assert(
    fc.property(fc.array(size, { maxLength: 40 }), (sizes) => {
      // Fours of bytes, so that each is a number of its own.
      const wanted = sizes.map((count) => count * 4);
      const draw = drawInBulk(counter().randomBytes);
      const given = wanted.map(draw);
      expect(given.map(({ length }) => length)).toEqual(wanted);
      const numbers = given.flatMap((bytes) => Array.from(new Uint32Array(Uint8Array.from(bytes).buffer)));
      expect(new Set(numbers).size).toBe(numbers.length);
    }),
  );
});

test('many small ones are one question to the system', () => {
  const { calls, randomBytes } = counter();
  const draw = drawInBulk(randomBytes);
  for (let count = 0; count < 400; count += 1) draw(10);
  expect(calls()).toBe(1);
});
