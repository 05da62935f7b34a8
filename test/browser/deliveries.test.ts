import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { formatDuration } from '../../src/model/duration.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen, startServe, type Serving } from '../support/cli.ts';
import { startServer, type RecordingServer } from '../support/http.ts';
import { ask, linkTo } from '../support/inspector-client.ts';

const { visit } = useBrowser();

/** An app that answers as told, numbering what it gets. */
async function startApp(status = 500): Promise<RecordingServer & { answer(status: number): void }> {
  let now = status;
  let number = 0;
  const server = await startServer((_request, response) => {
    response.writeHead(now).end(`answer ${(number += 1)}`);
  });
  return { ...server, answer: (next) => void (now = next) };
}

async function createEndpoint(link: string, provider: string, url: string): Promise<string> {
  const change = { provider, url, secret: 'whsec_x' };
  return (await ask(link, 'POST', '/api/endpoints', change)).endpoint.id;
}

/** Publishes an event, and resolves with its deliveries. */
const publish = async (link: string, provider: string, type: string): Promise<any[]> =>
  (await ask(link, 'POST', '/api/publish', { provider, type })).deliveries;

async function open(link: string, place = 'deliveries') {
  const { page, problems } = await visit(linkTo(link, place));
  await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
  return { page, problems, ...parts(page) };
}

function parts(page: Page) {
  const detail = page.getByRole('region', { name: 'Delivery', exact: true });
  return {
    detail,
    rows: page.getByRole('listbox', { name: 'Deliveries' }).getByRole('option'),
    attempts: detail.getByRole('list', { name: 'Attempts' }).locator('> li'),
    clock: page.getByRole('region', { name: 'Engine clock' }),
    dialog: page.getByRole('dialog'),
    button: (name: string) => page.getByRole('button', { name, exact: true }),
  };
}

