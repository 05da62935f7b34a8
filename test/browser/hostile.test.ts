import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useBrowser, type Visit } from '../support/browser.ts';
import { newCapture } from '../support/captures.ts';
import {
  detailOf,
  listOf,
  pairsOf,
  partOf,
  postLines,
  rowsOf,
  startInspected,
  WAIT,
} from '../support/captures-view.ts';
import { createHome, type Listening } from '../support/cli.ts';
import { MARKUP, ODD, ONE_LINE } from '../support/hostile-markup.ts';
import { startServer } from '../support/http.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

const { visit } = useBrowser();

let listen: Listening;
let seen: Visit;
let page: Page;
let dialogs: string[];
let store: Store;

beforeAll(async () => {
  const app = await startServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'x-hostile': ONE_LINE,
      'set-cookie': 'a=1',
      location: 'javascript:window.pwned=1',
      refresh: '0; url=http://evil.example/',
    });
    response.end(MARKUP);
  });
  const home = createHome();
  listen = await startInspected(['--forward', app.url, '--provider', 'iverton', '--secret', 'whsec_x'], home);
  store = await openStore({ path: home.database });
  seen = await visit(listen.ready.ui);
  page = seen.page;
  dialogs = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await listOf(page)
    .or(page.getByRole('heading', { name: 'No captures yet' }))
    .first()
    .waitFor();
  return () => store.close();
}, 60_000);

let elements: Record<string, number>;
beforeEach(async () => {
  elements = await activeElements();
});

/** How many elements of the kinds that could do something there are. */
const activeElements = (): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries(
      ['script', 'img', 'iframe', 'svg', 'object', 'embed', 'style', 'link', 'base', 'form', 'meta'].map(
        (name) => [name, document.querySelectorAll(name).length],
      ),
    ),
  );

/** Nothing of what was captured has become part of the page, has run, or has asked for anything. */
async function expectHarmless(): Promise<void> {
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(await activeElements()).toEqual(elements);
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    ),
  ).toEqual([]);
  const links = await page.evaluate(() => Array.from(document.links, ({ href }) => new URL(href).origin));
  const origin = new URL(listen.ready.ui).origin;
  expect(links.filter((each) => each !== origin)).toEqual([]);
  expect(seen.requested.filter((url) => new URL(url).origin !== origin)).toEqual([]);
  expect(dialogs).toEqual([]);
  expect(seen.problems).toEqual([]);
  expect(new URL(page.url()).origin).toBe(origin);
}

let count = 0;
/** Posts it and opens it. */
async function receive(lines: readonly string[], body: string | Uint8Array, path = '/'): Promise<string> {
  await postLines(listen.url, path, lines, body);
  count += 1;
  const { id } = (await listen.captures(count)).at(-1);
  await open(id);
  return id;
}
async function open(id: string): Promise<void> {
  await page.locator(`[id="row-${id}"]`).click();
  await detailOf(page).locator('code', { hasText: id }).first().waitFor();
}
const body = () => partOf(page, 'Body');
const panel = () => body().getByRole('tabpanel');
async function eachTab(look: (name: string) => Promise<void>): Promise<void> {
  for (const name of await body().getByRole('tab').allInnerTexts()) {
    await body().getByRole('tab', { name }).click();
    await look(name);
  }
}

/** Whether a word of an element's text is written from left to right. */
function runsToTheRight(element: Locator, word?: string): Promise<boolean> {
  return element.evaluate((node, wanted) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (
      let text = walker.nextNode() as Text | null;
      text !== null;
      text = walker.nextNode() as Text | null
    ) {
      const at = wanted === undefined ? 0 : text.data.indexOf(wanted);
      if (at === -1) continue;
      const [first, last] = [at, at + (wanted ?? text.data).length - 1].map((place) => {
        const range = document.createRange();
        range.setStart(text, place);
        range.setEnd(text, place + 1);
        return range.getBoundingClientRect().left;
      });
      return first! < last!;
    }
    throw new Error('there is no such text');
  }, word);
}

