import { describe, expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { newDatabasePath, openForTest } from '../../support/database.ts';
import { deliverTo, enterEngine, newEndpoint } from '../../support/deliveries.ts';
import { runScript } from '../../support/run-script.ts';

describe('the mark of changes, where others write to the same file', () => {
  test('differs from every one before after each write of another connection', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const other = await openForTest({ path });
    const capture = newCapture();
    const endpoint = newEndpoint();
    const writes: ((by: Store) => Promise<unknown>)[] = [
      ({ captures }) => captures.add(capture),
      ({ captures }) => captures.recordResponse(capture.id, { status: 200, durationMs: 1 }),
      ({ captures }) => captures.delete([capture.id]),
      ({ endpoints }) => endpoints.add(endpoint),
      (by) => deliverTo(by, endpoint),
      (by) => enterEngine(by),
    ];
    const marks = [await store.changes()];
    for (const write of writes) {
      await write(other);
      const mark = await store.changes();
      expect(marks, String(write)).not.toContain(mark);
      marks.push(mark);
    }
    await store.captures.add(newCapture());
    expect(marks).not.toContain(await store.changes());
  });

  test('stays while others only read', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const capture = newCapture();
    await store.captures.add(capture);
    const other = await openForTest({ path });
    const before = await store.changes();
    expect(await other.captures.get(capture.id)).not.toBeNull();
    await other.captures.window({}, { offset: 0, limit: 5 });
    await other.changes();
    expect(await store.changes()).toBe(before);
  });

  test('differs after a write of another process', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const before = await store.changes();
    const script = runScript(new URL('./scripts/add-once.ts', import.meta.url), [path]);
    onTestFinished(() => script.kill('SIGKILL'));
    const id = await script.line();
    expect(await store.changes()).not.toBe(before);
    expect(await store.captures.get(id)).not.toBeNull();
  });
});
