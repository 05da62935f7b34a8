import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { signatureHeader } from '../../src/signing/describe.ts';
import { breakagesOf } from '../../src/forge/break.ts';
import { headerValue } from '../../src/model/request.ts';
import { loadProviders } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { signingHeaders } from '../support/signing.ts';
import { useBrowser } from '../support/browser.ts';
import { createHome, runCli, startListen, type Listening } from '../support/cli.ts';
import { DOCUMENTED_WHOLE } from '../support/forging.ts';
import { startServer, type Received, type RecordingServer } from '../support/http.ts';

const { visit } = useBrowser();
const home = createHome();
const SECRET = 'whsec_configured';
const providers = await loadProviders();
const iverton = providers.find(({ id }) => id === 'iverton')!;

let listen: Listening;
let app: RecordingServer;
beforeAll(async () => {
  listen = await startListen(['--ui', '--ui-port', '0', '--secret', SECRET], { home });
  app = await startServer(({ path }, response) => {
    response.writeHead(path.startsWith('/fail') ? 503 : 200, { 'X-App': 'mine' });
    response.end(path.startsWith('/fail') ? 'out of order' : 'thanks');
  });
});

/** The Send view as its user sees it. */
async function open(query = '', options: BrowserContextOptions = {}) {
  const link = new URL(listen.ready.ui);
  const { page, problems } = await visit(`${link.origin}/send${query}${link.hash}`, options);
  return { page, problems, ...parts(page) };
}

function parts(page: Page) {
  const preview = page.getByRole('region', { name: 'The request' });
  const payload = page.getByRole('textbox', { name: 'Payload' });
  return {
    payload,
    preview,
    answer: page.getByRole('region', { name: 'The answer' }),
    target: page.getByLabel('Target URL'),
    secret: page.getByLabel('Secret', { exact: true }),
    type: page.getByRole('combobox', { name: 'Event type' }),
    send: page.getByRole('button', { name: 'Send', exact: true }),
    /** Waits for an example, and resolves with it. */
    async example(): Promise<string> {
      await expect.poll(() => payload.inputValue()).not.toBe('');
      return payload.inputValue();
    },
    header: (name: string): Locator =>
      preview
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
        .getByRole('cell'),
  };
}

function signature(provider: Provider, body: string | Uint8Array, secret = SECRET): string {
  return signingHeaders(provider.signature.value, Buffer.from(body), secret)[0]![1];
}

/** The first request that the app got at a path. */
const arrived = (path: string): Received | undefined => app.received.find((request) => request.path === path);

const toApp = (provider = 'iverton'): string =>
  `?provider=${provider}&to=${encodeURIComponent(`${app.url}/hook`)}`;

test('an event of each catalog arrives as it was shown, with fresh ids each time', async () => {
  const { page, problems, ...view } = await open();
  for (const provider of providers.filter(({ id }) => DOCUMENTED_WHOLE.has(id))) {
    const last = provider.events.at(-1)!.name;
    await page.getByLabel('Provider').selectOption({ label: provider.name });
    await view.type.click();
    const options = page.getByRole('listbox', { name: 'Event type' }).getByRole('option');
    await expect.poll(() => options.count()).toBe(provider.events.length);
    await view.type.fill(last);
    await page.keyboard.press('Enter');
    await expect.poll(() => view.type.inputValue()).toBe(last);
    const first = await view.example();
    await page.getByRole('button', { name: 'Fresh example' }).click();
    await expect.poll(() => view.payload.inputValue()).not.toBe(first);

    await view.target.fill(`${app.url}/${provider.id}`);
    await view.send.click();
    const answered = page.getByRole('region', { name: 'Sent from this page' });
    await answered.getByText(`${app.url}/${provider.id}`).waitFor();
    const text = await view.payload.inputValue();
    const received = arrived(`/${provider.id}`);
    expect(received!.body.toString()).toBe(text);
    const header = signatureHeader(provider.signature.value)!;
    expect(headerValue(received!.headers, header)).toBe(signature(provider, text));
  }
  expect(problems).toEqual([]);
});