describe('markup is text', () => {
  afterEach(expectHarmless);

  test.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/plain', 'application/javascript'])(
    'in a body of %s',
    async (type) => {
      await receive([`content-type: ${type}`], MARKUP);
      await body().getByRole('tab', { name: 'Raw' }).click();
      expect(await panel().locator('pre').textContent()).toBe(MARKUP);
      await eachTab(expectHarmless);
    },
  );

  test('in JSON: in its names, its strings, and what it is called', async () => {
    const json = {
      type: ONE_LINE,
      id: `${ONE_LINE}${Math.E}`,
      [ONE_LINE]: { __proto__: null, deep: [MARKUP, ODD] },
    };
    const text = JSON.stringify(json);
    const id = await receive(['content-type: application/json'], text);
    await detailOf(page).getByRole('heading', { name: '<script>window.pwned' }).waitFor();
    expect((await rowsOf(page)).find((row) => row.id === id)!.name).toBe(ONE_LINE);
    await eachTab(expectHarmless);
    await body().getByRole('tab', { name: 'Raw' }).click();
    expect(await panel().locator('pre').textContent()).toBe(text);
  });

  test('in a form, and in what was compressed', async () => {
    const form = new URLSearchParams([[ONE_LINE, MARKUP]]).toString();
    await receive(['content-type: application/x-www-form-urlencoded'], form);
    expect(await pairsOf(page, 'Form fields')).toEqual([[ONE_LINE, MARKUP]]);
    await expectHarmless();
    await receive(['content-type: text/html', 'content-encoding: gzip'], gzipSync(MARKUP));
    expect(await panel().locator('pre').textContent()).toBe(MARKUP);
  });

  test('in headers, and in the content type and encoding', async () => {
    const lines = [
      `X-Hostile: ${ONE_LINE}`,
      "X-!#$%&'*+^`|~: 1",
      `content-type: text/html; ${ONE_LINE}`,
      `content-encoding: ${ONE_LINE}`,
    ];
    await receive([...lines, 'constructor: 1', '__proto__: 2', 'toString: 3'], MARKUP);
    const shown = await pairsOf(page, 'Request headers');
    expect(shown.slice(1, 5)).toEqual(
      lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
    );
    expect(shown).toContainEqual(['__proto__', '2']);
  });

  test('in the path', async () => {
    const path = `/${ONE_LINE.replaceAll(' ', '+')}`;
    const id = await receive([], 'x', path);
    expect((await rowsOf(page)).find((row) => row.id === id)!.name).toBe(`POST ${path}`);
    expect(await partOf(page, 'Request').locator('code').innerText()).toBe(`POST ${path}`);
  });

  test('in what the app answered, and what a replay was answered', async () => {
    await receive([], 'x');
    const answer = partOf(page, 'Answer');
    await answer.getByText('200', { exact: true }).waitFor();
    expect(await answer.locator('pre').textContent()).toBe(MARKUP);
    expect(await pairsOf(page, 'Headers of the answer')).toContainEqual(['x-hostile', ONE_LINE]);
    elements = await activeElements();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    // The dialog has a form of its own.
    await dialog.waitFor();
    elements = { ...elements, form: elements['form']! + 1 };
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
    await dialog.getByRole('tab', { name: 'Raw' }).waitFor();
    expect(await dialog.locator('pre').textContent()).toBe(MARKUP);
    await expectHarmless();
    await page.keyboard.press('Escape');
    // It is hidden before it is taken away.
    await page.locator('form').waitFor({ state: 'detached' });
    elements = await activeElements();
    await partOf(page, /^Replays/)
      .locator('summary')
      .click();
    await partOf(page, /^Replays/)
      .locator('pre')
      .waitFor();
  });

  test('in all that a database can hold, whoever wrote it', async () => {
    // Something to compare it with.
    await receive([], 'x');
    const capture = newCapture({
      id: 'cap_zzz"><img src=x onerror=pwned=1>',
      receivedAt: Date.now(),
      method: '<B>',
      path: MARKUP,
      remoteAddress: ONE_LINE,
      provider: '<img src=x onerror="window.pwned = 1">',
      eventType: `${MARKUP}${ODD.slice(0, -1)}`,
      eventId: ONE_LINE,
      headers: [[ONE_LINE, ONE_LINE]],
      body: Buffer.from(MARKUP),
      verdict: {
        ok: false,
        reason: ONE_LINE as 'valid',
        message: MARKUP,
        scheme: ONE_LINE,
        header: ONE_LINE,
        warnings: [MARKUP],
      },
    });
    await store.captures.add(capture);
    await store.captures.recordResponse(
      capture.id,
      { status: 200, durationMs: 1 },
      {
        headers: [[ONE_LINE, ONE_LINE]],
        body: Buffer.from(MARKUP),
        truncated: false,
      },
    );
    await expect.poll(async () => (await rowsOf(page))[0]!.id, WAIT).toBe(capture.id);
    expect((await rowsOf(page))[0]).toMatchObject({
      name: capture.eventType,
      verdict: ONE_LINE,
      provider: capture.provider,
    });
    await listOf(page).getByRole('option').first().click();
    await detailOf(page).locator('code', { hasText: capture.id }).first().waitFor();
    expect(await pairsOf(page, 'Request headers')).toEqual([[ONE_LINE, ONE_LINE]]);
    await expectHarmless();
    // Compared with another, and asked about.
    await detailOf(page).getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare' }).waitFor();
    await page
      .getByRole('table', { name: 'Headers, compared' })
      .or(page.getByText('No difference in the headers'))
      .waitFor();
    elements = { ...(await activeElements()), form: 1 };
    await expectHarmless();
    await page.keyboard.press('Escape');
    await detailOf(page).getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this capture?' });
    expect(await dialog.innerText()).toContain(capture.id);
    elements = await activeElements();
    await dialog.getByRole('button', { name: 'Delete it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(async () => (await rowsOf(page)).some(({ id }) => id === capture.id), WAIT).toBe(false);
  });
});

describe('what is odd or large stays usable', () => {
  /** The view still does its work: another capture opens, and the page is no wider than its window. */
  afterEach(async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await receive(['content-type: application/json'], `{"after":${count}}`);
    await panel().getByText('"after"').waitFor();
    await expectHarmless();
  });

  test('text that is turned around or invisible turns nothing else around', async () => {
    const text = JSON.stringify({
      type: `deal\u202e${ODD.slice(0, -1)}`,
      [`amount\u202e`]: 12_345,
      text: ODD,
    });
    await receive(['content-type: application/json'], text);
    await body().getByRole('tab', { name: 'Raw' }).click();
    expect(await panel().locator('pre').textContent()).toBe(text);
    await body().getByRole('tab', { name: 'Pretty' }).click();
    expect(await runsToTheRight(panel().getByText('12345', { exact: true }))).toBe(true);
    await detailOf(page).getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this capture?' });
    expect(await runsToTheRight(dialog.locator('p', { hasText: 'cannot be' }), 'brought')).toBe(true);
    await dialog.getByRole('button', { name: 'Keep' }).click();
  });

  test('a string of 1 MB on one line', async () => {
    const long = 'x'.repeat(1_000_000);
    await receive(['content-type: application/json'], `{"long":"${long}"}`);
    await panel().getByText('"long"').waitFor();
    await panel().getByRole('button', { name: 'Show all 1,000,002 characters' }).click();
    expect((await panel().textContent())!.length).toBeGreaterThan(1_000_000);
    await receive(['content-type: text/plain'], long);
    await panel().getByRole('button', { name: 'Show all 1,000,000 characters' }).waitFor();
    await receive(['content-type: application/x-www-form-urlencoded'], `a=${long}`);
    await panel().getByRole('button', { name: 'Show all 1,000,000 characters' }).waitFor();
  });

  test('JSON in 10,000 levels', async () => {
    const deep = `${'{"a":['.repeat(5_000)}1${']}'.repeat(5_000)}`;
    await receive(['content-type: application/json'], deep);
    await body().getByText('nested too deeply').waitFor();
    expect(await panel().locator('pre').textContent()).toBe(deep);
    expect(await page.locator('*').count()).toBeLessThan(5_000);
    // And compared with another as deep.
    await receive(['content-type: application/json'], deep.replace('1', '2'));
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Compare' }).waitFor();
    await page.getByRole('region', { name: 'Body' }).locator('p, table, [role=table]').first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('JSON whose names are those of objects', async () => {
    const text =
      '{"__proto__":{"pwned":1},"constructor":{"prototype":{"pwned":1}},"toString":1,"hasOwnProperty":2,"a":1,"a":2}';
    await receive(['content-type: application/json'], text);
    const shown = await panel().innerText();
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      expect(shown).toContain(`"${name}": `);
    }
    // A name given twice is shown twice.
    expect(shown.match(/"a": /g)).toHaveLength(2);
    expect(await page.evaluate(() => 'pwned' in {})).toBe(false);
  });

  test('JSON with 100,000 names', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`);
    // Under the length from which bodies are cut.
    const text = `{${names.slice(0, 60_000).join(',')}}`;
    await receive(['content-type: application/json'], text);
    await panel().getByRole('button', { name: 'Show 100 more of 60,000 keys' }).click();
    await panel().getByText('"k199"').waitFor();
    expect(await page.locator('*').count()).toBeLessThan(5_000);
    await receive(['content-type: application/json'], `{${names.join(',')}}`);
    await panel().getByText('"k0":0,').waitFor();
    expect(await page.locator('*').count()).toBeLessThan(5_000);
  });
});
