import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen, startServe, type Listening } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { ask, linkTo } from '../support/inspector-client.ts';
import { smallerPng } from '../support/smaller-png.ts';

/** With SCREENSHOTS=1 the views are painted into docs/screenshots; either way they have to show what the pictures show. */
const isPainting = process.env['SCREENSHOTS'] === '1';
const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const LARGEST_BYTES = 120_000;

const { visit } = useBrowser();

async function open(link: string, place: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { page } = await visit(linkTo(link, place), { reducedMotion: 'reduce', ...options });
  return page;
}

async function paint(page: Page, name: string): Promise<void> {
  if (!isPainting) return;
  mkdirSync(FOLDER, { recursive: true });
  await page.mouse.move(0, 0);
  const png = smallerPng(await page.screenshot());
  expect(png.length).toBeLessThan(LARGEST_BYTES);
  writeFileSync(join(FOLDER, `${name}.png`), png);
}

const option = (page: Page, list: string, text: string) =>
  page.getByRole('listbox', { name: list }).getByRole('option').filter({ hasText: text });

async function example(link: string, provider: string, type: string): Promise<string> {
  return (await ask(link, 'GET', `/api/providers/${provider}/payload?type=${type}`)).body;
}

describe('listen --ui', () => {
  let listen: Listening;
  let link: string;
  beforeAll(async () => {
    const app = await startServer(({ path }, response) => {
      const status = path === '/taskplatform' ? 500 : path === '/filedgr' ? 202 : 200;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(status === 500 ? '{"error":"no such project"}' : '{"received":true}');
    });
    const args = ['--ui', '--ui-port', '0', '--secret', 'whsec_k3v9', '--forward', app.url];
    listen = await startListen(args, { home: createHome() });
    link = listen.ready.ui;
    const send = async (provider: string, type: string, about: object = {}): Promise<void> => {
      const body = await example(link, provider, type);
      await ask(link, 'POST', '/api/send', {
        provider,
        type,
        body,
        to: `${listen.url}/${provider}`,
        ...about,
      });
    };
    await send('iverton', 'contact.created');
    await send('compliancely', 'request.completed');
    await send('filedgr', 'vault.created');
    await send('iverton', 'deal.won');
    await send('taskplatform', 'task.created');
    await send('iverton', 'email.opened');
    await send('deiterate', 'risk.reviewed');
    const won = JSON.parse(await example(link, 'iverton', 'deal.won'));
    won.data.amount = 18_500;
    await send('iverton', 'deal.won', { body: JSON.stringify(won, null, 2) });
    await send('iverton', 'email.bounced');
    await send('iverton', 'deal.lost', { break: 'signature' });
    await send('filedgr', 'vault.created', { unsigned: true });
    await send('iverton', 'campaign.sent');
  });

  test.each<[name: string, options: BrowserContextOptions]>([
    ['captures', {}],
    ['captures-dark', { colorScheme: 'dark' }],
  ])('%s: the list with its verdicts, and a capture that verifies', async (name, options) => {
    const page = await open(link, 'captures', options);
    await option(page, 'Captures', 'deal.won').first().click();
    await page.getByRole('heading', { name: 'deal.won' }).waitFor();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('verified', { exact: true }).waitFor();
    await option(page, 'Captures', 'no-match').waitFor();
    await option(page, 'Captures', '500').getByText('task.created').waitFor();
    await page.getByRole('tab', { name: 'Pretty' }).first().waitFor();
    await paint(page, name);
  });

  test('capture: why a signature does not match', async () => {
    const page = await open(link, 'captures');
    await option(page, 'Captures', 'no-match').click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('another secret, or other bytes').waitFor();
    await paint(page, 'capture');
  });

  test('diff: two captures of a type beside each other', async () => {
    const page = await open(link, 'captures');
    await option(page, 'Captures', 'deal.won').first().click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('18500').first().waitFor();
    await paint(page, 'diff');
  });

  test('send: an event, its signature, and what was answered', async () => {
    const page = await open(link, 'send?provider=iverton&type=deal.won');
    await page
      .getByRole('region', { name: 'The request' })
      .getByText(/^sha256=/)
      .waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = page.getByRole('region', { name: 'The answer' });
    await answer.getByText('acknowledged', { exact: true }).waitFor();
    await answer.getByText('received').waitFor();
    await paint(page, 'send');
  });
});

describe('serve --ui --clock manual', () => {
  let link: string;
  beforeAll(async () => {
    const serve = await startServe(['--ui', '--ui-port', '0', '--clock', 'manual'], { home: createHome() });
    link = serve.ready.ui;
    const app = await startServer(({ path }, response) => {
      const status = path === '/webhooks/crm' ? 503 : 200;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(status === 503 ? '{"error":"the database is being moved"}' : '{"received":true}');
    });
    const create = (provider: string, path: string, more: object = {}): Promise<any> =>
      ask(link, 'POST', '/api/endpoints', {
        provider,
        url: `${app.url}${path}`,
        secret: 'whsec_k3v9Qx7mT2pLw8Zr4Bn6',
        ...more,
      });
    const publish = (provider: string, type: string): Promise<any> =>
      ask(link, 'POST', '/api/publish', { provider, type });
    await create('compliancely', '/webhooks/kyc');
    await create('iverton', '/webhooks/mail', { eventTypes: ['email.bounced', 'email.complained'] });
    await create('iverton', '/webhooks/crm', { eventTypes: ['deal.won', 'deal.lost', 'contact.created'] });
    await create('taskplatform', '/webhooks/tasks', { secret: undefined });
    for (const type of ['request.completed', 'business.status_changed']) await publish('compliancely', type);
    for (const type of ['email.bounced', 'email.complained', 'email.bounced']) await publish('iverton', type);
    await publish('taskplatform', 'task.created');
    await publish('iverton', 'deal.won');
    await create('iverton', '/webhooks/old', { active: false });
    for (let step = 0; step < 3; step += 1) await ask(link, 'POST', '/api/clock', { to: 'next' });
    await publish('taskplatform', 'task.created');
  });

  test('endpoints: how each is doing, and when one will be disabled', async () => {
    const page = await open(link, 'endpoints');
    await option(page, 'Endpoints', '/webhooks/mail').getByText('3 of 3').waitFor();
    await option(page, 'Endpoints', '/webhooks/old').getByText('inactive', { exact: true }).waitFor();
    await option(page, 'Endpoints', '/webhooks/crm').getByText('1 waiting').click();
    const detail = page.getByRole('region', { name: 'Endpoint', exact: true });
    await detail.getByText(/: 3 so far$/).waitFor();
    await detail.getByText('deal.won, deal.lost, contact.created').waitFor();
    await paint(page, 'endpoints');
  });

  test('deliveries: what was tried, and what is to come', async () => {
    const page = await open(link, 'deliveries');
    await option(page, 'Deliveries', 'deal.won').filter({ hasText: '/webhooks/crm' }).click();
    const attempts = page.getByRole('list', { name: 'Attempts' }).locator('> li');
    await expect.poll(() => attempts.filter({ hasText: '503' }).count()).toBe(4);
    expect(await attempts.filter({ hasText: /due in/ }).count()).toBe(2);
    await page.getByRole('region', { name: 'Engine clock' }).getByText('next due in 2 h').waitFor();
    await paint(page, 'deliveries');
  });
});