describe('the payload', () => {
  test('is sent byte for byte, whatever was made of it', async () => {
    const view = await open(`${toApp()}bytes`);
    await view.example();
    const text =
      '{ "type" : "deal.won",\n\n\t"id": "evt_1", "data": {"amount": 10.0, "name": "Zoë 🎉 \\u00e9"} }  \n';
    await view.payload.fill(text);
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/hookbytes');
    expect(received!.body.equals(Buffer.from(text))).toBe(true);
    expect(headerValue(received!.headers, 'x-iverton-signature')).toBe(signature(iverton, text));
  });

  test('that is no JSON is pointed out, and can be sent all the same', async () => {
    const { page, ...view } = await open(`${toApp()}invalid`);
    await view.example();
    await view.payload.fill('{\n  "type": "deal.won",\n  "id" 7\n}');
    await page.getByText('No valid JSON, line 3, column 8: a colon is expected').waitFor();
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/hookinvalid');
    expect(received!.body.toString()).toBe('{\n  "type": "deal.won",\n  "id" 7\n}');
  });

  test('keeps what was typed while others change the database, over other views and types, and a reload', async () => {
    const { page, ...view } = await open('?provider=iverton&type=deal.lost&mode=publish');
    await view.example();
    const mine = '{"type":"deal.lost","id":"evt_mine","data":{}}';
    await view.payload.fill(mine);

    // A change by another process that this view shows.
    const made = await runCli(
      [
        'endpoints',
        'create',
        '--provider',
        'iverton',
        '--url',
        `${app.url}/other`,
        '--secret',
        'whsec_o',
        '--json',
      ],
      { home },
    );
    expect([made.code, made.stderr]).toEqual([0, '']);
    await page.getByRole('region', { name: 'Subscribed endpoints' }).getByText(`${app.url}/other`).waitFor();
    expect(await view.payload.inputValue()).toBe(mine);

    await page.getByRole('link', { name: 'Captures', exact: true }).click();
    await page.goBack();
    await expect.poll(() => view.payload.inputValue()).toBe(mine);

    await view.type.fill('deal.won');
    await page.keyboard.press('Enter');
    await expect.poll(() => view.payload.inputValue()).toContain('"deal.won"');
    await page.goBack();
    await expect.poll(() => view.payload.inputValue()).toBe(mine);

    await page.reload();
    await expect.poll(() => view.payload.inputValue()).toBe(mine);

    // An example takes its place, and gives it back.
    await page.getByRole('button', { name: 'Fresh example' }).click();
    await expect.poll(() => view.payload.inputValue()).not.toBe(mine);
    await page.getByRole('button', { name: 'Back to my edits' }).click();
    expect(await view.payload.inputValue()).toBe(mine);
  });
});

