import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { signatureHeader } from '../../src/signing/describe.ts';
import { headerValue } from '../../src/model/request.ts';
import { discord } from '../../src/providers/discord.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { taskplatform } from '../../src/providers/taskplatform.ts';
import { verify } from '../../src/signing/verify.ts';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen, startServe, type Listening } from '../support/cli.ts';
import { startServer, type Received, type RecordingServer } from '../support/http.ts';
import { ask, linkTo } from '../support/inspector-client.ts';

const { visit } = useBrowser();
const SECRET = 'whsec_given-by-its-maker-0123456789';

let link: string;
let app: RecordingServer;
let listen: Listening;
beforeAll(async () => {
  listen = await startListen(['--ui', '--ui-port', '0'], { home: createHome() });
  link = listen.ready.ui;
  app = await startServer(({ path }, response) => {
    response.writeHead(path.startsWith('/fail') ? 500 : 200);
    response.end(path.startsWith('/fail') ? 'no' : 'thanks');
  });
});

/** Opens the Endpoints view, and keeps all that the API answers. */
async function open(place = 'endpoints', at = link) {
  const { page, problems } = await visit('about:blank');
  const answers: string[] = [];
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/') || pathname === '/api/changes') return;
    // Of requests that the page gave up there is none.
    answers.push(await response.text().catch(() => ''));
  });
  await page.goto(linkTo(at, place));
  await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
  return { page, problems, answers, ...parts(page) };
}

function parts(page: Page) {
  const detail = page.getByRole('region', { name: 'Endpoint', exact: true });
  return {
    detail,
    list: page.getByRole('listbox', { name: 'Endpoints' }),
    form: page.getByRole('form', { name: /endpoint$/ }),
    secret: detail.getByRole('code'),
    button: (name: string) => detail.getByRole('button', { name, exact: true }),
    dialog: page.getByRole('dialog'),
  };
}

async function create(provider: string, path: string, more: object = {}): Promise<string> {
  const secret = provider === 'taskplatform' ? {} : { secret: SECRET };
  const change = { provider, url: `${app.url}${path}`, ...secret, ...more };
  return (await ask(link, 'POST', '/api/endpoints', change)).endpoint.id;
}

const stored = async (id: string): Promise<any> => (await ask(link, 'GET', `/api/endpoints/${id}`)).endpoint;
const revealed = async (id: string): Promise<string> =>
  (await ask(link, 'POST', `/api/endpoints/${id}/secret`)).secret;
const idOf = (page: Page): string => new URL(page.url()).searchParams.get('id')!;
const arrived = (path: string): readonly Received[] =>
  app.received.filter((request) => request.path === path);

