import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { attempt, newCapture } from '../support/captures.ts';

export function storeDeletionContract(start: () => Promise<Store>): void {
  describe('deleting', () => {
    test('by ids: counts what was there, and takes its text, its answer and its replays along', async () => {
      const { captures, attempts } = await start();
      const [gone, stays] = [
        newCapture({ body: Buffer.from('needle') }),
        newCapture({ body: Buffer.from('needle') }),
      ];
      for (const capture of [gone!, stays!]) {
        await captures.add(capture);
        await captures.recordResponse(capture.id, { status: 500, durationMs: 1 });
        await attempts.add({ ...attempt(), id: `atm_${capture.id}`, captureId: capture.id });
      }
      expect((await captures.list({ text: 'needle' }, { limit: 10 })).captures).toHaveLength(2);

      expect(await captures.delete([gone!.id, 'cap_nowhere', gone!.id])).toBe(1);
      expect(await captures.get(gone!.id)).toBeNull();
      for (const filter of [{}, { text: 'needle' }, { status: '500' }]) {
        const { captures: listed } = await captures.list(filter, { limit: 10 });
        expect(listed.map(({ id }) => id)).toEqual([stays!.id]);
      }
      expect(await attempts.ofCapture(gone!.id)).toEqual([]);
      expect(await attempts.ofCapture(stays!.id)).toHaveLength(1);
      expect(await captures.delete([])).toBe(0);
    });

    test('what was never indexed leaves the text of the others alone', async () => {
      const { captures } = await start();
      const said = Array.from({ length: 3 }, () => newCapture({ body: Buffer.from('needle') }));
      for (const capture of said) await captures.add(capture);
      await captures.delete([said[1]!.id]);
      const { captures: found } = await captures.list({ text: 'needle' }, { limit: 10 });
      expect(found.map(({ id }) => id)).toEqual([said[2]!.id, said[0]!.id]);
    });

    test('by filter: what matches and nothing else, however much', async () => {
      const { captures } = await start();
      const said = Array.from({ length: 1_300 }, (_, index) =>
        newCapture({ provider: index % 13 === 0 ? 'iverton' : 'filedgr' }),
      );
      await Promise.all(said.map((capture) => captures.add(capture)));
      expect(await captures.deleteMatching({ provider: 'filedgr' })).toBe(1_200);
      expect((await captures.list({}, { limit: 10_000 })).captures).toHaveLength(100);
      expect(await captures.deleteMatching({ provider: 'nobody' })).toBe(0);
      expect(await captures.deleteMatching({})).toBe(100);
      expect(await captures.latest()).toBeNull();
    });

    test('by filter: bodies however large', async () => {
      const { captures } = await start();
      const sizes = [1, 9_000_000, 9_000_000, 20_000_000, 0, 9_000_000];
      for (const size of sizes) await captures.add(newCapture({ body: Buffer.alloc(size) }));
      expect(await captures.deleteMatching({})).toBe(sizes.length);
      expect(await captures.latest()).toBeNull();
    });

    test.each([{ text: 'needle' }, { status: '503' }, { status: '2xx' }, { since: 2_000 }])(
      'by filter: %j',
      async (filter) => {
        const { captures } = await start();
        const matches = newCapture({ receivedAt: 3_000, body: Buffer.from('a needle') });
        const other = newCapture({ receivedAt: 1_000, body: Buffer.from('hay') });
        await captures.add(matches);
        await captures.add(other);
        const refused = filter.status === '503';
        await captures.recordResponse(matches.id, { status: refused ? 503 : 200, durationMs: 1 });
        await captures.recordResponse(other.id, { status: refused ? 200 : 503, durationMs: 1 });
        expect(await captures.deleteMatching(filter)).toBe(1);
        expect((await captures.list({}, { limit: 10 })).captures.map(({ id }) => id)).toEqual([other.id]);
      },
    );

    test('an answer that comes after the deletion is no error', async () => {
      const { captures } = await start();
      const said = newCapture();
      await captures.add(said);
      await Promise.all([
        captures.delete([said.id]),
        captures.recordResponse(said.id, { status: 200, durationMs: 1 }),
      ]);
      expect(await captures.get(said.id)).toBeNull();
    });
  });
}
