import { expect, it } from 'vitest';
import { editsIn } from '../../../../src/inspector/page/send/edits.ts';

function memory(most = Infinity) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > most) throw new Error('full');
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
  };
}

it('keeps an edited payload for each provider and type', () => {
  const store = memory();
  editsIn(store).set('iverton', 'deal.won', 'a');
  editsIn(store).set('iverton', 'deal.lost', 'b');
  expect(editsIn(store).get('iverton', 'deal.won')).toBe('a');
  expect(editsIn(store).get('iverton', 'deal.lost')).toBe('b');
  expect(editsIn(store).get('filedgr', 'deal.won')).toBeNull();
});

it('forgets it', () => {
  const edits = editsIn(memory());
  edits.set('iverton', 'deal.won', 'a');
  edits.set('iverton', 'deal.won', null);
  expect(edits.get('iverton', 'deal.won')).toBeNull();
});

it('goes on where there is no room, without an older text in its place', () => {
  const edits = editsIn(memory(3));
  edits.set('iverton', 'deal.won', 'abc');
  expect(() => edits.set('iverton', 'deal.won', 'abcd')).not.toThrow();
  expect(edits.get('iverton', 'deal.won')).toBeNull();
});
