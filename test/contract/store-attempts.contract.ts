import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { attempt, newCapture } from '../support/captures.ts';

export function storeAttemptContract(start: () => Promise<Store>): void {
  describe('attempts', () => {
    test('come back as they were, oldest first', async () => {
      const { captures, attempts } = await start();
      const capture = newCapture();
      await captures.add(capture);
      const answered = attempt({
        number: 7,
        trigger: 'manual',
        provider: 'iverton',
        eventType: 'deal.won',
        messageId: 'evt_1',
        ok: false,
        request: {
          method: 'PUT',
          url: 'http://localhost:1/ü',
          headers: [
            ['A', '\u00ff'],
            ['a', ''],
          ],
          bodySize: 12,
        },
        response: {
          status: 500,
          headers: [['Content-Type', 'x']],
          body: Buffer.from([0, 255, 128, 10]),
          truncated: true,
        },
      });
      const refused = attempt({
        response: null,
        ok: false,
        error: { code: 'refused', message: 'nobody there' },
      });
      await attempts.add({ ...answered, id: 'atm_b', captureId: capture.id });
      await attempts.add({ ...refused, id: 'atm_a', captureId: capture.id });
      expect(await attempts.ofCapture(capture.id)).toEqual([answered, refused]);
      expect(await attempts.ofCapture('cap_nowhere')).toEqual([]);
    });

    test('need no capture, and outlive one that was deleted meanwhile', async () => {
      const { attempts } = await start();
      await attempts.add({ ...attempt(), id: 'atm_1', captureId: null });
      await attempts.add({ ...attempt(), id: 'atm_2', captureId: 'cap_nowhere' });
      expect(await attempts.ofCapture('cap_nowhere')).toEqual([]);
    });
  });
}