describe('creating', () => {
  test('takes all events, or some of the checklist, and a secret that is given', async () => {
    const { page, problems, form, ...view } = await open();
    await page.getByRole('link', { name: 'New endpoint' }).click();
    await page.getByLabel('Provider').selectOption({ label: iverton.name });
    await page.getByLabel('Endpoint URL').fill(`${app.url}/created`);
    await page.getByLabel(/^All events/).uncheck();
    await form.getByText(`${iverton.events.length} of ${iverton.events.length} selected`).waitFor();
    await page.getByRole('button', { name: 'Select none' }).click();
    await page.getByLabel('deal.won').check();
    await page.getByLabel('All of email').check();
    expect(await page.getByLabel('email.bounced').isChecked()).toBe(true);
    await page.getByLabel('email.opened').uncheck();
    expect(await page.getByLabel('All of email').isChecked()).toBe(false);
    await page.getByLabel('Secret', { exact: true }).fill(SECRET);
    await page.keyboard.press('Enter');

    await view.detail.getByRole('heading', { name: `${app.url}/created` }).waitFor();
    await view.detail.getByText('deal.won, email.delivered, email.clicked, email.bounced').waitFor();
    await view.list.getByRole('option', { name: `${app.url}/created` }).waitFor();
    const id = idOf(page);
    expect((await stored(id)).eventTypes).toEqual([
      'deal.won',
      'email.delivered',
      'email.clicked',
      'email.bounced',
      'email.complained',
    ]);
    expect(await revealed(id)).toBe(SECRET);
    expect(problems).toEqual([]);
  });

  test('has the provider make the secret where it does so, and shows it then and on demand alone', async () => {
    const first = await open('endpoints?new=taskplatform');
    const { page } = first;
    await page.getByText('Task platform makes the secret').waitFor();
    await page.getByLabel('Endpoint URL').fill(`${app.url}/generated`);
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('Made for this endpoint').waitFor();
    const id = idOf(page);
    const secret = await revealed(id);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await first.secret.textContent()).toBe(secret);
    expect((await stored(id)).eventTypes).toEqual(['*']);

    // Whoever comes later gets to see it only after asking.
    const second = await open(`endpoints?id=${id}`);
    await expect.poll(() => second.secret.textContent()).toBe(`…${secret.slice(-4)}`);
    await second.page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await second.page.getByText('No deliveries yet.').waitFor();
    await second.page.goBack();
    await second.button('Reveal').waitFor();
    expect(second.answers.join('\n')).toContain(id);
    expect(second.answers.join('\n')).not.toContain(secret);
    expect(await second.page.content()).not.toContain(secret);
    await second.button('Reveal').click();
    await expect.poll(() => second.secret.textContent()).toBe(secret);
    await second.button('Hide').click();
    expect(await second.page.content()).not.toContain(secret);
  });

  test('shows the public key of a provider that signs with a private one, which stays hidden', async () => {
    const { page, ...view } = await open('endpoints?new=discord');
    await page.getByLabel('Endpoint URL').fill(`${app.url}/asymmetric`);
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await view.detail.getByText('Give this to the app that receives').waitFor();
    const id = idOf(page);
    const { publicKey } = await stored(id);
    expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
    await view.detail.getByText(publicKey, { exact: true }).waitFor();
    await view.button('Copy public key').waitFor();
    await view.button('Send test').click();
    await expect.poll(() => arrived('/asymmetric').length).toBe(1);
    const scheme = discord.signature.value;
    expect(verify(scheme, arrived('/asymmetric')[0]!, [publicKey]).reason).toBe('valid');

    // Another key needs another public one.
    await view.button('Rotate…').click();
    await view.dialog.getByText('It needs the new public key').waitFor();
    await view.dialog.getByRole('button', { name: 'Rotate secret' }).click();
    await view.dialog.waitFor({ state: 'detached' });
    const rotated = (await stored(id)).publicKey;
    expect(rotated).not.toBe(publicKey);
    await view.detail.getByText(rotated, { exact: true }).waitFor();
    expect(await page.content()).not.toContain('PRIVATE KEY');
    await view.button('Reveal').click();
    await view.detail.getByText('-----BEGIN PRIVATE KEY-----').waitFor();
  });

  test('generates a secret on the page for a provider that wants one', async () => {
    const { page, ...view } = await open('endpoints?new=iverton');
    await page.getByLabel('Endpoint URL').fill(`${app.url}/made-here`);
    await page.getByRole('button', { name: 'Generate' }).click();
    const secret = await page.getByLabel('Secret', { exact: true }).inputValue();
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await view.button('Reveal').waitFor();
    expect(await revealed(idOf(page))).toBe(secret);
    expect(await page.content()).not.toContain(secret);
  });

  test('says what is wrong, with the focus on it, and keeps what was typed', async () => {
    const { page, form } = await open('endpoints?new=iverton');
    const url = page.getByLabel('Endpoint URL');
    await url.fill('ftp://example.com');
    await page.getByLabel('Secret', { exact: true }).fill(SECRET);
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await form.locator('div:focus').getByRole('alert').getByText(/ftp/).waitFor();
    expect(await url.inputValue()).toBe('ftp://example.com');
    await url.fill(`${app.url}/mended`);
    await page.getByLabel(/^All events/).uncheck();
    await page.getByRole('button', { name: 'Select none' }).click();
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await form.locator('div:focus').getByRole('alert').getByText(/event/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'detached' });
    const { endpoints } = await ask(link, 'GET', '/api/endpoints');
    expect(endpoints.map((endpoint: any) => endpoint.url)).not.toContain(`${app.url}/mended`);
  });
});

