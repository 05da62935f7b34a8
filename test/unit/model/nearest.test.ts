import { expect, test } from 'vitest';
import { nearestNames } from '../../../src/model/nearest.ts';

const types = ['deal.won', 'deal.lost', 'deal.created', 'contact.created', 'client.created'];

test.each([
  ['deal.wom', ['deal.won']],
  ['deal.wn', ['deal.won']],
  ['DEAL.WON', ['deal.won']],
  ['dealwon', ['deal.won']],
  ['contact.create', ['contact.created']],
  ['clent.created', ['client.created']],
  // As near as this to both.
  ['deal.lon', ['deal.won', 'deal.lost']],
  ['invoice.paid', []],
  ['', []],
  ['x', []],
])('%j', (name, near) => {
  expect(nearestNames(name, types)).toEqual(near);
});

test('short names with nothing in common are not near', () => {
  expect(nearestNames('x', ['db', 'secrets'])).toEqual([]);
  expect(nearestNames('xy', ['db', 'secrets'])).toEqual([]);
  expect(nearestNames('dv', ['db', 'secrets'])).toEqual(['db']);
});

test('no more than asked for', () => {
  expect(nearestNames('aa', ['ab', 'ac', 'ad', 'ae'], 2)).toEqual(['ab', 'ac']);
});
