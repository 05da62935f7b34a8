import { describe, expect, test } from 'vitest';
import type { Claim, Store } from '../../src/store/store.ts';
import { attempt, newCapture } from '../support/captures.ts';
import {
  NOON,
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  wanting,
} from '../support/deliveries.ts';

export function storeChangesContract(start: () => Promise<Store>): void {
  describe('the mark of changes', () => {
    test('differs from every one before after every kind of write', async () => {
      const store = await start();
      const { captures, attempts, endpoints, deliveries, engines } = store;
      const [capture, other] = [newCapture({ body: Buffer.from('needle') }), newCapture()];
      const [endpoint, idle] = [newEndpoint(), newEndpoint()];
      const answer = { headers: [], body: Buffer.from('a'), truncated: false };
      let engine = 0;
      const takeOne = (): Promise<Claim> => claimOne(deliveries, engine);
      const writes: [string, () => Promise<unknown>][] = [
        ['a capture', () => captures.add(capture)],
        ['its text', () => captures.indexText()],
        ['its response', () => captures.recordResponse(capture.id, { status: 200, durationMs: 1 })],
        ['its answer', () => captures.recordResponse(capture.id, { status: 200, durationMs: 1 }, answer)],
        ['a replay', () => attempts.add({ ...attempt(), id: 'atm_1', captureId: capture.id })],
        ['a capture deleted', () => captures.delete([capture.id])],
        ['another capture', () => captures.add(other)],
        ['captures deleted by filter', () => captures.deleteMatching({})],
        ['an endpoint', () => endpoints.add(endpoint)],
        ['an endpoint changed', () => endpoints.update(endpoint.id, (now) => ({ ...now, url: 'http://b/' }))],
        ['another endpoint', () => endpoints.add(idle)],
        ['an endpoint deleted', () => endpoints.delete(idle.id, NOON)],
        ['an engine', async () => (engine = await enterEngine(store))],
        ['its beat', () => engines.beat(engine)],
        ['an event', () => deliverTo(store, endpoint)],
        ['a claim', takeOne],
        ['an engine gone', () => engines.remove(engine)],
        ['an engine again', async () => (engine = await enterEngine(store))],
        ['an attempt', async () => deliveries.settle(await takeOne(), ended(), () => failed())],
        ['another event', () => deliverTo(store, endpoint)],
        ['a claim given back', async () => deliveries.release([await takeOne()])],
        ['a run of retries', () => deliveries.beginRetryRun('all', { status: 'failed' }, 'run_1', NOON)],
        ['its deliveries', () => deliveries.continueRetryRun('run_1', NOON)],
        ['its end', () => deliveries.endRetryRun('run_1')],
      ];
      const marks = [await store.changes()];
      for (const [what, write] of writes) {
        await write();
        const mark = await store.changes();
        expect(marks, what).not.toContain(mark);
        marks.push(mark);
      }
      const { deliveries: waiting } = await deliveries.list({ status: 'pending' }, { limit: 10 });
      expect(waiting.length).toBeGreaterThan(0);
      await deliveries.cancel(
        waiting.map(({ id }) => id),
        'enough',
        NOON,
      );
      const canceled = await store.changes();
      expect(marks).not.toContain(canceled);
      expect(await deliveries.retry(waiting[0]!.id, NOON, 'batch')).toBe('due');
      expect([...marks, canceled]).not.toContain(await store.changes());
    });

    test('stays while there is only reading', async () => {
      const store = await start();
      const { captures, attempts, endpoints, deliveries, engines } = store;
      const capture = newCapture({ body: Buffer.from('needle') });
      await captures.add(capture);
      await captures.indexText();
      const endpoint = newEndpoint();
      await endpoints.add(endpoint);
      const id = await deliverTo(store, endpoint, { dueAt: NOON + 60_000 });
      const owner = await enterEngine(store);
      const before = await store.changes();
      expect(await store.changes()).toBe(before);
      const reads: (() => Promise<unknown>)[] = [
        () => captures.get(capture.id),
        () => captures.answer(capture.id),
        () => captures.latest(),
        () => captures.list({}, { limit: 5 }),
        () => captures.list({ text: 'needle' }, { limit: 5 }),
        () => captures.window({}, { offset: 0, limit: 5 }),
        () => captures.window({ text: 'needle' }, { offset: 0, limit: 5 }),
        () => captures.neighbours(capture.id),
        () => captures.deleteMatching({ provider: 'nobody' }),
        () => attempts.ofCapture(capture.id),
        () => attempts.ofDelivery(id),
        () => endpoints.get(endpoint.id),
        () => endpoints.list(),
        () => deliveries.get(id),
        () => deliveries.body(id),
        () => deliveries.list({}, { limit: 5 }),
        () => deliveries.count('batch'),
        () => deliveries.recordOf(endpoint.id),
        () => deliveries.lastTime(),
        () => deliveries.claim(wanting(owner)),
        () => engines.list(),
      ];
      for (const read of reads) {
        await read();
        expect(await store.changes(), String(read)).toBe(before);
      }
    });
  });
}
