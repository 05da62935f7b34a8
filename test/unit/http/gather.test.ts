import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gather } from '../../../src/http/gather.ts';
import { noise } from '../../support/noise.ts';

const MEGABYTE = 1024 * 1024;

/** How many bytes each room has that is made meanwhile. */
function roomsMade(): readonly number[] {
  const made: number[] = [];
  const real = Buffer.allocUnsafeSlow;
  const spy = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
    made.push(size);
    return real(size);
  });
  onTestFinished(() => spy.mockRestore());
  return made;
}

test('gives back what came, however it was cut, and whatever was declared', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 8 }),
      fc.option(fc.nat({ max: 200_000 })),
      (sizes, declared) => {
        const pieces = sizes.map((size) => noise(size, String(size)));
        const gathered = gather(declared);
        for (const piece of pieces) gathered.add(piece);
        const whole = Buffer.concat(pieces);
        expect(gathered.size()).toBe(whole.length);
        expect(whole.equals(gathered.bytes())).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test('one piece is not copied', () => {
  const piece = Buffer.from('hello');
  const gathered = gather(5);
  gathered.add(piece);
  expect(gathered.bytes()).toBe(piece);
});

test('of ten megabytes that are declared, one room has the size of all, and those before it little', () => {
  const made = roomsMade();
  const gathered = gather(10 * MEGABYTE);
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let count = 0; count < 160; count += 1) gathered.add(piece);
  expect(gathered.bytes()).toHaveLength(10 * MEGABYTE);
  expect(made.filter((size) => size > 2 * MEGABYTE)).toEqual([10 * MEGABYTE]);
  expect(made.reduce((sum, size) => sum + size, 0)).toBeLessThan(12 * MEGABYTE);
});

test('who declares much and sends little gets room for little', () => {
  const made = roomsMade();
  const gathered = gather(10_000 * MEGABYTE);
  for (let count = 0; count < 16; count += 1) gathered.add(Buffer.alloc(64 * 1024));
  expect(Math.max(...made)).toBeLessThanOrEqual(8 * MEGABYTE);
});

test('many tiny pieces take no more room than what they hold twice over', () => {
  const made = roomsMade();
  const gathered = gather(null);
  for (let count = 0; count < 300_000; count += 1) gathered.add(Buffer.of(count & 0xff));
  expect(gathered.size()).toBe(300_000);
  expect(made.at(-1)).toBeLessThanOrEqual(600_002);
  expect(made.length).toBeLessThan(10);
});
