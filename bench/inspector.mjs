import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { copyDatabase, historyDatabase } from './support/history-database.mjs';
import { withFolder } from './support/folder.mjs';
import { startListen } from './support/process.mjs';
import { row } from './support/result.mjs';
import { differenceOf, figures, median, tails } from './support/statistics.mjs';
import { framesWhileScrolling, firstPaint, heap, openPage } from './support/browser-page.mjs';

const CAPTURES = 100_000;
const ASSETS = ['index.html', 'app.js', 'app.css', 'icon.svg'];
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The page in a real browser, over a long history. */
export default async function inspector({ quick, fresh, progress }) {
  const described = {
    name: 'inspector',
    what: `the page in Chromium over ${CAPTURES.toLocaleString('en')} captures`,
    how: 'each visit in a new profile; a blank page of a bare node:http server before each',
  };
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  if (executablePath === undefined) {
    return { ...described, rows: [], notes: ['not measured: no Chromium here (name one in CHROMIUM)'] };
  }
  const history = await historyDatabase(CAPTURES, { fresh, progress });
  const { chromium } = await import('playwright-core');
  return withFolder(async (folder) => {
    const listen = await startListen(copyDatabase(history, join(folder, 'bench.db')), [
      '--ui',
      '--ui-port',
      '0',
    ]);
    const blank = await startBlank();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const visits = await visit(browser, listen.told.ui, blank.url, quick ? 5 : 7);
      progress('visited');
      const { page, context } = await openPage(browser, listen.told.ui);
      const shown = await arrivals(page, listen.url, quick ? 20 : 50);
      progress('captures arrived');
      const frames = await framesWhileScrolling(page);
      const heaps = await heapWhileArriving(page, context, listen.url, quick ? 2_000 : 10_000);
      return { ...described, rows: [...visits, ...rowsOf({ shown, frames, heaps })], notes: [] };
    } finally {
      await browser.close();
      await listen.stop();
      blank.close();
    }
  });
}

function startBlank() {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>blank</title><p>blank</p>');
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close }),
    );
  });
}

async function visit(browser, ui, blankUrl, visits) {
  const paints = { blank: [], ours: [] };
  const rows = [];
  for (let number = 0; number < visits; number += 1) {
    const context = await browser.newContext();
    const blank = await context.newPage();
    await blank.goto(blankUrl);
    paints.blank.push(await firstPaint(blank));
    await context.close();
    const opened = await openPage(browser, ui);
    rows.push(await opened.page.evaluate(() => globalThis.firstRow));
    paints.ours.push(await firstPaint(opened.page));
    await opened.context.close();
  }
  return [
    row({ label: 'blank page', unit: 'ms', figures: figures(paints.blank) }),
    row({
      label: 'first paint',
      unit: 'ms',
      figures: figures(paints.ours),
      against: 'blank page',
      difference: differenceOf(paints.ours, paints.blank),
      bar: { of: 'median', atMost: 300 },
    }),
    row({ label: 'first capture listed', unit: 'ms', figures: figures(rows) }),
  ];
}

/** Milliseconds from sending a capture until its row is there. */
async function arrivals(page, url, count) {
  const times = [];
  for (let number = 0; number < count; number += 1) {
    const path = `/arrival-${number}-`;
    await page.evaluate((wanted) => {
      globalThis.wanted = wanted;
      globalThis.seen = undefined;
    }, path);
    const sent = Date.now();
    await fetch(url + path, { method: 'POST', body: '{}' });
    await page.waitForFunction(() => globalThis.seen !== undefined, undefined, { polling: 10 });
    times.push((await page.evaluate(() => globalThis.seen)) - sent);
  }
  return times;
}

/** MB in use, at the beginning and after each eighth of the captures. */
async function heapWhileArriving(page, context, url, captures) {
  const used = [await heap(page, context)];
  for (let done = 0; done < captures;) {
    const some = Array.from({ length: 50 }, (_, index) => `${url}/live-${done + index}`);
    await Promise.all(some.map((target) => fetch(target, { method: 'POST', body: '{}' })));
    done += some.length;
    if (done % (captures / 8) === 0) used.push(await heap(page, context));
  }
  return used;
}

function rowsOf({ shown, frames, heaps }) {
  const kilobytes = ASSETS.map(
    (name) => statSync(new URL(`../dist/inspector/assets/${name}`, import.meta.url)).size / 1_000,
  ).reduce((sum, size) => sum + size);
  const [early, late] = [heaps.slice(1, 5), heaps.slice(5)];
  return [
    row({ label: 'sent until shown', unit: 'ms', figures: tails(shown), bar: { of: 'p95', atMost: 200 } }),
    row({ label: 'frame while scrolling', unit: 'ms', figures: tails(frames) }),
    row({
      label: 'heap while captures arrive, later half',
      unit: 'MB',
      digits: 1,
      figures: figures(late),
      against: 'first half',
      ratio: median(late) / median(early),
      bar: { of: 'ratio', atMost: 1.1 },
    }),
    row({ label: 'assets', unit: 'kB', figures: figures([kilobytes]), bar: { of: 'max', atMost: 150 } }),
  ];
}
