import { expect, it } from 'vitest';
import { matching } from '../../../../src/inspector/page/ui/options.ts';

const OPTIONS = [
  { name: 'email.won_back', description: 'A deal by email' },
  { name: 'deal.won', description: 'A deal was won' },
  { name: 'deal.lost', description: 'A deal was lost' },
];

function names(text: string): string[] {
  return matching(OPTIONS, text).map(({ name }) => name);
}

it('has all for no text', () => {
  expect(names(' ')).toHaveLength(3);
});

it('wants every word, in the name or the description', () => {
  expect(names('DEAL lost')).toEqual(['deal.lost']);
  expect(names('won')).toEqual(['email.won_back', 'deal.won']);
  expect(names('task')).toEqual([]);
});

it('has names that begin with it first', () => {
  expect(names('deal')).toEqual(['deal.won', 'deal.lost', 'email.won_back']);
});
