import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import {
  countOf,
  detailOf,
  ivertonEvent,
  optionsOf,
  pairsOf,
  partOf,
  postEvent,
  postLines,
  rowsOf,
  signature,
  startInspected,
  WAIT,
  waitForRows,
} from '../support/captures-view.ts';
import { createHome, type Listening } from '../support/cli.ts';
import { startServer } from '../support/http.ts';

const { visit } = useBrowser();
const IVERTON = ['--provider', 'iverton', '--secret', 'whsec_x'];
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

/** Opens the capture at a position of the list, from 1 on. */
async function open(page: Page, position: number): Promise<void> {
  const row = optionsOf(page).and(page.locator(`[aria-posinset="${position}"]`));
  const id = (await row.getAttribute('id'))!.replace('row-', '');
  await row.click();
  await detailOf(page).locator('code', { hasText: id }).first().waitFor();
}

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

describe('the request', () => {
  let listen: Listening;
  let page: Page;
  let problems: readonly string[];
  let count = 0;
  beforeAll(async () => {
    listen = await startInspected(IVERTON, createHome());
    ({ page, problems } = await visit(listen.ready.ui, { ...CLIPBOARD, acceptDownloads: true }));
  });

  /** Sends it and opens it. Resolves with its id. */
  async function receive(lines: readonly string[], body: string | Uint8Array): Promise<string> {
    await postLines(listen.url, '/hooks', lines, body);
    count += 1;
    const { id } = (await listen.captures(count)).at(-1);
    await page.locator(`[id="row-${id}"]`).click();
    await detailOf(page).locator('code', { hasText: id }).first().waitFor();
    return id;
  }
  const body = () => partOf(page, 'Body');
  const tab = (name: string) => body().getByRole('tab', { name });
  const panel = () => body().getByRole('tabpanel');

  test('headers stand in the order they were sent, duplicates and case and all', async () => {
    const lines = ['X-Twice: one', 'aCCept: */*', 'x-twice: two', 'X-Empty: ', 'X-Twice: one'];
    await receive(lines, 'hello');
    expect(await pairsOf(page, 'Request headers')).toEqual([
      ['Host', 'localhost'],
      ['X-Twice', 'one'],
      ['aCCept', '*/*'],
      ['x-twice', 'two'],
      ['X-Empty', ''],
      ['X-Twice', 'one'],
      ['content-length', '5'],
      ['Connection', 'close'],
    ]);
    expect(await partOf(page, 'Request').locator('code').innerText()).toBe('POST /hooks');
  });

  test('JSON is pretty with numbers as they were written, and raw as it was sent', async () => {
    const text =
      '{"amount":10.0, "big":12345678901234567890,"small":-1E-7,\n"text":"a\\u00e9\\"b","list":[],"none":null}';
    await receive(['content-type: application/json'], text);
    expect(await tab('Pretty').getAttribute('aria-selected')).toBe('true');
    const shown = await panel().getByRole('list', { name: 'JSON' }).innerText();
    for (const part of [
      '"amount": 10.0',
      '"big": 12345678901234567890',
      '"small": -1E-7',
      '"text": "a\\u00e9\\"b"',
      '"list": []',
    ]) {
      expect(shown).toContain(part);
    }
    await tab('Raw').click();
    expect(await panel().locator('pre').textContent()).toBe(text);
    // Looked for ahead of the click, as it is said for a moment only.
    const said = body().getByRole('button', { name: 'Copied' }).waitFor();
    await body().getByRole('button', { name: 'Copy', exact: true }).click();
    await said;
    expect(await copied(page)).toBe(text);
  });

  test('branches of JSON fold', async () => {
    await receive(['content-type: application/json'], '{"outer":{"inner":{"deep":1}}}');
    const inner = panel().getByRole('button', { name: '"inner"' });
    await panel().getByText('"deep"').waitFor();
    await inner.click();
    expect(await panel().getByText('"deep"').count()).toBe(0);
    expect(await inner.getAttribute('aria-expanded')).toBe('false');
    await inner.click();
    await panel().getByText('"deep"').waitFor();
  });

  test('binary bodies are shown in hexadecimal', async () => {
    const bytes = Buffer.from([...Array.from({ length: 20 }, (_, index) => 0xf0 + (index % 16)), 0x41, 0x0a]);
    await receive(['content-type: application/octet-stream'], bytes);
    expect(await body().getByRole('tab').allInnerTexts()).toEqual(['Hex']);
    expect((await panel().locator('pre').textContent())!.split('\n')).toEqual([
      '00000000  f0 f1 f2 f3 f4 f5 f6 f7  f8 f9 fa fb fc fd fe ff  ................',
      '00000010  f0 f1 f2 f3 41 0a                                 ....A.',
    ]);
  });

  test('the ways to look at a body are moved through with the arrow keys', async () => {
    await receive(['content-type: application/json'], '{"a":1}');
    await tab('Pretty').focus();
    await page.keyboard.press('ArrowRight');
    expect(await tab('Raw').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await tab('Hex').getAttribute('aria-selected')).toBe('true');
    expect(await tab('Hex').evaluate((element) => document.activeElement === element)).toBe(true);
    expect(await panel().locator('pre').textContent()).toContain('7b 22 61 22 3a 31 7d');
  });

  test('the fields of a form are shown as a table', async () => {
    await receive(['content-type: application/x-www-form-urlencoded'], 'name=J%C3%BCrgen+K&empty=&name=two');
    expect(await pairsOf(page, 'Form fields')).toEqual([
      ['name', 'Jürgen K'],
      ['empty', ''],
      ['name', 'two'],
    ]);
  });

  test('what was compressed is shown as it was before, with its bytes in hexadecimal', async () => {
    const packed = gzipSync('{"packed":10.0}');
    const id = await receive(['content-type: application/json', 'content-encoding: gzip'], packed);
    expect(await panel().getByRole('list', { name: 'JSON' }).innerText()).toContain('"packed": 10.0');
    await body().getByText('Decoded from gzip').waitFor();
    await tab('Hex').click();
    expect(await panel().locator('pre').textContent()).toContain('00000000  1f 8b 08');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      body().getByRole('button', { name: 'Download body' }).click(),
    ]);
    expect(download.suggestedFilename()).toContain(id);
    expect(readFileSync(await download.path()).equals(packed)).toBe(true);
  });

  test('JSON that is none is shown raw, with what is wrong', async () => {
    await receive(['content-type: application/json'], '{"a":1,}');
    await body().getByText('Cannot be read as JSON').waitFor();
    expect(await panel().locator('pre').textContent()).toBe('{"a":1,}');
    expect(await tab('Pretty').count()).toBe(0);
  });

  test('an empty body is said to be none', async () => {
    await receive([], '');
    await body().getByText('No body.').waitFor();
    expect(await body().getByRole('tab').count()).toBe(0);
  });

  test('a long body is cut for looking at, and whole in the download', async () => {
    const text = `${'0123456789abcde\n'.repeat(131_072)}end`;
    await receive(['content-type: text/plain'], text);
    await body().getByText('Only its beginning is shown').waitFor();
    expect(await body().innerText()).toContain('2 MB');
    const shown = (await panel().locator('pre').textContent())!;
    expect(shown.startsWith('0123456789abcde\n0123')).toBe(true);
    expect(shown.length).toBeLessThan(1_100_000);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      body().getByRole('button', { name: 'Download body' }).click(),
    ]);
    expect(readFileSync(await download.path()).equals(Buffer.from(text))).toBe(true);
  });

  test('a verdict is explained, and the header it speaks of stands out', async () => {
    const text = ivertonEvent('deal.won', 'evt_verdict');
    const [name, value] = await signature('iverton', 'another', text);
    await receive(['X-Other: 1', `${name}: ${value}`], text);
    const part = partOf(page, 'Verdict');
    expect(await part.innerText()).toContain('no-match');
    expect(await part.innerText()).toContain('does not match: another secret, or other bytes');
    expect(await part.innerText()).toContain(`hmac-sha256 in ${name}`);
    const [why] = await part.getByRole('list', { name: 'Why' }).getByRole('listitem').allInnerTexts();
    expect(why).toMatch(/^secret-wrong \(possible\): most likely another secret: .*Iverton AI/);
    const colours = await detailOf(page)
      .getByRole('table', { name: 'Request headers' })
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.map((row) => [row.children[0]!.textContent, getComputedStyle(row).backgroundColor] as const),
      );
    const plain = colours.find(([each]) => each === 'X-Other')![1];
    expect(colours.filter(([, colour]) => colour !== plain).map(([each]) => each)).toEqual([name]);

    const [, bare] = await signature('iverton', 'whsec_x', text);
    await receive([`${name}: ${bare.replace('sha256=', '')}`], text);
    expect(await part.innerText()).toContain('verified');
    expect(await part.innerText()).toContain('lacks the sha256= prefix');
    expect(await part.getByRole('list').count()).toBe(0);
  });

  test('the page had no trouble with any of them', () => {
    expect(count).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });
});

