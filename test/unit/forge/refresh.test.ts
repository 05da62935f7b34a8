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
});

test.each([
  ['plain', '00000'],
  ['f81d4fae-7dec-41d0-a765-00a0c91e6bf6', '00000000-0000-4000-8000-000000000000'],
  ['0123456789abcdef', '0000000000000000'],
  ['1700000000123', '1000000000000'],
  ['1Z999-AA1', '00000-000'],
  [4_711, 1_000],
])('ids without one are of the same make: %j', (id, fresh) => {
  expect(renew({ id })).toEqual({ id: fresh });
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

test.each([
  [1_700_000_000, Math.floor(now / 1_000)],
  [1_700_000_000_123, now],
  ['1700000000', String(Math.floor(now / 1_000))],
  ['1700000000.000200', `${Math.floor(now / 1_000)}.000200`],
  ['2024-01-15T10:30:00.123Z', '2026-11-21T10:30:59.999Z'],
  ['2024-01-15T10:30:00.123456+02:00', '2026-11-21T10:30:59.999000+00:00'],
  ['2024-01-15T10:30:00-0500', '2026-11-21T10:30:59+0000'],
])('the time %j is written as the example is', (at, fresh) => {
  expect(renew({ at, data: { same: at } })).toEqual({ at: fresh, data: { same: fresh } });
});

test('what is not there, or of another kind, stays as it is', () => {
  expect(renew({ id: true, at: 5 })).toEqual({ id: true, at: 5 });
  expect(renew({ id: null, at: 'tomorrow' })).toEqual({ id: null, at: 'tomorrow' });
  expect(renew({ other: true })).toEqual({ other: true });
  expect(renew([1, 'two', null])).toEqual([1, 'two', null]);
  expect(renew({ at: 'x' }, { time: [{ header: 'X-Time' }] })).toEqual({ at: 'x' });
});

test('a member named __proto__ stays one', () => {
  const payload: unknown = JSON.parse('{"at":"2024-01-15T10:30:00Z","__proto__":{"x":1}}');
  expect(JSON.stringify(renew(payload))).toBe('{"at":"2026-11-21T10:30:59Z","__proto__":{"x":1}}');
});
