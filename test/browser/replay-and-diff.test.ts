import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadProviders } from '../../src/providers/index.ts';
import type { Header } from '../../src/model/request.ts';
import { verify } from '../../src/signing/verify.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { useBrowser } from '../support/browser.ts';
import {
  detailOf,
  ivertonEvent,
  partOf,
  postEvent,
  signature,
  startInspected,
  WAIT,
} from '../support/captures-view.ts';
import { createHome, type Listening } from '../support/cli.ts';
import { startServer, type Received, type RecordingServer } from '../support/http.ts';

const { visit } = useBrowser();
const IVERTON = ['--provider', 'iverton', '--secret', 'whsec_x'];
const HEADER = 'X-Iverton-Signature';

function headersOf({ headers }: { readonly headers: readonly Header[] }, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** As the provider's customer checks what arrived. */
async function judge(received: Received, secret: string): Promise<Verdict> {
  const iverton = (await loadProviders()).find(({ id }) => id === 'iverton')!;
  return verify(iverton.signature.value, received, [secret]);
}

describe('replay', () => {
  // Written as no serializer writes it, so that any touch shows.
  const TEXT =
    '{"id":"evt_1", "type":"deal.won","created_at":"2026-11-21T10:30:00Z","data":{"amount":10.0}}\r\n';
  let app: RecordingServer;
  let listen: Listening;
  let page: Page;
  let problems: readonly string[];
  let capture: { readonly id: string; readonly headers: readonly Header[] };

  beforeAll(async () => {
    app = await startServer(({ path }, response) => {
      response.writeHead(path.startsWith('/broken') ? 500 : 200, {
        'x-app': 'here',
        'content-type': 'text/plain',
      });
      response.end(`answer to ${path}`);
    });
    listen = await startInspected(IVERTON, createHome());
    await postEvent(`${listen.url}/hooks/in?x=1`, 'whsec_x', TEXT);
    [capture] = (await listen.captures(1)) as [typeof capture];
    ({ page, problems } = await visit(listen.ready.ui));
  });
  beforeEach(async () => {
    await page.goto(new URL(`/captures?id=${capture.id}`, listen.ready.ui).href);
    await detailOf(page).getByRole('heading', { name: 'deal.won' }).waitFor();
  });

  const dialog = () => page.getByRole('dialog', { name: 'Replay deal.won' });
  const result = () => dialog().getByRole('region', { name: 'Result' });
  const target = () => dialog().getByRole('textbox', { name: 'Target URL' });
  async function replayTo(url: string, before: () => Promise<void> = async () => {}): Promise<void> {
    await page.keyboard.press('r');
    await target().fill(url);
    await before();
    await dialog().getByRole('button', { name: 'Replay', exact: true }).click();
  }
  async function received(count: number): Promise<Received> {
    await expect.poll(() => app.received.length, WAIT).toBe(count);
    return app.received[count - 1]!;
  }
  const add = (name: string) => dialog().locator('summary', { hasText: name }).click();

  test('sends the same bytes and headers to the URL, and shows what it answers', async () => {
    await replayTo(`${app.url}/first`);
    const sent = await received(1);
    expect(sent).toMatchObject({ method: 'POST', path: '/first', body: Buffer.from(TEXT) });
    expect(headersOf(sent, HEADER)).toEqual(headersOf(capture, HEADER));
    expect(headersOf(sent, 'content-type')).toEqual(['application/json']);
    await result().getByText('200', { exact: true }).waitFor();
    expect(await result().innerText()).toContain('answer to /first');
    expect(await result().getByRole('table', { name: 'Response headers' }).innerText()).toContain('x-app');
    // Another click sends another.
    await dialog().getByRole('button', { name: 'Replay again' }).click();
    await received(2);
  });

  test('the target is offered again, and r and Enter send it there', async () => {
    await page.keyboard.press('r');
    expect(await target().inputValue()).toBe(`${app.url}/first`);
    await page.keyboard.press('Enter');
    expect((await received(3)).path).toBe('/first');
  });

  test('to another URL, with the captured path appended', async () => {
    await replayTo(`${app.url}/base`, () => dialog().getByLabel('Append the captured path').check());
    expect((await received(4)).path).toBe('/base/hooks/in?x=1');
  });

  test('an edited body goes out as it was edited, and its old signature is warned about', async () => {
    const edited = TEXT.replace('10.0', '20.00');
    await replayTo(app.url, async () => {
      await add('Change the body');
      const field = dialog().getByRole('textbox', { name: 'Body' });
      expect(await field.inputValue()).toBe(TEXT.replace('\r\n', '\n'));
      await field.fill(edited.replace('\r\n', '\n'));
      await dialog().getByText('Valid JSON.').waitFor();
      await dialog().getByText('it will not match').waitFor();
    });
    const sent = await received(5);
    expect(sent.body.toString()).toBe(edited);
    expect((await judge(sent, 'whsec_x')).reason).toBe('no-match');
  });

  test('an edited body that is signed anew verifies with the configured secret', async () => {
    const edited = TEXT.replace('10.0', '30.00');
    await replayTo(app.url, async () => {
      await add('Change the body');
      await dialog().getByRole('textbox', { name: 'Body' }).fill(edited);
      await dialog().getByLabel('Sign anew').check();
      expect(await dialog().getByText('it will not match').count()).toBe(0);
    });
    const sent = await received(6);
    expect(sent.body.toString()).toBe(edited);
    expect(await judge(sent, 'whsec_x')).toMatchObject({ ok: true, reason: 'valid' });
    expect(headersOf(sent, HEADER)).toHaveLength(1);
  });

  test('a typed secret signs instead of the configured one', async () => {
    await replayTo(app.url, async () => {
      await dialog().getByLabel('Sign anew').check();
      await dialog().getByLabel('Secret', { exact: true }).fill(' typed secret ');
    });
    const sent = await received(7);
    expect(await judge(sent, ' typed secret ')).toMatchObject({ ok: true });
    expect(await judge(sent, 'whsec_x')).toMatchObject({ ok: false });
    // It stays nowhere.
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
      'typed secret',
    );
    expect(page.url()).not.toContain('secret');
  });

  test('headers are added and replaced; a line that is none is pointed out', async () => {
    await replayTo(app.url, async () => {
      await add('Change headers');
      const field = dialog().getByRole('textbox', { name: 'Added, or instead' });
      await field.fill('no header');
      await dialog().getByText('"no header" is no header').waitFor();
      await field.fill('X-Debug: a: b\nCONTENT-TYPE: text/odd');
    });
    const sent = await received(8);
    expect(headersOf(sent, 'x-debug')).toEqual(['a: b']);
    expect(headersOf(sent, 'content-type')).toEqual(['text/odd']);
  });

  test('a refused connection is told in plain words', async () => {
    const gone = await startServer();
    await gone.close();
    await replayTo(gone.url);
    await result().getByText('connection refused').waitFor();
    expect(await result().innerText()).toContain(`Nothing listens at 127.0.0.1:${gone.port}: start the app`);
  });

  test('every replay is listed with what came of it', async () => {
    await replayTo(`${app.url}/broken`);
    await result().getByText('500', { exact: true }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    const replays = partOf(page, /^Replays/);
    await replays.getByRole('heading', { name: 'Replays (10)' }).waitFor();
    const lines = await replays.locator('summary').allInnerTexts();
    expect(lines).toHaveLength(10);
    expect(lines[0]).toContain(`POST ${app.url}/first`);
    expect(lines[8]).toContain('refused');
    expect(lines[9]).toContain('500');
    await replays.locator('summary').last().click();
    await replays.getByText('answer to /broken').waitFor();
    expect(await replays.getByRole('table', { name: 'Request headers' }).innerText()).toContain(HEADER);
    expect(problems).toEqual([]);
  });
});

describe('compare', () => {
  const TYPES = ['deal.won', 'deal.won', 'deal.lost', 'deal.won'] as const;
  let listen: Listening;
  let page: Page;
  let problems: readonly string[];
  let ids: readonly string[];

  beforeAll(async () => {
    listen = await startInspected(IVERTON, createHome());
    for (const [index, type] of TYPES.entries()) {
      await postEvent(
        listen.url,
        'whsec_x',
        ivertonEvent(type, `evt_${index}`, { amount: index, kept: 'same' }),
      );
    }
    ids = (await listen.captures(TYPES.length)).map(({ id }) => id as string);
    ({ page, problems } = await visit(listen.ready.ui));
    await page.goto(new URL(`/captures?id=${ids[3]}`, listen.ready.ui).href);
    await detailOf(page).getByRole('heading', { name: 'deal.won' }).waitFor();
  });

  /** The lines of a comparison that differ, as left and right. */
  const differing = (label: string): Promise<(string | null)[][]> =>
    page
      .getByRole('table', { name: label })
      .getByRole('row')
      .evaluateAll((rows) =>
        rows
          .map((row) => [...row.querySelectorAll('[role=cell]')].map((cell) => cell.textContent))
          .filter(([left, right]) => left !== right),
      );

  test('with the one before of its type, unless told otherwise', async () => {
    await detailOf(page).getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare' }).waitFor();
    expect(new URL(page.url()).searchParams.get('diff')).toBe(ids[1]);
    await expect
      .poll(() => differing('Body, compared'), WAIT)
      .toEqual([
        ['−  "id": "evt_1",', '+  "id": "evt_3",'],
        ['−    "amount": 1,', '+    "amount": 3,'],
      ]);
    const headers = await differing('Headers, compared');
    expect(headers).toHaveLength(1);
    expect(headers[0]![0]).toMatch(/^−X-Iverton-Signature: sha256=[0-9a-f]{64}$/i);
    expect(headers[0]![1]).toMatch(/^\+X-Iverton-Signature: sha256=[0-9a-f]{64}$/i);
  });

  test('with another of its type, and with any other', async () => {
    await page.getByRole('combobox', { name: 'With' }).selectOption(ids[0]!);
    await expect
      .poll(() => differing('Body, compared'), WAIT)
      .toContainEqual(['−    "amount": 0,', '+    "amount": 3,']);
    expect(new URL(page.url()).searchParams.get('diff')).toBe(ids[0]);

    await page.getByRole('textbox', { name: 'Or with the id' }).fill(ids[2]!);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => differing('Body, compared'), WAIT)
      .toContainEqual(['−  "type": "deal.lost",', '+  "type": "deal.won",']);
  });

  test('stands in the address', async () => {
    await page.reload();
    await expect
      .poll(() => differing('Body, compared'), WAIT)
      .toContainEqual(['−  "type": "deal.lost",', '+  "type": "deal.won",']);
  });

  test('with one that is not there says so', async () => {
    await page.getByRole('textbox', { name: 'Or with the id' }).fill('cap_gone');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('alert').innerText(), WAIT)
      .toContain('there is no capture cap_gone');
  });

  test('without a difference says so', async () => {
    const twice = ivertonEvent('deal.lost', 'evt_2', { amount: 2, kept: 'same' });
    await postEvent(listen.url, 'whsec_x', twice);
    const { id } = (await listen.captures(5))[4];
    await page.goto(new URL(`/captures?id=${id}&diff=${ids[2]}`, listen.ready.ui).href);
    await page.getByText('No difference in the body.').waitFor();
    await page.getByText('No difference in the headers.').waitFor();
    // What was said of the capture that is not there.
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
  });
});

