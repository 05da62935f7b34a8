import { describe, expect, it } from 'vitest';
import type { CaptureItem, CaptureWindow } from '../../../../src/inspector/contract.ts';
import {
  applyWindow,
  positionOf,
  windowFor,
  type Rows,
} from '../../../../src/inspector/page/captures/rows.ts';

const id = (number: number): string => `cap_${String(number).padStart(6, '0')}`;

function capture(number: number): CaptureItem {
  return {
    id: id(number),
    receivedAt: '2026-01-01T00:00:00.000Z',
    method: 'POST',
    path: '/',
    remoteAddress: null,
    bodySize: 0,
    provider: null,
    eventType: null,
    eventId: null,
    duplicateOf: null,
    verdict: null,
    response: null,
  };
}

/** A window into captures numbered from 1, newest first. */
function windowInto(newest: number, offset: number, limit: number, counted = newest): CaptureWindow {
  const length = Math.max(0, Math.min(limit, newest - offset));
  return {
    offset,
    captures: Array.from({ length }, (_, index) => capture(newest - offset - index)),
    total: Math.min(newest, counted),
    isMore: newest > counted,
  };
}

function load(before: Rows | null, loaded: CaptureWindow, anchor: number): ReturnType<typeof applyWindow> {
  return applyWindow(before, loaded, anchor);
}

describe('windowFor', () => {
  it('holds what is in view with a margin on either side', () => {
    const { offset, limit } = windowFor(500, 530);
    expect(offset).toBeLessThanOrEqual(475);
    expect(offset + limit).toBeGreaterThanOrEqual(556);
    expect(limit).toBeLessThanOrEqual(200);
  });

  it('stays the same while the rows in view move a little', () => {
    expect(windowFor(501, 531)).toEqual(windowFor(510, 540));
    expect(windowFor(501, 531)).not.toEqual(windowFor(580, 610));
  });

  it('begins with the first row at the top', () => {
    expect(windowFor(0, 20).offset).toBe(0);
  });
});

describe('applyWindow', () => {
  it('takes the first window as it is', () => {
    const { rows, moved, fresh } = load(null, windowInto(300, 0, 100), 0);
    expect([rows.total, rows.items.get(0)?.id, rows.items.get(99)?.id]).toEqual([300, id(300), id(201)]);
    expect([moved, fresh]).toEqual([0, []]);
  });

  it('tells which captures are new at the top', () => {
    const before = load(null, windowInto(300, 0, 100), 0).rows;
    const { rows, moved, fresh } = load(before, windowInto(302, 0, 100), 0);
    expect([moved, fresh]).toEqual([2, [id(302), id(301)]]);
    expect(rows.items.get(2)?.id).toBe(id(300));
  });

  it('says how far what was in view has moved when newer ones arrived', () => {
    const before = load(null, windowInto(5_000, 500, 150), 540).rows;
    const { rows, moved, fresh } = load(before, windowInto(5_007, 500, 150), 540);
    expect([moved, fresh]).toEqual([7, []]);
    expect(rows.items.get(547)?.id).toBe(before.items.get(540)?.id);
  });

  it('says so when some were deleted', () => {
    const before = load(null, windowInto(5_000, 500, 150), 540).rows;
    // Ten of the newest are gone.
    const { moved } = load(before, { ...windowInto(4_990, 500, 150) }, 540);
    expect(moved).toBe(-10);
  });

  it('goes by the total where more arrived than a window holds', () => {
    const before = load(null, windowInto(5_000, 500, 150), 540).rows;
    const { rows, moved } = load(before, windowInto(5_400, 500, 150), 540);
    expect(moved).toBe(400);
    expect(positionOf(rows, id(4_460))).toBeNull();
  });

  it('finds what was in view again step by step where the total is not counted to its end', () => {
    let newest = 200_000;
    let anchor = 540;
    let rows = load(null, windowInto(newest, 500, 150, 100_000), anchor).rows;
    const wanted = rows.items.get(anchor)!.id;
    newest += 400;
    for (let step = 0; step < 10; step += 1) {
      const { offset, limit } = windowFor(anchor, anchor + 25);
      const update = load(rows, windowInto(newest, offset, limit, 100_000), anchor);
      rows = update.rows;
      anchor += update.moved;
      expect(rows.items.get(anchor)?.id ?? wanted).toBe(wanted);
    }
    expect([anchor, rows.items.get(anchor)?.id]).toEqual([940, wanted]);
  });

  it('keeps what is near and lets go of what is far, however much passes', () => {
    let rows: Rows | null = null;
    for (let newest = 100; newest < 10_000; newest += 10) {
      rows = load(rows, windowInto(newest, 0, 100), 0).rows;
      expect(rows.items.size).toBeLessThanOrEqual(400);
    }
    rows = load(rows, windowInto(9_990, 50, 100), 60).rows;
    expect(rows.items.get(0)?.id).toBe(id(9_990));
    rows = load(rows, windowInto(9_990, 5_000, 100), 5_010).rows;
    expect([rows.items.get(0), rows.items.size]).toEqual([undefined, 100]);
  });

  it('never holds a capture at two positions', () => {
    const before = load(null, windowInto(300, 0, 100), 0).rows;
    const { rows } = load(before, windowInto(303, 50, 100), 60);
    const ids = [...rows.items.values()].map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [position, item] of rows.items) expect(item.id).toBe(id(303 - position));
  });

  it('is empty after everything was deleted', () => {
    const before = load(null, windowInto(300, 0, 100), 0).rows;
    const { rows } = load(before, windowInto(0, 0, 100), 0);
    expect([rows.total, rows.items.size]).toEqual([0, 0]);
  });
});