describe('the signature', () => {
  test('changes with each letter of payload and secret, and is right', async () => {
    const { page, ...view } = await open(toApp());
    const example = await view.example();
    const shown = view.header('X-Iverton-Signature');
    await expect.poll(() => shown.textContent()).toBe(signature(iverton, example));
    await view.preview.getByText('Signed with the configured secret').waitFor();

    await view.payload.press('Control+End');
    await page.keyboard.type(' x');
    await expect.poll(() => shown.textContent()).toBe(signature(iverton, `${example} x`));

    await view.secret.fill('whsec_typed');
    await expect.poll(() => shown.textContent()).toBe(signature(iverton, `${example} x`, 'whsec_typed'));
    await view.preview.getByText('Signed with the secret typed here').waitFor();
  });

  test('made with a typed secret arrives so, and the secret is kept nowhere', async () => {
    const { page, ...view } = await open(`${toApp()}typed`);
    const text = await view.example();
    expect(await view.secret.getAttribute('type')).toBe('password');
    await view.secret.fill('whsec_between_us');
    await page.getByRole('button', { name: 'Show secret' }).click();
    expect(await view.secret.getAttribute('type')).toBe('text');
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/hooktyped');
    expect(headerValue(received!.headers, 'x-iverton-signature')).toBe(
      signature(iverton, text, 'whsec_between_us'),
    );
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])');
    expect(kept).toContain('last target');
    expect(`${kept} ${page.url()}`).not.toContain('between_us');
  });

  test('is left out where it is to go unsigned', async () => {
    const { page, ...view } = await open(`${toApp()}unsigned`);
    await view.example();
    await page.getByLabel('Send it unsigned').check();
    await view.preview.getByText('Not signed.').waitFor();
    expect(await view.header('X-Iverton-Signature').count()).toBe(0);
    expect(await view.secret.isDisabled()).toBe(true);
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/hookunsigned');
    expect(headerValue(received!.headers, 'x-iverton-signature')).toBeUndefined();
  });

  test('is broken as one likes, and the receiver finds out', async () => {
    const { page, ...view } = await open('?provider=iverton');
    const broken = page.getByLabel('Break it');
    await expect.poll(() => broken.getByRole('option').count()).toBe(breakagesOf(iverton).length + 1);
    await view.target.fill(`${listen.url}/iverton`);
    const text = await view.example();
    const history = page.getByRole('region', { name: 'Sent from this page' });
    let before = listen.items.filter(({ type }) => type === 'capture').length;
    for (const [breakage, reason] of [
      ['Wrong signature', 'no-match'],
      ['Body changed after signing', 'no-match'],
      ['Missing header', 'missing-header'],
      ['Signed with a wrong secret', 'no-match'],
    ] as const) {
      await broken.selectOption({ label: breakage });
      await view.send.click();
      await history.getByText(breakage.toLowerCase()).waitFor();
      const capture = (await listen.captures((before += 1))).at(-1);
      expect(capture).toMatchObject({ provider: 'iverton', verdict: { reason } });
      expect(capture.body === text).toBe(breakage !== 'Body changed after signing');
    }
  });

  test('goes with an old timestamp where that is what is to be wrong', async () => {
    const { page, ...view } = await open(`?provider=slack&to=${encodeURIComponent(`${app.url}/old`)}`);
    await view.example();
    await page.getByLabel('Break it').selectOption({ label: 'Old timestamp' });
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/old');
    const age = Date.now() / 1_000 - Number(headerValue(received!.headers, 'x-slack-request-timestamp'));
    expect(age).toBeGreaterThan(3_000);
  });
});