test('what the app answered is shown with its headers and body', async () => {
  const app = await startServer((_request, response) => {
    response.writeHead(422, [
      ['X-App', 'one'],
      ['x-app', 'two'],
      ['Content-Type', 'application/json'],
    ]);
    response.end('{"error":"no such deal","amount":10.0}');
  });
  const listen = await startInspected([...IVERTON, '--forward', app.url], createHome());
  await postEvent(listen.url, 'whsec_x', ivertonEvent('deal.won', 'evt_1'));
  const { page } = await visit(listen.ready.ui);
  await waitForRows(page, ['deal.won']);
  await open(page, 1);
  const answer = partOf(page, 'Answer');
  await answer.getByText('422', { exact: true }).waitFor();
  expect((await pairsOf(page, 'Headers of the answer')).slice(0, 3)).toEqual([
    ['X-App', 'one'],
    ['x-app', 'two'],
    ['Content-Type', 'application/json'],
  ]);
  const shown = await answer.getByRole('list', { name: 'JSON' }).innerText();
  expect(shown).toContain('"error": "no such deal"');
  expect(shown).toContain('"amount": 10.0');
});

test('newer, older and the first of its duplicates are a step away', async () => {
  const listen = await startInspected(IVERTON, createHome());
  const event = ivertonEvent('deal.won', 'evt_1');
  await postEvent(listen.url, 'whsec_x', event);
  await postEvent(listen.url, 'whsec_x', ivertonEvent('deal.lost', 'evt_2'));
  await postEvent(listen.url, 'whsec_x', event);
  const [oldest, middle, newest] = (await listen.captures(3)).map(({ id }) => id as string);
  const { page } = await visit(listen.ready.ui);
  await waitForRows(page, ['deal.won', 'deal.lost', 'deal.won']);
  await open(page, 1);
  const detail = detailOf(page);
  const shows = async (id: string): Promise<void> => {
    await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(id);
    await detail.locator('.capture-facts > code', { hasText: id }).waitFor();
    await expect.poll(async () => (await rowsOf(page)).find((row) => row.isSelected)?.id, WAIT).toBe(id);
  };
  const [newer, older] = ['Newer', 'Older'].map((name) => detail.getByRole('button', { name }));
  await shows(newest!);
  await expect.poll(() => newer!.isDisabled(), WAIT).toBe(true);
  await older!.click();
  await shows(middle!);
  await older!.click();
  await shows(oldest!);
  expect(await older!.isDisabled()).toBe(true);
  await newer!.click();
  await shows(middle!);
  await newer!.click();
  await shows(newest!);
  await detail.getByRole('link', { name: oldest! }).click();
  await shows(oldest!);
  await page.goBack();
  await shows(newest!);
});