describe('an endpoint', () => {
  test('is found, tested, edited, switched, rotated and deleted', async () => {
    const id = await create('iverton', '/whole');
    const { page, problems, dialog, detail, ...view } = await open();
    await view.list.getByRole('option', { name: `${app.url}/whole` }).click();
    expect(idOf(page)).toBe(id);

    await detail.getByLabel('Event type').selectOption('deal.lost');
    await view.button('Send test').click();
    await detail.getByRole('status').getByText('acknowledged', { exact: true }).waitFor();
    const [sent] = arrived('/whole');
    expect(JSON.parse(sent!.body.toString()).type).toBe('deal.lost');
    expect(verify(iverton.signature.value, sent!, [SECRET]).reason).toBe('valid');
    await detail.getByText('Answer', { exact: true }).click();
    await detail.getByRole('tabpanel').getByText('thanks').waitFor();

    await view.button('Edit').click();
    expect(await page.getByLabel('Endpoint URL').inputValue()).toBe(`${app.url}/whole`);
    expect(await page.getByLabel('New secret', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('Endpoint URL').fill(`${app.url}/moved`);
    await page.getByLabel(/^All events/).uncheck();
    await page.getByLabel('All of deal').uncheck();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await detail.getByRole('heading', { name: `${app.url}/moved` }).waitFor();
    const edited = await stored(id);
    expect(edited.eventTypes).toHaveLength(iverton.events.length - 5);
    expect(await revealed(id)).toBe(SECRET);

    await view.button('Disable').click();
    await view.button('Enable').waitFor();
    await view.list.getByRole('option').getByText('inactive', { exact: true }).waitFor();
    expect((await stored(id)).status).toBe('inactive');
    await view.button('Enable').click();
    await view.button('Disable').waitFor();
    expect((await stored(id)).status).toBe('active');

    await view.button('Rotate…').click();
    await dialog.getByLabel('New secret', { exact: true }).fill('whsec_the-second-of-its-secrets');
    await dialog.getByRole('button', { name: 'Rotate secret' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await view.secret.textContent()).toBe('whsec_the-second-of-its-secrets');
    await view.button('Send test').click();
    await expect.poll(() => arrived('/moved').length).toBe(1);
    const [rotated] = arrived('/moved');
    const second = ['whsec_the-second-of-its-secrets'];
    expect(verify(iverton.signature.value, rotated!, second).reason).toBe('valid');

    await view.button('Delete…').click();
    await dialog.getByRole('button', { name: 'Keep as it is' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await stored(id)).status).toBe('active');
    await view.button('Delete…').click();
    await dialog.getByRole('button', { name: 'Delete endpoint' }).click();
    await view.list.getByRole('option', { name: `${app.url}/moved` }).waitFor({ state: 'detached' });
    await expect(stored(id)).rejects.toThrow('404');
    expect(problems).toEqual([]);
  });

  test('that fails a test shows what it answered', async () => {
    const id = await create('iverton', '/fail-test');
    const { page, detail, ...view } = await open(`endpoints?id=${id}`);
    await view.button('Send test').click();
    await detail.getByRole('status').getByText('500', { exact: true }).waitFor();
    await detail.getByText('not acknowledged').waitFor();
    await detail.getByRole('link', { name: /^Delivery dlv_/ }).click();
    await page.getByRole('region', { name: 'Delivery' }).getByText('Attempt 1', { exact: true }).waitFor();
  });

  test('is moved through with the keys', async () => {
    await create('compliancely', '/key-one');
    await create('compliancely', '/key-two');
    const { page, list, detail } = await open();
    await list.getByRole('option').first().waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await detail.getByRole('heading', { name: `${app.url}/key-two` }).waitFor();
    await expect.poll(() => page.evaluate<string>('document.activeElement.ariaLabel')).toBe('Endpoint');
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await detail.getByRole('heading', { name: `${app.url}/key-one` }).waitFor();
  });
});

describe('an endpoint that keeps failing', () => {
  test('comes nearer to being disabled with each failure, is disabled, and wants a test before it is enabled', async () => {
    const serve = await startServe(['--ui', '--ui-port', '0', '--clock', 'manual'], { home: createHome() });
    let status = 500;
    const failing = await startServer((_request, response) => void response.writeHead(status).end());
    const { endpoint } = await ask(serve.ready.ui, 'POST', '/api/endpoints', {
      provider: 'taskplatform',
      url: `${failing.url}/hook`,
    });
    const publish = () =>
      ask(serve.ready.ui, 'POST', '/api/publish', { provider: 'taskplatform', type: 'task.created' });
    const step = () => ask(serve.ready.ui, 'POST', '/api/clock', { to: 'next' });
    const { detail, ...view } = await open(`endpoints?id=${endpoint.id}`, serve.ready.ui);
    const row = view.list.getByRole('option');
    await row.getByText('no deliveries yet').waitFor();
    const outlook = detail.getByText(/^will be disabled after 3 failed retries in a row: /);
    await expect.poll(() => outlook.textContent()).toMatch(/: none so far$/);

    await publish();
    for (const failed of [1, 2]) {
      await step();
      await expect.poll(() => outlook.textContent()).toMatch(new RegExp(`: ${failed} so far$`));
    }
    await step();
    await detail.getByText('disabled', { exact: true }).waitFor();
    await row.getByText('0 of 1').waitFor();
    await row.getByText(/^disabled: .*3/).waitFor();
    await detail.getByRole('link', { name: '1 failed' }).waitFor();

    // Fixed, but not tested.
    status = 200;
    await view.button('Enable').click();
    await detail
      .getByRole('alert')
      .getByText(/wants a disabled endpoint tested/)
      .waitFor();
    await view.button('Test now').click();
    await detail.getByRole('status').getByText('acknowledged', { exact: true }).waitFor();
    await view.button('Enable').click();
    await view.button('Disable').waitFor();
    await detail.getByText('active', { exact: true }).waitFor();
    await publish();
    await row.getByText('1 of 2').waitFor();

    // The same again, without a test.
    status = 500;
    await publish();
    await ask(serve.ready.ui, 'POST', '/api/clock', { to: 'end' });
    await view.button('Enable').click();
    await view.button('Enable anyway').click();
    await view.button('Disable').waitFor();
    expect(await detail.getByRole('alert').count()).toBe(0);
    expect(
      headerValue(failing.received[0]!.headers, signatureHeader(taskplatform.signature.value)!),
    ).toBeDefined();
  });
});
