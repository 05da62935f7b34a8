import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { newCapture, verdict } from '../support/captures.ts';
import {
  countOf,
  detailOf,
  ivertonEvent,
  listOf,
  optionsOf,
  postEvent,
  rowsOf,
  startInspected,
  WAIT,
  waitForRows,
} from '../support/captures-view.ts';
import { createHome, startListen } from '../support/cli.ts';
import { openForTest } from '../support/database.ts';
import { startServer } from '../support/http.ts';
import type { NewCapture } from '../../src/store/store.ts';

const { visit } = useBrowser();
const IVERTON = ['--provider', 'iverton', '--secret', 'whsec_x'];

test('what arrives is listed without a reload, newest first, with all that tells it from others', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  const { page, problems } = await visit(listen.ready.ui);
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  expect(await detailOf(page).innerText()).toContain(listen.url);

  const won = ivertonEvent('deal.won', 'evt_1', { note: 'x'.repeat(2_000) });
  await postEvent(listen.url, 'whsec_x', won);
  const [first] = await waitForRows(page, ['deal.won']);
  expect(first).toMatchObject({
    provider: 'iverton',
    verdict: 'verified',
    status: '200',
    isDuplicate: false,
  });
  expect(first!.size).toBe('2 KB');
  expect(first!.latency).toMatch(/^(<1|\d+) ms$/);
  expect(first!.age).toMatch(/^(now|\d+ s)$/);
  await page.getByRole('heading', { name: 'Choose a capture to look into it' }).waitFor();

  await postEvent(listen.url, 'another', ivertonEvent('deal.lost', 'evt_2'));
  await postEvent(listen.url, 'whsec_x', won);
  await fetch(`${listen.url}/compliancely?x=1`, { method: 'PUT', body: 'hello' });
  const rows = await waitForRows(page, ['PUT /compliancely?x=1', 'deal.won', 'deal.lost', 'deal.won']);
  expect(rows[0]).toMatchObject({ provider: 'compliancely', size: '5 B' });
  expect(rows[1]).toMatchObject({ isDuplicate: true, verdict: 'verified' });
  expect(rows[2]).toMatchObject({ isDuplicate: false, verdict: 'no-match' });
  expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  const captured = await listen.captures(4);
  expect(rows.map(({ id }) => id)).toEqual(captured.map(({ id }) => id).reverse());
  expect(await countOf(page).innerText()).toBe('4 captures');
  expect(problems).toEqual([]);
});

test('a row is there before its answer, which shows up once the app has given it', async () => {
  const waiting: (() => void)[] = [];
  const app = await startServer((_request, response) => {
    waiting.push(() => void response.writeHead(202).end());
  });
  const listen = await startInspected([...IVERTON, '--forward', app.url], createHome());
  const { page } = await visit(listen.ready.ui);
  const sent = postEvent(listen.url, 'whsec_x', ivertonEvent('deal.won', 'evt_1'));
  const [unanswered] = await waitForRows(page, ['deal.won']);
  expect(unanswered).toMatchObject({ status: '…', latency: '', verdict: 'verified' });
  await optionsOf(page).click();
  await detailOf(page).getByText('Not answered yet.').waitFor();

  await expect.poll(() => waiting.length, WAIT).toBe(1);
  waiting[0]!();
  expect(await sent).toBe(202);
  await expect.poll(async () => (await rowsOf(page))[0]!.status, WAIT).toBe('202');
  expect((await rowsOf(page))[0]!.latency).toMatch(/ (ms|s)$/);
  // The capture that is open is as live as the list.
  await detailOf(page).getByRole('region', { name: 'Answer' }).getByText('202', { exact: true }).waitFor();
});

test('what another process receives into the same database is listed too', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  const other = await startListen([...IVERTON, '--db', listen.ready.database ?? home.database], { home });
  const { page } = await visit(listen.ready.ui);
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  await postEvent(other.url, 'whsec_x', ivertonEvent('deal.won', 'evt_1'));
  const [row] = await waitForRows(page, ['deal.won']);
  expect(row!.id).toBe((await other.captures(1))[0].id);
  await expect.poll(async () => (await rowsOf(page))[0]!.status, WAIT).toBe('200');
});

const HOUR = 3_600_000;

