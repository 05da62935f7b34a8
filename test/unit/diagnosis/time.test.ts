import { expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { goodRequest, plainProviders } from './causes.ts';

const NOW = 1_800_000_000_000;
const body = Buffer.from('{"event":"task.created"}');

/** A request whose timestamp is so many seconds from now, verified with another secret. */
async function causes(provider: string, offsetSeconds: number, value = NOW / 1_000 + offsetSeconds) {
  const request = goodRequest(await loadProvider(provider), body, [['X-Webhook-Timestamp', String(value)]]);
  return diagnose(request, await loadProvider(provider), ['another'], { now: NOW }).map(
    ({ cause, confidence, fix }) => [cause, confidence, fix.match(/-?\d+ s/)?.[0]],
  );
}

test.each([
  [-301, 'time-too-old', '301 s'],
  [-86_400, 'time-too-old', '86400 s'],
  [301, 'time-too-new', '301 s'],
])(
  'a timestamp %i s from now is told, with the skew, after what is likelier',
  async (offset, cause, skew) => {
    expect(await causes('taskplatform', offset)).toEqual([
      ['secret-wrong', 'possible', undefined],
      [cause, 'possible', skew],
    ]);
  },
);

test.each([-300, 0, 300])('one %i s from now is not', async (offset) => {
  expect(await causes('taskplatform', offset)).toEqual([['secret-wrong', 'possible', undefined]]);
});

test('a header that is no time of this provider says nothing', async () => {
  expect(await causes('taskplatform', 0, 17)).toHaveLength(1);
  for (const { id } of plainProviders) {
    if (id !== 'taskplatform') expect(await causes(id, -86_400), id).toHaveLength(1);
  }
});

test('a request that verifies is not diagnosed, however old it is: its time is not signed', async () => {
  const provider = await loadProvider('taskplatform');
  const request = goodRequest(provider, body, [['X-Webhook-Timestamp', '1000000000']], 's');
  expect(diagnose(request, provider, ['s'], { now: NOW })).toEqual([]);
});