describe('under serve with a manual clock', () => {
  let serve: Serving;
  let link: string;
  beforeAll(async () => {
    serve = await startServe(['--ui', '--ui-port', '0', '--clock', 'manual'], { home: createHome() });
    link = serve.ready.ui;
  });

  test('the timeline of a delivery grows as the clock is stepped, up to the end of its schedule', async () => {
    const app = await startApp();
    await createEndpoint(link, 'iverton', `${app.url}/timeline`);
    const waits = iverton.retry.value.delaysSeconds.map((seconds) => seconds * 1_000);
    const offsets = [0, ...waits].map((_, index) => waits.slice(0, index).reduce((a, b) => a + b, 0));
    const shown = offsets.map((ms) => (ms === 0 ? '+0' : `+${formatDuration(ms)}`));

    const { page, problems, detail, rows, attempts, clock, button } = await open(link);
    await page.getByText('No deliveries yet.').waitFor();
    await clock.getByText('nothing is due').waitFor();
    await publish(link, 'iverton', 'deal.won');
    await rows.filter({ hasText: `${app.url}/timeline` }).click();

    // One is made, and all that would come are there from the start.
    const ofKind = (kind: RegExp) => attempts.filter({ hasText: kind });
    const made = ofKind(/Attempt \d/);
    await expect.poll(() => made.count()).toBe(1);
    await expect.poll(() => attempts.locator('.offset').allTextContents()).toEqual(shown);
    await clock.getByText('next due in 1 m').waitFor();
    expect(await ofKind(/due in 1 m/).count()).toBe(1);
    expect(await ofKind(/if all fail/).count()).toBe(4);

    for (const count of [2, 3]) {
      await button('Step to next due time').click();
      await expect.poll(() => made.count()).toBe(count);
      expect(app.received).toHaveLength(count);
    }
    await clock.getByText('next due in 30 m').waitFor();
    await page.getByLabel('Advance the clock by').fill('29m');
    await page.keyboard.press('Enter');
    await clock.getByText('next due in 1 m').waitFor();
    expect(app.received).toHaveLength(3);

    await button('Run to the end').click();
    await expect.poll(() => made.count()).toBe(6);
    await clock.getByText('nothing is due').waitFor();
    expect(await attempts.locator('.offset').allTextContents()).toEqual(shown);
    expect(app.received).toHaveLength(6);
    await detail.getByText('failed', { exact: true }).waitFor();
    await detail.getByText('disabled', { exact: true }).waitFor();
    await rows.getByText('6 attempts').waitFor();

    // Each has its own answer and request, and the same bytes.
    for (const number of [1, 6]) {
      const attempt = attempts.nth(number - 1);
      await attempt.getByText(`Response to attempt ${number}`).click();
      await attempt.getByText(`answer ${number}`, { exact: true }).waitFor();
      await attempt.getByText(`Request of attempt ${number}`).click();
      await attempt.getByText(`POST ${app.url}/timeline`).waitFor();
      const { headers, body } = app.received[number - 1]!;
      await attempt.getByText(headerValue(headers, 'x-iverton-signature')!).waitFor();
      expect(body.equals(app.received[0]!.body)).toBe(true);
    }
    const { id } = JSON.parse(app.received[0]!.body.toString()) as { readonly id: string };
    await attempts.nth(5).getByText(id).waitFor();
    expect(problems).toEqual([]);
  });

  test('one is retried, and another canceled', async () => {
    const app = await startApp();
    await createEndpoint(link, 'compliancely', `${app.url}/one`);
    const [first] = await publish(link, 'compliancely', 'request.completed');
    const { detail, attempts, button } = await open(link, `deliveries?id=${first.id}`);
    await detail.getByText('pending', { exact: true }).waitFor();
    await button('Cancel').click();
    await detail.getByText('canceled', { exact: true }).waitFor();
    await expect.poll(() => attempts.count()).toBe(1);
    await button('Cancel').waitFor({ state: 'detached' });

    app.answer(200);
    await button('Retry now').click();
    await detail.getByText('succeeded', { exact: true }).waitFor();
    await expect.poll(() => attempts.count()).toBe(2);
    await attempts.nth(1).getByText('manual', { exact: true }).waitFor();
    expect(app.received[1]!.body.equals(app.received[0]!.body)).toBe(true);
  });

  test('many are retried and canceled at once, after a question', async () => {
    const app = await startApp();
    const endpoint = await createEndpoint(link, 'compliancely', `${app.url}/many`);
    for (let made = 0; made < 3; made += 1) await publish(link, 'compliancely', 'request.completed');
    const { page, rows, dialog, button } = await open(link, `deliveries?endpoint=${endpoint}`);
    const counts = async (): Promise<number[]> =>
      Promise.all(
        ['pending', 'failed', 'succeeded', 'canceled'].map((status) =>
          rows.filter({ has: page.getByText(status, { exact: true }) }).count(),
        ),
      );
    await expect.poll(counts).toEqual([3, 0, 0, 0]);
    await button('Run to the end').click();
    await expect.poll(counts).toEqual([0, 3, 0, 0]);

    app.answer(200);
    await button('Retry all…').click();
    await dialog.getByText(`failed deliveries to ${app.url}/many`).waitFor();
    await button('Keep as it is').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await counts()).toEqual([0, 3, 0, 0]);
    await button('Retry all…').click();
    await button('Retry them').click();
    await page.getByText('3 deliveries made due').waitFor();
    await expect.poll(counts).toEqual([0, 0, 3, 0]);

    app.answer(500);
    await publish(link, 'compliancely', 'request.completed');
    await publish(link, 'compliancely', 'request.completed');
    await expect.poll(counts).toEqual([2, 0, 3, 0]);
    await button('Cancel all…').click();
    await dialog.getByText(`pending deliveries to ${app.url}/many`).waitFor();
    await button('Cancel them').click();
    await page.getByText('2 deliveries canceled').waitFor();
    await expect.poll(counts).toEqual([0, 0, 3, 2]);
    // What succeeded is not tried again by either.
    await page.getByLabel('Status').selectOption('succeeded');
    await expect.poll(() => button('Retry all…').isDisabled()).toBe(true);
    expect(await button('Cancel all…').isDisabled()).toBe(true);
  });

  test('filters are in the address, outlast a reload, and are taken away', async () => {
    const app = await startApp(200);
    const endpoint = await createEndpoint(link, 'filedgr', `${app.url.replace('http:', 'https:')}/filters`);
    const other = await createEndpoint(link, 'iverton', `${app.url}/filters`);
    await publish(link, 'iverton', 'client.created');
    const wanted = (await publish(link, 'iverton', 'client.deleted')).find(
      ({ endpointId }) => endpointId === other,
    );
    const { page, rows, detail, button } = await open(link);
    await page.getByLabel('Endpoint', { exact: true }).selectOption(other);
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByLabel('Event type').fill('client.del*');
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel('Status').selectOption('succeeded');
    await page.getByLabel('Provider').selectOption('iverton');
    await rows.click();
    await detail.waitFor();

    const params = { endpoint: other, type: 'client.del*', status: 'succeeded', provider: 'iverton' };
    const inAddress = (): object => Object.fromEntries(new URL(page.url()).searchParams);
    expect(inAddress()).toEqual({ ...params, id: wanted.id });
    await page.reload();
    await detail.getByRole('heading', { name: 'client.deleted' }).waitFor();
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.getByLabel('Event type').inputValue()).toBe('client.del*');
    expect(await page.getByLabel('Status').inputValue()).toBe('succeeded');
    await expect.poll(() => page.getByLabel('Endpoint', { exact: true }).inputValue()).toBe(other);

    await page.getByLabel('Endpoint', { exact: true }).selectOption(endpoint);
    await page.getByText('No delivery matches these filters.').waitFor();
    await page.goBack();
    await detail.getByRole('button', { name: 'All of this event' }).click();
    await button(`event ${wanted.eventId} ✕`).click();
    await button('Clear filters').click();
    expect(inAddress()).toEqual({});
    await expect.poll(() => rows.count()).toBeGreaterThan(2);
  });
});