/** Captures of which each filter leaves another one out. */
async function fillForFilters(database: string): Promise<void> {
  const { captures } = await openForTest({ path: database });
  const now = Date.now();
  const made: readonly (readonly [Partial<NewCapture>, status: number | null])[] = [
    [
      {
        provider: 'taskplatform',
        eventType: 'task.created',
        verdict: verdict('valid'),
        receivedAt: now - 48 * HOUR,
      },
      200,
    ],
    [
      { provider: 'iverton', eventType: 'deal.lost', verdict: verdict('no-match'), receivedAt: now - HOUR },
      500,
    ],
    [
      { method: 'PUT', path: '/hooks/a?b', body: Buffer.from('a needle in it'), receivedAt: now - HOUR },
      null,
    ],
    [
      { provider: 'iverton', eventType: 'deal.won', verdict: verdict('valid'), receivedAt: now - HOUR / 4 },
      204,
    ],
  ];
  for (const [about, status] of made) {
    const capture = newCapture(about);
    await captures.add(capture);
    await captures.recordResponse(capture.id, { status, durationMs: 1 });
  }
}

const ALL = ['deal.won', 'PUT /hooks/a?b', 'deal.lost', 'task.created'];

test('the search and every filter narrow the list and stand in the address, for reloads and copied links', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  await fillForFilters(home.database);
  const { page, problems } = await visit(listen.ready.ui);
  await waitForRows(page, ALL);
  await page.getByRole('button', { name: 'More' }).click();

  const choose = (label: string, value: string) => async () =>
    void (await page.getByRole('combobox', { name: label }).selectOption(value));
  const fill = (label: string, value: string) => async () =>
    void (await page.getByRole('textbox', { name: label }).fill(value));
  const search = async () => void (await page.getByRole('searchbox', { name: 'Search' }).fill('needle'));
  const cases: readonly (readonly [search: string, act: () => Promise<void>, names: readonly string[]])[] = [
    ['?text=needle', search, ['PUT /hooks/a?b']],
    ['?verdict=failed', choose('Verdict', 'failed'), ['deal.lost']],
    ['?verdict=none', choose('Verdict', 'none'), ['PUT /hooks/a?b']],
    ['?provider=taskplatform', choose('Provider', 'taskplatform'), ['task.created']],
    ['?type=deal.*', fill('Type', 'deal.*'), ['deal.won', 'deal.lost']],
    ['?status=5xx', fill('Status', '5xx'), ['deal.lost']],
    ['?method=PUT', fill('Method', 'PUT'), ['PUT /hooks/a?b']],
    ['?path=%2Fhooks', fill('Path begins', '/hooks'), ['PUT /hooks/a?b']],
    ['?since=2h', fill('Since', '2h'), ['deal.won', 'PUT /hooks/a?b', 'deal.lost']],
    ['?until=30m', fill('Until', '30m'), ['PUT /hooks/a?b', 'deal.lost', 'task.created']],
  ];
  for (const [address, act, names] of cases) {
    await act();
    await waitForRows(page, names);
    expect(new URL(page.url()).search, address).toBe(address);
    // Its own field takes it away again.
    const [name] = new URLSearchParams(address).keys();
    if (name === 'verdict' || name === 'provider') {
      await page
        .getByRole('combobox', { name: name === 'verdict' ? 'Verdict' : 'Provider' })
        .selectOption('');
    } else {
      const field = page.locator('search').locator('input').and(page.locator(':not(:placeholder-shown)'));
      await field.fill('');
    }
    await waitForRows(page, ALL);
    expect(new URL(page.url()).search).toBe('');
  }

  // Several at a time, with a capture open.
  await fill('Since', '2h')();
  await choose('Provider', 'iverton')();
  await choose('Verdict', 'valid')();
  const [won] = await waitForRows(page, ['deal.won']);
  await optionsOf(page).click();
  await detailOf(page).getByRole('heading', { name: 'deal.won' }).waitFor();
  const params = Object.fromEntries(new URL(page.url()).searchParams);
  expect(params).toEqual({ since: '2h', provider: 'iverton', verdict: 'valid', id: won!.id });

  await page.reload();
  const copy = await page.context().newPage();
  expect(page.url()).not.toContain('token');
  await copy.goto(page.url());
  for (const each of [page, copy]) {
    await waitForRows(each, ['deal.won']);
    await detailOf(each).getByRole('heading', { name: 'deal.won' }).waitFor();
    expect((await rowsOf(each))[0]!.isSelected).toBe(true);
    expect(await each.getByRole('combobox', { name: 'Provider' }).inputValue()).toBe('iverton');
    expect(await each.getByRole('combobox', { name: 'Verdict' }).inputValue()).toBe('valid');
    // What stands behind "More" is not hidden where it holds.
    expect(await each.getByRole('textbox', { name: 'Since' }).inputValue()).toBe('2h');
  }
  expect(problems).toEqual([]);
});

