import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, test, vi } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen, startServe, startUi } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { ask, linkTo } from '../support/inspector-client.ts';

// Each looks at many states, several times.
vi.setConfig({ testTimeout: 180_000 });
const { visit } = useBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 400, height: 800 };
/** Of phones that are in use. */
const NARROWER = [360, 320];

/** Elements that have more to show than fits, other than blocks of text that are kept as they are. */
const SCROLLED_SIDEWAYS = `Array.from(document.querySelectorAll('*'))
  .filter((element) => element.scrollWidth > element.clientWidth)
  .filter((element) => element === document.documentElement ||
    (!element.matches('pre, input, textarea') && /auto|scroll/.test(getComputedStyle(element).overflowX)))
  .map((element) => element.localName + '.' + element.className)`;

/** A page whose states are looked at one after another. All that is wrong with them is kept. */
async function open(link: string) {
  const { page } = await visit(link, { reducedMotion: 'reduce' });
  await page.evaluate(AXE);
  const wrong: string[] = [];

  /** What depends on the size is drawn with the next frame. */
  async function drawn(): Promise<void> {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  async function checkWidth(where: string): Promise<void> {
    for (const element of await page.evaluate<string[]>(SCROLLED_SIDEWAYS)) {
      wrong.push(`${where}: ${element} has to be scrolled sideways`);
    }
  }

  async function look(where: string, options: object): Promise<void> {
    await drawn();
    const all = JSON.stringify({ ...options, resultTypes: ['violations'], preload: false });
    const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${all})`);
    for (const { id, nodes } of violations) {
      for (const { target, failureSummary } of nodes) {
        wrong.push(`${where}: ${id} at ${target.join(' ')}: ${failureSummary}`);
      }
    }
  }

  /** What axe finds, and what has to be scrolled sideways on a narrow page. */
  async function check(state: string): Promise<void> {
    await page.setViewportSize(NARROW);
    // Neither colours nor what they lie on are others than on a wide page.
    await look(`${state}, narrow`, { rules: { 'color-contrast': { enabled: false } } });
    await checkWidth(`${state}, narrow`);
    for (const width of NARROWER) {
      await page.setViewportSize({ ...NARROW, width });
      await drawn();
      await checkWidth(`${state}, ${width} wide`);
    }
    await page.setViewportSize(WIDE);
    await look(state, {});
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(`${state}, dark`, { runOnly: ['color-contrast'] });
    await page.emulateMedia({ colorScheme: 'light' });
  }

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  return {
    page,
    wrong,
    check,
    button,
    dialog,
    /** Looks at what a dialog shows, and closes it. */
    async checkDialog(state: string): Promise<void> {
      await dialog.waitFor();
      await check(state);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
    async view(name: string): Promise<void> {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor({ state: 'attached' });
    },
    option: (list: string, text: string) =>
      page.getByRole('listbox', { name: list }).getByRole('option').filter({ hasText: text }),
  };
}

test('axe finds the rules broken that it is asked about', async () => {
  const { page, wrong, check } = await open((await startUi([], { home: createHome() })).ready.ui);
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  await page.evaluate(`{
    const text = document.createElement('p');
    text.textContent = 'a pale word';
    text.style.cssText = 'color: #888; background: #999; width: 500px';
    document.querySelector('main').append(text, document.createElement('input'));
  }`);
  await check('a bad page');
  expect(wrong.filter((text) => text.includes('color-contrast')).length).toBeGreaterThan(1);
  expect(wrong.join('\n')).toMatch(/: label at .*input/);
  expect(wrong.join('\n')).toMatch(/narrow: main\S* has to be scrolled sideways/);
});

test('nothing there yet, and a link that is not valid', async () => {
  const { ready } = await startUi([], { home: createHome() });
  const { page, wrong, check, view, button, checkDialog } = await open(ready.ui);
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  await check('captures, empty');
  await button('Keyboard shortcuts').click();
  await checkDialog('help');
  await view('Send');
  await page.getByRole('textbox', { name: 'Payload' }).waitFor();
  await check('send, without a target');
  await view('Endpoints');
  await page.getByText('No endpoints yet.').waitFor();
  await check('endpoints, empty');
  await view('Deliveries');
  await page.getByText('No deliveries yet.').waitFor();
  await check('deliveries, empty');
  expect(wrong).toEqual([]);

  const refused = await open(`${new URL(ready.ui).origin}/#token=wrong`);
  await refused.page.getByRole('heading', { name: 'This link is not valid any more' }).waitFor();
  await refused.check('a link that is not valid');
  expect(refused.wrong).toEqual([]);
});

