import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import type { Store } from '../../src/store/store.ts';
import { newCapture, verdict } from '../support/captures.ts';
import { storeAnswerContract } from './store-answers.contract.ts';
import { storeAttemptContract } from './store-attempts.contract.ts';
import { storeChangesContract } from './store-changes.contract.ts';
import { storeDeletionContract } from './store-deletion.contract.ts';
import { storeDeliveryContract } from './store-deliveries.contract.ts';
import { storeEndpointContract } from './store-endpoints.contract.ts';
import { storeEngineContract } from './store-engines.contract.ts';
import { storeFilterContract } from './store-filters.contract.ts';
import { storeNeighbourContract } from './store-neighbours.contract.ts';
import { storePagingContract } from './store-paging.contract.ts';
import { storeQueueContract } from './store-queue.contract.ts';
import { storeRecordContract } from './store-record.contract.ts';
import { storeRetentionContract } from './store-retention.contract.ts';
import { storeRetryContract } from './store-retry.contract.ts';
import { storeSearchContract } from './store-search.contract.ts';
import { storeWindowContract } from './store-window.contract.ts';

/** What every store must keep to. `open` gives a new, empty one each time; the suite closes it. */
export function storeContract(open: () => Promise<Store>): void {
  const start = async (): Promise<Store> => {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  };
  storeCaptureContract(start);
  storeAnswerContract(start);
  storeDeletionContract(start);
  storeAttemptContract(start);
  storeFilterContract(start);
  storePagingContract(start);
  storeWindowContract(start);
  storeNeighbourContract(start);
  storeSearchContract(start);
  storeEndpointContract(start);
  storeDeliveryContract(start);
  storeQueueContract(start);
  storeRetryContract(start);
  storeRetentionContract(start);
  storeRecordContract(start);
  storeEngineContract(start);
  storeChangesContract(start);
}

