import { expect, test } from 'vitest';
import { createDeadlines } from '../../../src/engine/deadlines.ts';

/** How long after its beginning each of some deadlines came, with as much time between their beginnings. */
async function elapsed(waits: readonly number[], apartMs: number): Promise<number[]> {
  const deadlines = createDeadlines();
  const passed: Promise<number>[] = [];
  for (const ms of waits) {
    const begun = performance.now();
    passed.push(new Promise((resolve) => deadlines.after(ms, () => resolve(performance.now() - begun))));
    await new Promise((resolve) => setTimeout(resolve, apartMs));
  }
  return Promise.all(passed);
}

test.each([
  ['equally long, one after another', [100, 100, 100, 100]],
  ['differently long', [120, 40, 80.5, 1]],
  ['no time at all', [0, 0]],
])('none comes before its time: %s', async (_name, waits) => {
  const early = (await elapsed(waits, 20)).map((passed, index) => passed < waits[index]!);
  expect(early).toEqual(waits.map(() => false));
});

test('what was called off does not come, and what was not does', async () => {
  const deadlines = createDeadlines();
  const came: string[] = [];
  const off = deadlines.after(20, () => came.push('first'));
  const last = new Promise<void>((resolve) => {
    deadlines.after(20, () => {
      came.push('second');
      resolve();
    });
  });
  off();
  await last;
  expect(came).toEqual(['second']);
});

test('begins anew after all have come', async () => {
  const deadlines = createDeadlines();
  for (let count = 0; count < 3; count += 1) {
    await new Promise<void>((resolve) => void deadlines.after(10, resolve));
  }
  const off = deadlines.after(10, () => expect.unreachable());
  off();
  await new Promise<void>((resolve) => void deadlines.after(30, resolve));
  await new Promise<void>((resolve) => void deadlines.after(10, resolve));
});
