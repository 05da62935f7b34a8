import { expect, test } from 'vitest';
import { loadApi } from '../../../src/emulator/index.ts';
import { emulate, PROVIDERS } from '../../support/emulating.ts';
import { endpointWith } from '../../support/endpoints.ts';

const COUNT = 250;

interface Served {
  readonly path: string;
  /** The ids of a list's answer, oldest first. */
  readonly ids: (json: any) => string[];
  readonly next: (json: any) => string | null | undefined;
}

async function servedBy(provider: string): Promise<Served> {
  const { collection, cursorField } = (await loadApi(provider))!;
  return {
    path: `/${provider}${collection}`,
    ids: (json) => (json.webhooks ?? json.data).map((one: any) => one.webhookId ?? one.id),
    next: (json) => json[cursorField],
  };
}

/** Walks from page to page; `between` runs before each but the first. */
async function walk(
  call: Awaited<ReturnType<typeof emulate>>['call'],
  { path, ids, next }: Served,
  limit: number,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let query = `?limit=${limit}`; ;) {
    const { status, json } = await call('GET', path + query);
    expect(status).toBe(200);
    pages.push(ids(json));
    const cursor = next(json);
    if (cursor === null) return pages;
    expect(typeof cursor).toBe('string');
    expect(pages.length).toBeLessThan(COUNT + 1);
    await between(pages.length);
    query = `?limit=${limit}&cursor=${cursor}`;
  }
}

test.each(PROVIDERS)('%s: each endpoint once over the pages, and all of them without', async (provider) => {
  const { call, store } = await emulate();
  const served = await servedBy(provider);
  const wanted = Array.from({ length: COUNT }, (_, index) => `ep_${index}`);
  for (const id of wanted) {
    await store.endpoints.add(endpointWith({ id, provider, url: 'https://example.com/' }));
    // Others' lie between.
    const other = PROVIDERS.find((one) => one !== provider)!;
    await store.endpoints.add(
      endpointWith({ id: `${id}_other`, provider: other, url: 'https://example.com/' }),
    );
  }
  const whole = (await call('GET', served.path)).json;
  expect(served.ids(whole)).toEqual(wanted);
  expect(Object.keys(whole)).toEqual([provider === 'taskplatform' ? 'data' : 'webhooks']);
  for (const [limit, pages] of [
    [1, 250],
    [7, 36],
    [50, 5],
    [249, 2],
    [250, 1],
    [1_000, 1],
  ] as const) {
    const walked = await walk(call, served, limit);
    expect(walked).toHaveLength(pages);
    expect(walked.flat()).toEqual(wanted);
    for (const page of walked.slice(0, -1)) expect(page).toHaveLength(limit);
  }
});

test('what is created and deleted meanwhile shifts no page', async () => {
  const { call, store } = await emulate();
  const served = await servedBy('filedgr');
  const add = (id: string): Promise<void> =>
    store.endpoints.add(endpointWith({ id, provider: 'filedgr', url: 'https://example.com/' }));
  for (let index = 0; index < 6; index += 1) await add(`ep_${index}`);
  const walked = await walk(call, served, 2, async (page) => {
    if (page !== 1) return;
    // The one that the cursor names, one of the page before, one to come.
    for (const id of ['ep_1', 'ep_0', 'ep_4']) await call('DELETE', `${served.path}/${id}`);
    await add('ep_6');
  });
  expect(walked).toEqual([
    ['ep_0', 'ep_1'],
    ['ep_2', 'ep_3'],
    ['ep_5', 'ep_6'],
  ]);
});

test('an empty list is one page', async () => {
  const { call } = await emulate();
  expect((await call('GET', '/filedgr/webhooks?limit=5')).json).toEqual({ webhooks: [], nextCursor: null });
});

test('a cursor by itself gives a page too', async () => {
  const { call, store } = await emulate();
  for (let index = 0; index < 102; index += 1) {
    const url = 'https://example.com/';
    await store.endpoints.add(endpointWith({ id: `ep_${index}`, provider: 'iverton', url }));
  }
  const { json } = await call('GET', '/iverton/v1/webhooks?cursor=ep_0');
  expect(json.webhooks).toHaveLength(100);
  expect([json.webhooks[0].id, json.next_cursor]).toEqual(['ep_1', 'ep_100']);
});
