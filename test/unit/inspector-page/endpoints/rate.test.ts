import { expect, it } from 'vitest';
import { rateTone, successRate } from '../../../../src/inspector/page/endpoints/rate.ts';

it('is a hundred only where all succeeded', () => {
  expect(successRate({ succeeded: 100, failed: 0 })).toBe(100);
  expect(successRate({ succeeded: 999, failed: 1 })).toBe(99);
  expect(successRate({ succeeded: 0, failed: 3 })).toBe(0);
});

it('is nothing where nothing is finished', () => {
  expect(successRate({ succeeded: 0, failed: 0 })).toBeNull();
});

it('tells good from bad', () => {
  expect([100, 95, 40].map(rateTone)).toEqual(['good', 'warn', 'bad']);
});
