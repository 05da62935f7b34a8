import { expect, test } from 'vitest';
import { onDeparture } from '../../../src/receiver/departure.ts';

test('all that wait for a sender to go are told once, but for those that have stopped waiting', () => {
  const closing = new AbortController();
  const told: string[] = [];
  const wait = (name: string) => onDeparture(closing.signal, () => void told.push(name));
  const stop = wait('first');
  wait('second');
  wait('third');
  stop();
  wait('fourth');
  closing.abort();
  closing.abort();
  expect(told).toEqual(['second', 'third', 'fourth']);
});

test('who stops waiting while it is told takes nothing from the others', () => {
  const closing = new AbortController();
  const told: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    const stop = onDeparture(closing.signal, () => {
      stop();
      told.push(name);
    });
  }
  closing.abort();
  expect(told).toEqual(['first', 'second', 'third']);
});

test('a sender that goes is nothing to the requests of others', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  let told = 0;
  onDeparture(one.signal, () => (told += 1));
  other.abort();
  expect(told).toBe(0);
});
