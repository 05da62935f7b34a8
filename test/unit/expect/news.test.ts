import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNews } from '../../../src/expect/news.ts';
import { newCapture } from '../../support/captures.ts';
import { openForTest } from '../../support/database.ts';

const SINCE = 1_000;

async function told(news: ReturnType<typeof createNews>): Promise<string[]> {
  const ids: string[] = [];
  for await (const captures of news()) ids.push(...captures.map(({ id }) => id));
  return ids;
}

test('tells of each capture once, whatever its id and time, and whatever is deleted meanwhile', async () => {
  const store = await openForTest({ path: ':memory:' });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        add: fc.array(fc.integer({ min: SINCE - 2, max: SINCE + 5 }), { maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat({ max: 20 }) }) },
    { weight: 3, arbitrary: fc.constant({ look: true }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await store.captures.deleteMatching({});
      const news = createNews(store.captures, SINCE);
      const stored: { id: string; isWanted: boolean }[] = [];
      let untold: string[] = [];
      for (const action of [...steps, { look: true }]) {
        if ('add' in action) {
          for (const receivedAt of action.add) {
            const capture = newCapture({ receivedAt, id: `cap_${Math.random()}` });
            await store.captures.add(capture);
            const isWanted = receivedAt >= SINCE;
            stored.push({ id: capture.id, isWanted });
            if (isWanted) untold.push(capture.id);
          }
        } else if ('remove' in action) {
          const [gone] = stored.splice(action.remove, 1);
          if (gone === undefined) continue;
          await store.captures.delete([gone.id]);
          untold = untold.filter((id) => id !== gone.id);
        } else {
          expect(await told(news)).toEqual(untold);
          untold = [];
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('tells of thousands, and then only of what comes behind them', async () => {
  const store = await openForTest({ path: ':memory:' });
  const captures = Array.from({ length: 2_500 }, () => newCapture({ receivedAt: SINCE }));
  await Promise.all(captures.map((capture) => store.captures.add(capture)));
  const news = createNews(store.captures, SINCE);
  expect((await told(news)).toSorted()).toEqual(captures.map(({ id }) => id).toSorted());
  expect(await told(news)).toEqual([]);
  const next = newCapture({ receivedAt: SINCE });
  await store.captures.add(next);
  expect(await told(news)).toEqual([next.id]);
});
