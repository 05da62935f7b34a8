import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen, startServe, startUi, type Streaming } from '../support/cli.ts';
import { linkTo } from '../support/inspector-client.ts';

const { visit } = useBrowser();
const UI = ['--ui', '--ui-port', '0'];

const captures = (page: Page) => page.getByRole('listbox', { name: 'Captures' }).getByRole('option');
const live = (page: Page) => page.getByRole('status').getByText('Live', { exact: true });
const notValid = (page: Page) => page.getByRole('heading', { name: 'This link is not valid any more' });

function deliver(url: string, type: string): Promise<Response> {
  return fetch(`${url}/hook`, { method: 'POST', body: JSON.stringify({ type, id: `evt_${type}` }) });
}

test('ui shows the history without anything that receives, and follows what others write', async () => {
  const home = createHome();
  const before = await startListen(['--provider', 'iverton'], { home });
  await deliver(before.url, 'deal.won');
  await before.captures(1);
  await before.stop();

  const ui = await startUi([], { home });
  const { page, problems } = await visit(ui.ready.ui);
  await captures(page).filter({ hasText: 'deal.won' }).click();
  await page.getByRole('heading', { name: 'deal.won' }).waitFor();

  const after = await startListen(['--provider', 'iverton'], { home });
  await deliver(after.url, 'deal.lost');
  await captures(page).filter({ hasText: 'deal.lost' }).waitFor();

  // There is nothing of its own to send to.
  await page.getByRole('link', { name: 'Send', exact: true }).click();
  await page.getByText('Say where to send to, and the request is shown here.').waitFor();
  expect(await page.getByLabel('Target URL').inputValue()).toBe('');
  expect(problems).toEqual([]);
});

describe('a link', () => {
  test('with a wrong token, or none, shows nothing but what to do', async () => {
    const home = createHome();
    const listen = await startListen([...UI, '--provider', 'iverton'], { home });
    await deliver(listen.url, 'deal.won');
    const { origin } = new URL(listen.ready.ui);
    for (const link of [`${origin}/#token=0123456789abcdef`, `${origin}/captures`]) {
      const { page } = await visit(link);
      await notValid(page).waitFor();
      expect(await page.content()).not.toContain('deal.won');
      expect(await page.getByRole('navigation').count()).toBe(0);

      // The right one, in the same tab, brings the page to life.
      await page.goto(linkTo(listen.ready.ui, 'captures'));
      await captures(page).filter({ hasText: 'deal.won' }).waitFor();
    }
  });

  test('outlives its run as a page that tells so: lost, then not valid any more', async () => {
    const home = createHome();
    const first = await startUi([], { home });
    const { page } = await visit(first.ready.ui);
    await live(page).waitFor();
    await first.stop();
    await page.getByRole('status').getByText('Connection lost; trying again').waitFor();
    await page.getByRole('link', { name: 'Endpoints' }).click();
    await page.getByText('webhook-cli does not answer: is it still running?').first().waitFor();

    const second = await startUi(['--ui-port', new URL(first.ready.ui).port], { home });
    await notValid(page).waitFor();
    await page.goto(second.ready.ui);
    await live(page).waitFor();
  });
});

test('two browsers see the same at the same time', async () => {
  const listen = await startListen([...UI, '--provider', 'iverton'], { home: createHome() });
  const [one, two] = await Promise.all([visit(listen.ready.ui), visit(listen.ready.ui)]);
  await Promise.all([live(one.page).waitFor(), live(two.page).waitFor()]);
  await deliver(listen.url, 'deal.won');
  const row = (page: Page) => captures(page).filter({ hasText: 'deal.won' });
  await Promise.all([row(one.page).waitFor(), row(two.page).waitFor()]);

  await row(one.page).click();
  await one.page
    .getByRole('region', { name: 'Capture', exact: true })
    .getByRole('button', { name: /^Delete/ })
    .click();
  await one.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await row(one.page).waitFor({ state: 'detached' });
  await row(two.page).waitFor({ state: 'detached' });
  expect([...one.problems, ...two.problems]).toEqual([]);
});

test('a second run beside the first takes a port of its own', async () => {
  const home = createHome();
  // Whichever port the first gets, the one that is told in the manual or another, the second cannot have it.
  const first = await startListen(['--ui'], { home });
  const second = await startListen(['--ui'], { home });
  expect(new URL(second.ready.ui).port).not.toBe(new URL(first.ready.ui).port);
  const { page } = await visit(second.ready.ui);
  await live(page).waitFor();
});

describe('Ctrl-C ends at once, pages open or not,', () => {
  test.each<[name: string, start: () => Promise<Streaming>]>([
    ['listen --ui', () => startListen(UI, { home: createHome() })],
    ['serve --ui', () => startServe(UI, { home: createHome() })],
    ['ui', () => startUi([], { home: createHome() })],
  ])('%s', async (_name, start) => {
    const run = await start();
    const { page } = await visit(run.ready.ui);
    await live(page).waitFor();
    const began = performance.now();
    expect(await run.stop('SIGINT')).toEqual({ code: 130, signal: null });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(run.stderr()).toBe('');
    await page.getByRole('status').getByText('Connection lost; trying again').waitFor();
  });
});
