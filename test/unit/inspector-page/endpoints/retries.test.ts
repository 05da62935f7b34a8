import { expect, it } from 'vitest';
import { retriesText } from '../../../../src/inspector/page/ui/retries.ts';

it('says after what waits it is tried again', () => {
  expect(retriesText({ schedule: '1 m, 5 m' })).toBe('after 1 m, 5 m');
  expect(retriesText({ schedule: 'none' })).toBe('none');
});