test('captures', async () => {
  const app = await startServer((_request, response) => void response.end('{"thanks":true}'));
  const listen = await startListen(['--ui', '--ui-port', '0', '--secret', 'whsec_x'], { home: createHome() });
  const link = listen.ready.ui;
  const send = async (about: object): Promise<void> => {
    const body = '{"id":"evt_1","type":"deal.won","data":{"amount":12000,"tags":["a","b"]}}';
    await ask(link, 'POST', '/api/send', {
      provider: 'iverton',
      to: `${listen.url}/iverton`,
      body,
      ...about,
    });
  };
  await send({});
  await send({ body: '{"id":"evt_2","type":"deal.won","data":{"amount":15000,"tags":["a"]}}' });
  await send({ break: 'signature', body: '{"id":"evt_3","type":"deal.lost","data":{}}' });
  await fetch(`${listen.url}/${'a-very-long-path-segment-'.repeat(8)}`, {
    method: 'POST',
    body: new Uint8Array([0, 255, 1, 254]),
  });
  await listen.captures(4);

  const { page, wrong, check, checkDialog, option, button, dialog } = await open(linkTo(link, 'captures'));
  const won = option('Captures', 'deal.won').first();
  await won.waitFor();
  await check('list');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await check('filters');
  await button('More').click();
  await button('Delete…').click();
  await checkDialog('delete all');

  await won.click();
  await page.getByRole('heading', { name: 'deal.won' }).waitFor();
  await check('verified');
  await page.keyboard.press('d');
  await page
    .getByRole('heading', { name: /compare|differ/i })
    .first()
    .waitFor();
  await check('diff');
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await dialog.getByLabel('Target URL').fill(app.url);
  await dialog.getByLabel(/^Sign anew/).check();
  await dialog.getByText('Change the body').click();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByText('thanks').waitFor();
  await checkDialog('replay');
  await page.getByRole('heading', { name: 'Replays (1)' }).waitFor();
  await check('replayed');
  await page
    .getByRole('region', { name: 'Capture', exact: true })
    .getByRole('button', { name: 'Delete…' })
    .click();
  await checkDialog('delete');

  await option('Captures', 'deal.lost').click();
  await page.getByRole('heading', { name: 'deal.lost' }).waitFor();
  await check('not verified');
  await option('Captures', 'a-very-long-path').click();
  await page.getByRole('heading', { name: /a-very-long-path/ }).waitFor();
  await check('binary');
  await page.getByLabel('Search').fill('nowhere to be found');
  await page.getByRole('status').getByText('0 captures').waitFor();
  await check('nothing found');
  expect(wrong).toEqual([]);
});

test('send', async () => {
  const app = await startServer((_request, response) => void response.end('{"thanks":true}'));
  const listen = await startListen(['--ui', '--ui-port', '0', '--secret', 'whsec_x'], { home: createHome() });
  const link = listen.ready.ui;
  const { page, wrong, check, button } = await open(linkTo(link, 'send'));
  const preview = page.getByRole('region', { name: 'The request' });
  await page.getByLabel('Provider').selectOption('iverton');
  await preview.getByRole('row', { name: /^X-Iverton-Signature/ }).waitFor();
  await check('composed');
  await page.getByRole('combobox', { name: 'Event type' }).click();
  await page.getByRole('option', { name: 'deal.won' }).waitFor();
  await check('choosing a type');
  await page.keyboard.press('Escape');
  await page.getByLabel('Target URL').fill(app.url);
  await button('Send').click();
  const answer = page.getByRole('region', { name: 'The answer' });
  await answer.getByRole('tab', { name: 'Pretty' }).waitFor();
  await check('sent');

  await page.getByLabel('Target URL').fill('http://127.0.0.1:1/closed');
  await page.getByRole('textbox', { name: 'Payload' }).fill('{"type": ');
  await page.getByLabel('Extra headers').fill('nonsense');
  await page.getByLabel('Break it').selectOption('signature');
  await button('Send').click();
  await answer.getByText('no answer').waitFor();
  await check('failed');
  await page.getByLabel('Target URL').fill('ftp://example.com');
  await preview.getByRole('alert').waitFor();
  await check('refused');

  await page.getByLabel('Publish to endpoints').check();
  await page.getByText(/^No endpoint subscribes/).waitFor();
  await check('publishing to nobody');
  const change = { provider: 'iverton', url: `${app.url}/${'long/'.repeat(30)}`, secret: 'whsec_x' };
  await ask(link, 'POST', '/api/endpoints', change);
  await page.getByRole('textbox', { name: 'Payload' }).fill('{"type":"contact.created","data":{}}');
  await page.getByRole('region', { name: 'Subscribed endpoints' }).getByRole('link').waitFor();
  await button('Publish').click();
  await page.getByRole('region', { name: 'Published' }).getByText('succeeded').waitFor();
  await check('published');
  expect(wrong).toEqual([]);
});