test('a capture whose provider has no secret is signed anew with a typed one alone', async () => {
  const app = await startServer();
  const listen = await startInspected(['--provider', 'iverton'], createHome());
  const text = ivertonEvent('deal.won', 'evt_1');
  const [, value] = await signature('iverton', 'whsec_x', text);
  await fetch(listen.url, { method: 'POST', headers: { [HEADER]: value }, body: text });
  const [{ id }] = await listen.captures(1);
  const { page } = await visit(listen.ready.ui);
  await page.locator(`[id="row-${id}"]`).click();
  await detailOf(page)
    .getByText('There was no secret')
    .or(detailOf(page).getByText('no secret to verify'))
    .first()
    .waitFor();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Replay deal.won' });
  await dialog.getByRole('textbox', { name: 'Target URL' }).fill(app.url);
  await dialog.getByLabel('Sign anew').check();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect
    .poll(() => dialog.getByRole('alert').innerText(), WAIT)
    .toContain('there is no secret for Iverton');
  expect(app.received).toEqual([]);
  await dialog.getByLabel('Secret', { exact: true }).fill('whsec_typed');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect.poll(() => app.received.length, WAIT).toBe(1);
  expect(await judge(app.received[0]!, 'whsec_typed')).toMatchObject({ ok: true });
});
