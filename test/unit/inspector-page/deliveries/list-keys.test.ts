import { expect, it } from 'vitest';
import { movedTo } from '../../../../src/inspector/page/ui/list-keys.ts';

it('moves within the list', () => {
  expect(movedTo('ArrowDown', 0, 3)).toBe(1);
  expect(movedTo('ArrowDown', 2, 3)).toBe(2);
  expect(movedTo('ArrowUp', 1, 3)).toBe(0);
  expect(movedTo('ArrowUp', 0, 3)).toBe(0);
  expect(movedTo('End', 0, 3)).toBe(2);
  expect(movedTo('Home', 2, 3)).toBe(0);
});

it('begins at the first where nothing is chosen', () => {
  expect(movedTo('ArrowDown', -1, 3)).toBe(0);
  expect(movedTo('ArrowUp', -1, 3)).toBe(0);
});

it('leaves other keys and empty lists alone', () => {
  expect(movedTo('Enter', 0, 3)).toBeNull();
  expect(movedTo('ArrowDown', -1, 0)).toBeNull();
});