test('endpoints and deliveries', async () => {
  const app = await startServer(({ path }, response) => {
    response.writeHead(path.startsWith('/fail') ? 500 : 200, { 'Content-Type': 'application/json' });
    response.end('{"thanks":true}');
  });
  const serve = await startServe(['--ui', '--ui-port', '0', '--clock', 'manual'], { home: createHome() });
  const link = serve.ready.ui;
  const create = (provider: string, url: string, more: object = {}): Promise<any> =>
    ask(link, 'POST', '/api/endpoints', { provider, url, ...more });
  await create('iverton', `${app.url}/fine`, { secret: 'whsec_x' });
  await create('iverton', `${app.url}/fail/${'long-'.repeat(30)}`, { secret: 'whsec_x' });
  await create('taskplatform', `${app.url}/failing`, { active: false });
  await create('filedgr', 'https://localhost:1/hook', { secret: 'whsec_x', headers: [['X-Team', 'growth']] });
  await ask(link, 'POST', '/api/publish', { provider: 'iverton', type: 'deal.won' });
  await ask(link, 'POST', '/api/clock', { to: 'end' });
  await ask(link, 'POST', '/api/publish', { provider: 'iverton', type: 'deal.lost' });

  const { page, wrong, check, checkDialog, option, button, view } = await open(linkTo(link, 'endpoints'));
  await option('Endpoints', '/fine').getByText('2 of 2').waitFor();
  await option('Endpoints', 'disabled:').waitFor();
  await check('endpoints');
  await option('Endpoints', 'localhost:1').click();
  await button('Send test').click();
  await page.getByText('no answer').waitFor();
  await check('endpoint, its test failed');
  await option('Endpoints', '/fine').click();
  await page.getByRole('heading', { name: `${app.url}/fine` }).waitFor();
  await button('Reveal').click();
  await button('Send test').click();
  await page.getByText('acknowledged', { exact: true }).waitFor();
  await page.getByText('Answer', { exact: true }).click();
  await page.getByText('Request', { exact: true }).click();
  await check('endpoint, tested');
  await button('Rotate…').click();
  await checkDialog('rotate');
  await button('Delete…').click();
  await checkDialog('delete endpoint');
  await button('Edit').click();
  await page.getByLabel(/^All events/).uncheck();
  await check('edit');
  await page.getByRole('link', { name: 'New endpoint' }).click();
  await page.getByLabel('Provider').selectOption('filedgr');
  await page.getByLabel('Headers to send along').fill('nonsense');
  await button('Create endpoint').click();
  await page.getByRole('alert').waitFor();
  await check('new');

  await view('Deliveries');
  const failed = option('Deliveries', 'deal.won').filter({ hasText: '/fail' });
  await failed.getByText('6 attempts').waitFor();
  await check('deliveries');
  await failed.click();
  await page.getByText('Response to attempt 6').click();
  await page.getByText('Request of attempt 6').click();
  await check('delivery');
  await option('Deliveries', 'deal.lost').filter({ hasText: '/fine' }).click();
  await page.getByRole('heading', { name: 'deal.lost' }).waitFor();
  await check('delivery, succeeded');
  await button('Retry all…').click();
  await checkDialog('retry all');
  await page.getByLabel('Status').selectOption('sending');
  await page.getByText('No delivery matches these filters.').waitFor();
  await check('deliveries, none');
  expect(wrong).toEqual([]);
});
