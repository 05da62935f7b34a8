import { Agent, request } from 'node:http';
import type { CDPSession, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import {
  countOf,
  detailOf,
  ivertonEvent,
  listOf,
  postEvent,
  rowsOf,
  startInspected,
  WAIT,
  type ShownRow,
} from '../support/captures-view.ts';
import { createHome } from '../support/cli.ts';
import { connect } from '../support/database.ts';

const { visit } = useBrowser();
const IVERTON = ['--provider', 'iverton', '--secret', 'whsec_x'];
const MANY = 100_000;
const MOST_ROWS = 100;

/** So many captures, the newest with the highest number. */
function fill(database: string, count: number): void {
  connect(database).exec(`
    insert into captures (id, received_at, method, path, body_size, headers, body)
    select printf('cap_%026d', value), 1700000000000 + value, 'POST', '/' || value, 0, '[]', x'' from (
      with recursive numbers (value) as (values (1) union all select value + 1 from numbers where value < ${count})
      select value from numbers);
    insert into capture_facets (seq, method) values (1, 'POST');
    insert into capture_list select seq, 1, received_at from captures`);
}

/** The rows in view once all of them are loaded. */
async function loadedRows(page: Page): Promise<ShownRow[]> {
  const { height } = (await listOf(page).boundingBox())!;
  const inView = async (): Promise<ShownRow[]> =>
    (await rowsOf(page)).filter(({ top }) => top > -1 && top + 36 < height + 1);
  await expect
    .poll(async () => {
      const rows = await inView();
      return rows.length > 5 && rows.every(({ id }) => id !== null);
    }, WAIT)
    .toBe(true);
  return inView();
}

test('of 100,000 captures only those in view are in the page, and wherever one scrolls they are the right ones', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  fill(home.database, MANY);
  const ids = connect(home.database, { readonly: true })
    .prepare<[], string>('select id from captures order by seq desc')
    .pluck()
    .all();
  const { page, problems } = await visit(listen.ready.ui);
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('100,000 captures');
  const list = listOf(page);
  const scrollTo = (part: number): Promise<void> =>
    list.evaluate((element, to) => void (element.scrollTop = to * element.scrollHeight), part);
  /** What is in view is what the store has at these places. */
  const check = async (): Promise<ShownRow[]> => {
    const rows = await loadedRows(page);
    expect(rows.map(({ id }) => id)).toEqual(
      ids.slice(rows[0]!.position - 1, rows[0]!.position - 1 + rows.length),
    );
    expect((await rowsOf(page)).length).toBeLessThan(MOST_ROWS);
    expect(await list.locator('*').count()).toBeLessThan(MOST_ROWS * 15);
    return rows;
  };

  expect((await check())[0]!.position).toBe(1);
  for (const part of [0.25, 0.5, 0.75]) {
    await scrollTo(part);
    await expect
      .poll(async () => (await rowsOf(page)).some(({ position }) => position > part * MANY), WAIT)
      .toBe(true);
    const rows = await check();
    expect(Math.abs(rows[0]!.position - part * MANY)).toBeLessThan(30);
  }
  await scrollTo(1);
  await expect.poll(async () => (await rowsOf(page)).at(-1)!.position, WAIT).toBe(MANY);
  const last = (await check()).at(-1)!;
  expect(last).toMatchObject({ position: MANY, name: 'POST /1', id: ids.at(-1) });

  // The keys reach what is not loaded, too.
  await page.keyboard.press('Home');
  await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(ids[0]);
  await page.keyboard.press('End');
  await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(ids.at(-1));
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(ids.at(-2));
  await detailOf(page).getByRole('heading', { name: 'POST /2' }).waitFor();
  await check();

  // A filter begins at the top again.
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('textbox', { name: 'Path begins' }).fill('/777');
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('111 captures');
  expect((await loadedRows(page)).slice(0, 3).map(({ name, position }) => [position, name])).toEqual([
    [1, 'POST /77799'],
    [2, 'POST /77798'],
    [3, 'POST /77797'],
  ]);
  expect(problems).toEqual([]);
});

test('arrivals leave what one scrolled to where it is, are counted, and lead to the top', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  fill(home.database, 5_000);
  const { page } = await visit(listen.ready.ui);
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('5,000 captures');
  await listOf(page).evaluate((element) => void (element.scrollTop = 2_000 * 36 + 10));
  await expect
    .poll(async () => (await rowsOf(page)).some(({ position }) => position === 2_001), WAIT)
    .toBe(true);
  const before = await loadedRows(page);

  const arrived = page.getByRole('button', { name: /new$/ });
  for (const [count, text] of [
    [3, '↑ 3 new'],
    [40, '↑ 43 new'],
  ] as const) {
    for (let index = 0; index < count; index += 1) {
      await postEvent(listen.url, 'whsec_x', ivertonEvent('deal.won', `evt_${count}_${index}`));
    }
    await expect.poll(() => arrived.innerText(), WAIT).toBe(text);
  }
  const after = await loadedRows(page);
  expect(after.map(({ id, top }) => [id, top])).toEqual(before.map(({ id, top }) => [id, top]));
  expect(after[0]!.position).toBe(before[0]!.position + 43);
  expect(await countOf(page).innerText()).toBe('5,043 captures');

  await arrived.click();
  await expect.poll(async () => (await rowsOf(page))[0]!.position, WAIT).toBe(1);
  const newest = (await listen.captures(43)).map(({ id }) => id as string).reverse();
  const top = await loadedRows(page);
  expect(top.map(({ id }) => id)).toEqual(newest.slice(0, top.length));
  expect(await arrived.count()).toBe(0);
});

test('10,000 captures that arrive while one looks on leave nothing behind in the page', async () => {
  const listen = await startInspected(IVERTON, createHome());
  const { page, problems } = await visit(listen.ready.ui);
  const cdp = await page.context().newCDPSession(page);
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  await sendMany(listen.url, 2_000);
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('2,000 captures');
  await loadedRows(page);
  const before = await measure(cdp);
  await sendMany(listen.url, 8_000);
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('10,000 captures');
  await loadedRows(page);
  expect((await rowsOf(page)).length).toBeLessThan(MOST_ROWS);
  // Of 8,000 rows kept, nodes and megabytes would be many times as many.
  const bounds = { nodes: 2_000, listeners: 200, megabytes: 1 };
  const excess = async (): Promise<string[]> => {
    const after = await measure(cdp);
    return (['nodes', 'listeners', 'megabytes'] as const)
      .filter((what) => after[what] - before[what] >= bounds[what])
      .map((what) => `${what}: ${before[what]}, then ${after[what]}`);
  };
  // Chromium takes its time to let go of what it drew; what is leaked stays.
  await expect.poll(excess, { ...WAIT, interval: 500 }).toEqual([]);
  expect(problems).toEqual([]);
}, 120_000);

/** What the page holds once its garbage is gone. */
async function measure(
  cdp: CDPSession,
): Promise<{ readonly nodes: number; readonly listeners: number; readonly megabytes: number }> {
  // What went last is let go of in the second round.
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  return { nodes, listeners: jsEventListeners, megabytes: usedSize / (1024 * 1024) };
}

const CONNECTIONS = 32;

/** Posts so many over connections that stay open. */
async function sendMany(url: string, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = count;
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { method: 'POST', agent }, (response) => {
        response.resume().once('end', () => resolve());
      });
      outgoing.once('error', reject);
      outgoing.end(`{"type":"deal.won","id":"evt_${left}","data":{"note":"${'x'.repeat(200)}"}}`);
    });
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  agent.destroy();
}
