import { describe, expect, test } from 'vitest';
import type { CaptureAnswer } from '../../src/model/capture.ts';
import type { CaptureStore, Store } from '../../src/store/store.ts';
import { newCapture } from '../support/captures.ts';

const answered = { status: 201, durationMs: 12.5 };
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function answer(about: Partial<CaptureAnswer> = {}): CaptureAnswer {
  return { headers: [['Content-Type', 'text/plain']], body: Buffer.from('ok'), truncated: false, ...about };
}

export function storeAnswerContract(start: () => Promise<Store>): void {
  async function keepOne({ captures }: { captures: CaptureStore }): Promise<string> {
    const said = newCapture();
    await captures.add(said);
    return said.id;
  }

  describe("an app's answer", () => {
    test.each<[string, Uint8Array]>([
      ['none', new Uint8Array()],
      ['invalid UTF-8', Buffer.from('c328a0ff00fe', 'hex')],
      ['every byte', everyByte],
      ['a piece of a larger buffer', everyByte.subarray(65, 91)],
      ['64 KiB', Buffer.alloc(65_536, 0xe9)],
    ])('keeps the exact bytes of its body: %s', async (_name, body) => {
      const store = await start();
      const id = await keepOne(store);
      await store.captures.recordResponse(id, answered, answer({ body }));
      const kept = await store.captures.answer(id);
      expect(Buffer.compare(kept!.body, body)).toBe(0);
      expect((await store.captures.get(id))!.response).toEqual(answered);
    });

    test.each([true, false])(
      'keeps its headers as they were, and whether it goes on: %s',
      async (truncated) => {
        const store = await start();
        const id = await keepOne(store);
        const said = answer({
          headers: [
            ['Set-Cookie', 'a=1'],
            ['set-cookie', 'b=2; Path="/"'],
            ['X-Latin', 'Zürich \u00ff'],
            ['X-Empty', ''],
          ],
          truncated,
        });
        await store.captures.recordResponse(id, answered, said);
        expect(await store.captures.answer(id)).toEqual(said);
      },
    );

    test('recorded again replaces the one before', async () => {
      const store = await start();
      const id = await keepOne(store);
      await store.captures.recordResponse(id, answered, answer({ truncated: true }));
      const later = answer({ headers: [], body: Buffer.from('later') });
      await store.captures.recordResponse(id, { status: 500, durationMs: 1 }, later);
      expect(await store.captures.answer(id)).toEqual(later);
      expect((await store.captures.get(id))!.response).toEqual({ status: 500, durationMs: 1 });
    });

    test.each([undefined, null])('is none where there was none to record: %s', async (none) => {
      const store = await start();
      const id = await keepOne(store);
      expect(await store.captures.answer(id)).toBeNull();
      await store.captures.recordResponse(id, answered, none);
      expect(await store.captures.answer(id)).toBeNull();
      expect((await store.captures.get(id))!.response).toEqual(answered);
    });

    test('belongs to its capture alone, and goes with it', async () => {
      const store = await start();
      const [gone, stays, bare] = [await keepOne(store), await keepOne(store), await keepOne(store)];
      for (const id of [gone, stays]) {
        await store.captures.recordResponse(id, answered, answer({ body: Buffer.from(id) }));
      }
      expect(await store.captures.answer(bare)).toBeNull();
      await store.captures.delete([gone]);
      expect(await store.captures.answer(gone)).toBeNull();
      expect(Buffer.from((await store.captures.answer(stays))!.body).toString()).toBe(stays);
      await store.captures.deleteMatching({});
      expect(await store.captures.answer(stays)).toBeNull();
    });

    test('for nothing is no error', async () => {
      const { captures } = await start();
      await captures.recordResponse('cap_nowhere', answered, answer());
      expect(await captures.answer('cap_nowhere')).toBeNull();
    });
  });
}
