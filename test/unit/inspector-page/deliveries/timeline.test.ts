import { expect, it } from 'vitest';
import type { AttemptItem } from '../../../../src/inspector/contract.ts';
import { offsetText, timelineOf } from '../../../../src/inspector/page/deliveries/timeline.ts';

function attempt(number: number, offsetMs: number): AttemptItem {
  const at = new Date(Date.parse('2026-01-01T00:00:00.000Z') + offsetMs).toISOString();
  return {
    number,
    trigger: 'scheduled',
    provider: 'iverton',
    eventType: 'deal.won',
    messageId: null,
    scheduledAt: at,
    startedAt: at,
    offsetMs,
    durationMs: 3,
    ok: false,
    request: { method: 'POST', url: 'http://app/', headers: [], bodySize: 0 },
    response: null,
    error: { code: 'refused', message: 'refused' },
  };
}

it('has the attempts that were made, then those to come, each by its distance from the first', () => {
  const rows = timelineOf({
    delivery: { attempts: [attempt(1, 0), attempt(2, 360_000)] },
    ahead: ['2026-01-01T00:36:00.000Z', '2026-01-01T02:36:00.000Z'],
  });
  expect(rows.map(({ kind, offset }) => `${kind} ${offset}`)).toEqual([
    'made +0',
    'made +6 m',
    'ahead +36 m',
    'ahead +2 h 36 m',
  ]);
  expect(rows.flatMap((row) => (row.kind === 'ahead' ? [row.isNext] : []))).toEqual([true, false]);
});

it('counts from the first to come where none was made', () => {
  const rows = timelineOf({
    delivery: { attempts: [] },
    ahead: ['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'],
  });
  expect(rows.map(({ offset }) => offset)).toEqual(['+0', '+1 m']);
});

it('is empty where there is nothing', () => {
  expect(timelineOf({ delivery: { attempts: [] }, ahead: [] })).toEqual([]);
  expect(offsetText(0)).toBe('+0');
});