describe('the target', () => {
  test('is the receiver unless another is given, and what is sent there is a capture', async () => {
    const { page, ...view } = await open('?provider=iverton');
    await expect.poll(() => view.target.inputValue()).toBe(listen.url);
    await page.getByText('What is sent there arrives under Captures.').waitFor();
    await view.example();
    await view.send.click();
    await view.answer.getByRole('link', { name: 'See it under Captures' }).click();
    await page.getByRole('listbox', { name: 'Captures' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/captures');
  });

  test('that cannot be reached is told in words, and so is one that is none', async () => {
    const nobody = await startServer();
    await nobody.close();
    const view = await open();
    await view.target.fill(nobody.url);
    await view.example();
    await view.send.click();
    await view.answer
      .getByText(/refused/)
      .first()
      .waitFor();
    await view.answer.getByText('no answer').waitFor();

    await view.target.fill('ftp://example.com');
    await view.preview.getByRole('alert').getByText(/http/).waitFor();
  });

  test('gets extra headers, and lines that are none are pointed out', async () => {
    const { page, ...view } = await open(`${toApp()}headers`);
    await view.example();
    await page
      .getByLabel('Extra headers')
      .fill('X-Team: growth\nnonsense\nContent-Type: application/cloudevents+json');
    await page.getByText('Line 2 is left out: has no colon').waitFor();
    await expect.poll(() => view.header('X-Team').allTextContents()).toEqual(['growth']);
    await view.send.click();
    await view.answer.getByText('thanks').waitFor();
    const received = arrived('/hookheaders');
    expect(headerValue(received!.headers, 'x-team')).toBe('growth');
    expect(headerValue(received!.headers, 'content-type')).toBe('application/cloudevents+json');
    expect(received!.headers.filter(([name]) => name.toLowerCase() === 'content-type')).toHaveLength(1);
  });
});

test('Ctrl+Enter sends from the editor; each answer stays beside it, and can be looked at again', async () => {
  const { page, ...view } = await open(`?provider=iverton&to=${encodeURIComponent(`${app.url}/fail`)}`);
  await view.example();
  await view.payload.focus();
  await page.keyboard.press('Control+Enter');
  await view.answer.getByText('out of order').waitFor();
  await view.answer.getByText('503', { exact: true }).waitFor();
  await view.answer.getByText('not acknowledged').waitFor();
  await view.answer.getByRole('row', { name: 'X-App mine' }).waitFor();

  await view.target.fill(`${app.url}/fine`);
  await view.payload.press('Control+Enter');
  await view.answer.getByText('thanks').waitFor();
  await view.answer.getByText('acknowledged', { exact: true }).waitFor();

  const sent = page.getByRole('region', { name: 'Sent from this page' }).getByRole('button');
  expect(await sent.count()).toBe(2);
  await sent.nth(1).click();
  await view.answer.getByText('out of order').waitFor();
});

test('the copied curl command sends the same', async () => {
  const { page, ...view } = await open(`${toApp()}curl`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await view.example();
  const text = `{"type":"deal.won","id":"evt_1","data":{"name":"O'Brien & Söhne"}}`;
  await view.payload.fill(text);
  await expect.poll(() => view.header('X-Iverton-Signature').textContent()).toBe(signature(iverton, text));
  await view.preview.getByRole('button', { name: 'Copy as curl' }).click();
  await view.preview.getByText('Copied').waitFor();
  await view.payload.press('Control+A');
  await page.keyboard.press('Control+V');
  const command = await view.payload.inputValue();
  await promisify(execFile)('sh', ['-c', command]);
  const received = arrived('/hookcurl');
  expect(received!.body.toString()).toBe(text);
  expect(headerValue(received!.headers, 'x-iverton-signature')).toBe(signature(iverton, text));
});

test('publishing delivers to each subscribed endpoint, signed with its own secret', async () => {
  const { page, ...view } = await open('?provider=compliancely&mode=publish');
  await page.getByText(/^No endpoint subscribes to /).waitFor();
  await page.getByRole('link', { name: 'Create one' }).waitFor();
  for (const name of ['one', 'two']) {
    const args = ['--url', `${app.url}/${name}`, '--secret', `whsec_${name}`];
    const made = await runCli(['endpoints', 'create', '--provider', 'compliancely', ...args], { home });
    expect([made.code, made.stderr]).toEqual([0, '']);
  }
  const subscribed = page.getByRole('region', { name: 'Subscribed endpoints' });
  await subscribed.getByRole('link', { name: `${app.url}/two` }).waitFor();
  const text = `${await view.example()} `;
  await view.payload.fill(text);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const published = page.getByRole('region', { name: 'Published' });
  await expect.poll(() => published.getByText('succeeded').count()).toBe(2);

  const compliancely = providers.find(({ id }) => id === 'compliancely')!;
  for (const name of ['one', 'two']) {
    const [received, ...more] = app.received.filter(({ path }) => path === `/${name}`);
    expect(more).toEqual([]);
    expect(received!.body.toString()).toBe(text);
    expect(headerValue(received!.headers, signatureHeader(compliancely.signature.value)!)).toBe(
      signature(compliancely, text, `whsec_${name}`),
    );
  }
  await published.getByRole('link').first().click();
  await page.getByRole('list', { name: 'Attempts' }).waitFor();
});
