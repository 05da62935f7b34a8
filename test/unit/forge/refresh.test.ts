import { expect, test } from 'vitest';
import { refresh } from '../../../src/forge/refresh.ts';
import type { Envelope } from '../../../src/providers/provider.ts';

const envelope: Envelope = {
  type: [{ body: 'type' }],
  id: [{ body: 'id' }],
  time: [{ body: 'at' }],
  endpointId: [],
  data: 'data',
  freshIds: ['id', 'data.id'],
};
const now = Date.UTC(2026, 10, 21, 10, 30, 59, 999);
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const renew = (payload: unknown, changes: Partial<Envelope> = {}): unknown =>
  refresh(payload, { ...envelope, ...changes }, now, zeros);

test('ids keep what stands before their last underscore', () => {
  expect(renew({ id: 'evt_1', data: { id: 'a_b_c' } })).toEqual({
    id: 'evt_000000000000',
    data: { id: 'a_b_000000000000' },
  });
  expect(renew({ id: 'plain' })).toEqual({ id: '000000000000' });
});

test('the example’s time becomes the present everywhere, and other times stay', () => {
  const payload = {
    at: '2024-01-15T10:30:00Z',
    data: { created: '2024-01-15T10:30:00Z', list: [['2024-01-15T10:30:00Z']], due: '2024-02-01T00:00:00Z' },
  };
  expect(renew(payload)).toEqual({
    at: '2026-11-21T10:30:59Z',
    data: { created: '2026-11-21T10:30:59Z', list: [['2026-11-21T10:30:59Z']], due: '2024-02-01T00:00:00Z' },
  });
});

test('what is not there, or of another kind, stays as it is', () => {
  expect(renew({ id: 7, at: 1_700_000_000 })).toEqual({ id: 7, at: 1_700_000_000 });
  expect(renew({ other: true })).toEqual({ other: true });
  expect(renew([1, 'two', null])).toEqual([1, 'two', null]);
  expect(renew({ at: 'x' }, { time: [{ header: 'X-Time' }] })).toEqual({ at: 'x' });
});

test('a member named __proto__ stays one', () => {
  const payload: unknown = JSON.parse('{"at":"2024-01-15T10:30:00Z","__proto__":{"x":1}}');
  expect(JSON.stringify(renew(payload))).toBe('{"at":"2026-11-21T10:30:59Z","__proto__":{"x":1}}');
});