/** Ten megabytes that look like noise, the same in every run. */
function noise(size: number): Buffer {
  const blocks: Buffer[] = [];
  let block = Buffer.from('noise');
  for (let at = 0; at < size; at += block.length) {
    block = createHash('sha512').update(block).digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks, size);
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function storeCaptureContract(start: () => Promise<Store>): void {
  describe('keeping', () => {
    test('gives back everything that was said, and no answer yet', async () => {
      const { captures } = await start();
      const full = {
        ...verdict('no-match'),
        form: 'sha256=<hex>',
        secretIndex: 1,
        warnings: ['the secret ends in a space'],
      };
      const said = newCapture({
        method: 'PROPFIND',
        path: "/iverton/x?q=%00&y='ü'",
        headers: [['Host', 'localhost']],
        body: Buffer.from('{"a":1}'),
        remoteAddress: '::1',
        provider: 'iverton',
        eventType: 'deal.won',
        eventId: 'evt_1',
        dedupeKey: 'iverton:evt_1',
        verdict: full,
      });
      await captures.add(said);
      const { dedupeKey: _, ...kept } = said;
      expect(await captures.get(said.id)).toEqual({ ...kept, duplicateOf: null, response: null });
    });

    test('nulls stay null', async () => {
      const { captures } = await start();
      const said = newCapture();
      await captures.add(said);
      expect(await captures.get(said.id)).toMatchObject({
        remoteAddress: null,
        provider: null,
        eventType: null,
        eventId: null,
        duplicateOf: null,
        verdict: null,
        response: null,
      });
    });

    test.each<[string, Uint8Array]>([
      ['none', new Uint8Array()],
      ['JSON whose form no parser keeps', Buffer.from('{"threshold": 30.0,\t"a":1,"a":2}\r\n')],
      ['every byte', everyByte],
      ['invalid UTF-8', Buffer.from('c328a0ff00fe', 'hex')],
      ['a piece of a larger buffer', everyByte.subarray(65, 91)],
      ['10 MB', noise(10 * 1024 * 1024)],
    ])('the exact bytes of a body: %s', async (_name, body) => {
      const { captures } = await start();
      const said = newCapture({ body });
      await captures.add(said);
      const kept = await captures.get(said.id);
      expect(Buffer.compare(kept!.body, body)).toBe(0);
      const { captures: listed } = await captures.list({}, { limit: 1 });
      expect(listed[0]!.bodySize).toBe(body.length);
    });

    test('headers in their order and case, with duplicates, empty and Latin-1 values', async () => {
      const { captures } = await start();
      const headers: Header[] = [
        ['X-Twice', 'b'],
        ['x-twice', 'a'],
        ['X-Empty', ''],
        ['X-Latin', 'Zürich \u00ff\u0080'],
        ['X-Twice', 'b'],
        ['__proto__', 'a "quoted" \\ value'],
      ];
      const said = newCapture({ headers });
      await captures.add(said);
      expect((await captures.get(said.id))!.headers).toEqual(headers);
    });

    test('whatever a request may hold', async () => {
      const { captures } = await start();
      const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
      const latin = fc.string({ unit: byte, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(latin, latin), { maxLength: 8 }),
          fc.uint8Array({ maxLength: 300 }),
          latin,
          latin,
          async (headers, body, path, method) => {
            const said = newCapture({ headers, body, path, method });
            await captures.add(said);
            const kept = (await captures.get(said.id))!;
            expect({ ...kept, body: [...kept.body] }).toMatchObject({
              headers,
              path,
              method,
              body: [...body],
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    test('an id that is not there is null', async () => {
      const { captures } = await start();
      expect(await captures.get('cap_nowhere')).toBeNull();
      expect(await captures.get("' or 1=1 --")).toBeNull();
    });

    test('many at once are all kept, in the order of the calls', async () => {
      const { captures } = await start();
      const said = Array.from({ length: 1_200 }, () => newCapture());
      await Promise.all(said.map((capture) => captures.add(capture)));
      const { captures: listed } = await captures.list({}, { limit: 10_000 });
      expect(listed.map(({ id }) => id)).toEqual(said.map(({ id }) => id).toReversed());
    });

    test('an answer is recorded; a later one replaces it; one for nothing is no error', async () => {
      const { captures } = await start();
      const said = newCapture();
      await captures.add(said);
      await captures.recordResponse(said.id, { status: 200, durationMs: 1.25 });
      expect((await captures.get(said.id))!.response).toEqual({ status: 200, durationMs: 1.25 });
      await captures.recordResponse(said.id, { status: null, durationMs: 0 });
      expect((await captures.get(said.id))!.response).toEqual({ status: null, durationMs: 0 });
      await captures.recordResponse('cap_nowhere', { status: 200, durationMs: 1 });
      expect((await captures.list({}, { limit: 10 })).captures).toHaveLength(1);
    });
  });

  describe('duplicates', () => {
    test('are told by their key, and name the earliest', async () => {
      const { captures } = await start();
      const [first, second, other, third] = [
        newCapture({ dedupeKey: 'a', receivedAt: 5_000 }),
        newCapture({ dedupeKey: 'a', receivedAt: 1_000 }),
        newCapture({ dedupeKey: 'b' }),
        newCapture({ dedupeKey: 'a' }),
      ];
      expect(await captures.add(first!)).toEqual({ duplicateOf: null });
      expect(await captures.add(second!)).toEqual({ duplicateOf: first!.id });
      expect(await captures.add(other!)).toEqual({ duplicateOf: null });
      expect(await captures.add(third!)).toEqual({ duplicateOf: first!.id });
      expect((await captures.get(third!.id))!.duplicateOf).toBe(first!.id);
    });

    test('are told among captures that arrive together', async () => {
      const { captures } = await start();
      const said = Array.from({ length: 20 }, () => newCapture({ dedupeKey: 'same' }));
      const results = await Promise.all(said.map((capture) => captures.add(capture)));
      expect(results.map(({ duplicateOf }) => duplicateOf)).toEqual([
        null,
        ...Array.from({ length: 19 }, () => said[0]!.id),
      ]);
    });

    test('are none without a key, and an empty key is a key', async () => {
      const { captures } = await start();
      await captures.add(newCapture());
      expect(await captures.add(newCapture())).toEqual({ duplicateOf: null });
      const empty = newCapture({ dedupeKey: '' });
      await captures.add(empty);
      expect(await captures.add(newCapture({ dedupeKey: '' }))).toEqual({ duplicateOf: empty.id });
    });

    test('name what is left once the earliest is deleted', async () => {
      const { captures } = await start();
      const [first, second] = [newCapture({ dedupeKey: 'a' }), newCapture({ dedupeKey: 'a' })];
      await captures.add(first!);
      await captures.add(second!);
      await captures.delete([first!.id]);
      expect(await captures.add(newCapture({ dedupeKey: 'a' }))).toEqual({ duplicateOf: second!.id });
    });
  });
}
