import { describe, expect, test } from 'vitest';
import { createCapacity, type Hold } from '../../../src/http/capacity.ts';

function admitted(hold: Hold | null): Hold {
  expect(hold).not.toBeNull();
  return hold!;
}

describe('bytes', () => {
  test('a body that does not fit beside what is there is kept out by its declared length, until there is room', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 10 });
    const first = admitted(capacity.admit(10, 50));
    expect(first.take(50)).toBe(true);
    expect(capacity.admit(10, 31)).toBeNull();
    admitted(capacity.admit(10, 30)).release();
    first.release();
    admitted(capacity.admit(10, 90));
  });

  test('what is declared and not sent holds nothing', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 10 });
    for (let liar = 0; liar < 7; liar += 1) expect(admitted(capacity.admit(1, 50)).take(1)).toBe(true);
    expect(admitted(capacity.admit(1, 80)).take(80)).toBe(true);
  });

  test('who meets the limit while arriving is refused, and what was held before stays so', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 10 });
    const [one, other] = [admitted(capacity.admit(0, 90)), admitted(capacity.admit(0, 90))];
    expect([one.take(50), other.take(50)]).toEqual([true, true]);
    expect(other.take(1)).toBe(false);
    other.release();
    expect(one.take(40)).toBe(true);
  });

  test('a body over the limit is let in where no other request is there, and to its end', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 10 });
    const small = admitted(capacity.admit(1, 1));
    expect(capacity.admit(1, 1_000)).toBeNull();
    small.release();
    const large = admitted(capacity.admit(1, 1_000));
    expect(large.take(60)).toBe(true);
    const beside = admitted(capacity.admit(1, 30));
    expect(beside.take(30)).toBe(true);
    expect(large.take(900)).toBe(true);
    expect([beside.take(1), capacity.admit(1, 1)]).toEqual([false, null]);
    large.release();
    expect(beside.take(1)).toBe(true);
  });

  test('only one goes past the limit', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 10 });
    const [one, other] = [admitted(capacity.admit(0, 0)), admitted(capacity.admit(0, 0))];
    expect([one.take(49), other.take(51)]).toEqual([true, true]);
    expect([other.take(10), one.take(1)]).toEqual([true, false]);
  });

  test('what is released twice is released once', () => {
    const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 1 });
    const hold = admitted(capacity.admit(0, 0));
    hold.take(80);
    hold.release();
    hold.release();
    expect(hold.take(1)).toBe(false);
    admitted(capacity.admit(0, 0)).take(80);
    expect(capacity.admit(0, 0)).toBeNull();
  });
});

test('no more requests than may be held, however small', () => {
  const capacity = createCapacity({ maxHeldBytes: 100, maxHeldRequests: 2 });
  const first = admitted(capacity.admit(0, 0));
  admitted(capacity.admit(0, 0));
  expect(capacity.admit(0, 0)).toBeNull();
  first.release();
  admitted(capacity.admit(0, 0));
});