describe('without serve', () => {
  test('what is started from the page of listen is made there', async () => {
    const listen = await startListen(['--ui', '--ui-port', '0'], { home: createHome() });
    const link = listen.ready.ui;
    const app = await startApp();
    await createEndpoint(link, 'compliancely', `${app.url}/own`);
    const { page, detail, rows, attempts, button } = await open(link);
    await page.getByText('are made by webhook-cli serve').waitFor();

    await page.getByRole('link', { name: 'Endpoints', exact: true }).click();
    await page.getByRole('listbox', { name: 'Endpoints' }).getByRole('option').click();
    await button('Send test').click();
    await page.getByText('not acknowledged').waitFor();
    expect(app.received).toHaveLength(1);

    await page.getByRole('link', { name: 'Send', exact: true }).click();
    await page.getByLabel('Provider').selectOption('compliancely');
    await page.getByLabel('Publish to endpoints').check();
    await button('Publish').click();
    await page.getByRole('region', { name: 'Published' }).getByRole('link').click();
    await detail.getByText('pending', { exact: true }).waitFor();
    await expect.poll(() => attempts.filter({ hasText: '500' }).count()).toBe(1);
    app.answer(200);
    await button('Retry now').click();
    await detail.getByText('succeeded', { exact: true }).waitFor();
    expect(app.received).toHaveLength(3);
    await expect.poll(() => rows.count()).toBe(2);
  });

  test('the page says that an engine elsewhere makes them, and how it went', async () => {
    const home = createHome();
    const serve = await startServe(['--clock', 'virtual'], { home });
    const listen = await startListen(['--ui', '--ui-port', '0'], { home });
    const app = await startApp(200);
    await createEndpoint(listen.ready.ui, 'compliancely', `${app.url}/elsewhere`);
    const { page, detail, rows, clock, button } = await open(listen.ready.ui);
    await page.getByRole('link', { name: 'Endpoints', exact: true }).click();
    await page.getByRole('listbox', { name: 'Endpoints' }).getByRole('option').click();
    await button('Send test').click();
    await page.getByText('acknowledged', { exact: true }).waitFor();
    await page.reload();
    const sentence = page.getByText('Another engine has this database and makes the deliveries.');
    await sentence.waitFor();
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await sentence.waitFor();
    expect(await clock.count()).toBe(0);
    await rows.click();
    await detail.getByText('succeeded', { exact: true }).waitFor();
    expect(await serve.attempts(1)).toHaveLength(1);
  });
});