test('a filter that cannot be read says what is wrong, and one that nothing passes can be cleared', async () => {
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  await fillForFilters(home.database);
  const { page } = await visit(listen.ready.ui);
  await waitForRows(page, ALL);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('textbox', { name: 'Since' }).fill('yesterdayish');
  const alert = page.getByRole('alert');
  await expect.poll(() => alert.innerText(), WAIT).toContain('yesterdayish');
  await page.getByRole('textbox', { name: 'Since' }).fill('3d');
  await waitForRows(page, ALL);
  expect(await alert.count()).toBe(0);

  await page.getByRole('searchbox', { name: 'Search' }).fill('nowhere');
  await page.getByText('Nothing matches these filters.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await waitForRows(page, ALL);
  expect(new URL(page.url()).search).toBe('');
  expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('');
  expect(await page.getByRole('textbox', { name: 'Since' }).inputValue()).toBe('');
});

test('everything is done with the keys alone', async () => {
  const app = await startServer((_request, response) => void response.end('from the app'));
  const home = createHome();
  const listen = await startInspected(IVERTON, home);
  const { captures } = await openForTest({ path: home.database });
  const made = Array.from({ length: 60 }, (_, index) =>
    newCapture({
      provider: 'iverton',
      eventType: `deal.${index}`,
      // The two latest are of one type, so that there is something to compare with.
      ...(index >= 58 ? { eventType: 'deal.won', body: Buffer.from(`{"amount":${index}}`) } : {}),
    }),
  );
  for (const capture of made) await captures.add(capture);
  const newest = made.toReversed();

  const { page, problems } = await visit(listen.ready.ui);
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('60 captures');
  const { keyboard } = page;
  const selectedIs = async (position: number): Promise<void> => {
    const { id, eventType } = newest[position]!;
    await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(id);
    await page.locator(`[role=option][aria-selected=true][id="row-${id}"]`).waitFor();
    await detailOf(page).locator('code', { hasText: id }).waitFor();
    await detailOf(page).getByRole('heading', { name: eventType! }).waitFor();
    expect(await listOf(page).getAttribute('aria-activedescendant')).toBe(`row-${id}`);
    // In view, not merely in the page.
    const [row, height] = [
      (await rowsOf(page)).find((each) => each.id === id)!,
      (await listOf(page).boundingBox())!.height,
    ];
    expect(row.top).toBeGreaterThanOrEqual(0);
    expect(row.top).toBeLessThan(height - 20);
  };
  const focusIsOn = async (selector: string): Promise<void> => {
    await expect
      .poll(() => page.evaluate((css) => document.activeElement?.matches(css), selector), WAIT)
      .toBe(true);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline, `the focus on ${selector} is to be seen`).not.toBe('none');
  };

  await keyboard.press('ArrowDown');
  await selectedIs(0);
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await selectedIs(2);
  await keyboard.press('ArrowUp');
  await selectedIs(1);
  await keyboard.press('End');
  await selectedIs(59);
  await keyboard.press('ArrowDown');
  await selectedIs(59);
  await keyboard.press('Home');
  await selectedIs(0);

  // Into the capture, and back.
  await keyboard.press('Enter');
  await focusIsOn('h2');
  expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('deal.won');
  await keyboard.press('Escape');
  await focusIsOn('[role=listbox]');
  expect(new URL(page.url()).searchParams.get('id')).toBe(null);
  await keyboard.press('ArrowDown');
  await selectedIs(0);

  // Compare with the one before of its type.
  await keyboard.press('d');
  await focusIsOn('h2');
  await page.getByRole('heading', { name: 'Compare' }).waitFor();
  expect(new URL(page.url()).searchParams.get('diff')).toBe(newest[1]!.id);
  await keyboard.press('Escape');
  await selectedIs(0);

  // Replay.
  await keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Replay deal.won' });
  await dialog.waitFor();
  await focusIsOn('dialog input[type=url]');
  await keyboard.type(app.url);
  await keyboard.press('Enter');
  await dialog.getByText('from the app').waitFor();
  expect(app.received.map(({ body }) => body.toString())).toEqual(['{"amount":59}']);
  // Letters in a field are letters.
  await keyboard.type('/?1dr');
  expect(await dialog.getByRole('textbox', { name: 'Target URL' }).inputValue()).toBe(`${app.url}/?1dr`);
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: 'Replays (1)' }).waitFor();

  // Search.
  await keyboard.press('/');
  await focusIsOn('input[type=search]');
  await keyboard.type('59');
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('1 capture');
  await keyboard.press('Control+A');
  await keyboard.press('Delete');
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('60 captures');
  await keyboard.press('Escape');
  await focusIsOn('[role=listbox]');

  await keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await help.getByText('Move through the list').waitFor();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });

  for (const [key, view] of [
    ['2', 'Send'],
    ['3', 'Endpoints'],
    ['4', 'Deliveries'],
    ['1', 'Captures'],
  ] as const) {
    await keyboard.press(key);
    await page.locator('nav [aria-current=page]', { hasText: view }).waitFor();
  }
  await expect.poll(() => countOf(page).innerText(), WAIT).toBe('60 captures');
  expect(problems).toEqual([]);
});