test('one capture, or all that match, are deleted after a question that says how many', async () => {
  const listen = await startInspected(IVERTON, createHome());
  for (const [index, type] of ['deal.won', 'deal.lost', 'deal.won', 'deal.won'].entries()) {
    await postEvent(listen.url, 'whsec_x', ivertonEvent(type, `evt_${index}`));
  }
  const { page, problems } = await visit(listen.ready.ui);
  await waitForRows(page, ['deal.won', 'deal.won', 'deal.lost', 'deal.won']);
  await open(page, 1);
  const before = await rowsOf(page);

  // Asked, and thought better of.
  await detailOf(page).getByRole('button', { name: 'Delete…' }).click();
  const one = page.getByRole('dialog', { name: 'Delete this capture?' });
  expect(await one.innerText()).toContain(before[0]!.id!);
  await one.getByRole('button', { name: 'Keep' }).click();
  expect(await rowsOf(page)).toHaveLength(4);

  await detailOf(page).getByRole('button', { name: 'Delete…' }).click();
  await one.getByRole('button', { name: 'Delete it' }).click();
  const after = await waitForRows(page, ['deal.won', 'deal.lost', 'deal.won']);
  expect(after.map(({ id }) => id)).toEqual(before.slice(1).map(({ id }) => id));
  // The one after it takes its place.
  await expect.poll(() => new URL(page.url()).searchParams.get('id'), WAIT).toBe(before[1]!.id);

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('textbox', { name: 'Type' }).fill('deal.won');
  await waitForRows(page, ['deal.won', 'deal.won']);
  await page
    .getByRole('region', { name: 'List of captures' })
    .getByRole('button', { name: 'Delete…' })
    .click();
  const all = page.getByRole('dialog', { name: 'Delete all that match?' });
  expect(await all.innerText()).toContain('2 captures');
  await all.getByRole('button', { name: 'Delete 2 captures' }).click();
  await page.getByText('Nothing matches these filters.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await waitForRows(page, ['deal.lost']);

  await page
    .getByRole('region', { name: 'List of captures' })
    .getByRole('button', { name: 'Delete…' })
    .click();
  const rest = page.getByRole('dialog', { name: 'Delete all captures?' });
  await rest.getByRole('button', { name: 'Delete 1 capture', exact: true }).click();
  await page.getByRole('heading', { name: 'No captures yet' }).waitFor();
  expect(await countOf(page).innerText()).toBe('0 captures');
  expect(problems).toEqual([]);
});

test('a capture is copied as curl, as HTTP and as a fixture; the curl sends the identical request', async () => {
  const receiver = await startServer();
  const listen = await startInspected(IVERTON, createHome());
  const text = `{"id":"evt_1", "type":"deal.won","who":"O'Neil \\u00e9 é","amount":10.0,\n"x":"$HOME \`id\` !! %s"}`;
  const [name, value] = await signature('iverton', 'whsec_x', text);
  await postLines(listen.url, '/hooks', ['Content-Type: application/json', `${name}: ${value}`], text);
  const { page } = await visit(listen.ready.ui, CLIPBOARD);
  await waitForRows(page, ['deal.won']);
  await open(page, 1);
  const copy = async (label: string): Promise<string> => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await detailOf(page).getByRole('button', { name: label }).click();
    await expect.poll(() => copied(page), WAIT).not.toBe('');
    return copied(page);
  };

  const curl = await copy('Copy as curl');
  const { host } = new URL(receiver.url);
  await promisify(execFile)('bash', ['-c', curl.replace(/localhost:\d+/, host)]);
  expect(receiver.received[0]).toMatchObject({ method: 'POST', body: Buffer.from(text) });
  expect(receiver.received[0]!.headers).toContainEqual([name, value]);

  const http = await copy('Copy as HTTP');
  expect(http).toMatch(/^POST \S+ HTTP\/1\.1\r\n/);
  expect(http.endsWith(`\r\n\r\n${text}`)).toBe(true);
  expect(http).toContain(`\r\n${name}: ${value}\r\n`);

  const fixture = JSON.parse(await copy('Copy as test fixture')) as Record<string, unknown>;
  expect(fixture).toMatchObject({ method: 'POST', path: '/hooks', body: text });
  expect(fixture['headers']).toContainEqual([name, value]);
});
