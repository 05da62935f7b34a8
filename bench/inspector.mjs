import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spread } from './statistics.mjs';

const CAPTURES = 100_000;
const VISITS = 7;
const ARRIVALS = 50;
const LIVE = 10_000;
const ASSETS = ['index.html', 'app.js', 'app.css', 'icon.svg'];
const BIN = fileURLToPath(new URL('../bin/webhook-cli.js', import.meta.url));

/**
 * The page in a real browser, over a history of 100,000 captures. Bars: first paint 300 ms, a capture shown 200 ms after it was sent,
 * memory flat over 10,000 live captures, 150 kB of assets.
 */
export default async function inspector() {
  const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  );
  if (executablePath === undefined) return 'inspector: no Chromium here (name one in CHROMIUM)\n';
  const { chromium } = await import('playwright-core');
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
  const database = join(folder, 'bench.db');
  await fill(database);
  const listen = await start(database);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const paints = [];
    const rows = [];
    for (let visit = 0; visit < VISITS; visit += 1) {
      const { page, context } = await open(browser, listen.ui);
      rows.push(await page.evaluate(() => globalThis.firstRow));
      paints.push(
        await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime),
      );
      await context.close();
    }
    const { page, context } = await open(browser, listen.ui);
    const shown = await arrivals(page, listen.url);
    const frames = await scroll(page);
    const heap = await memory(page, context, listen.url);
    const bytes = ASSETS.map(
      (name) => statSync(new URL(`../dist/inspector/assets/${name}`, import.meta.url)).size,
    );
    return [
      `inspector, ${CAPTURES} captures stored, ms, median (min to max)`,
      `  first paint            ${spread(paints)} (bar: 300)`,
      `  first capture listed   ${spread(rows)}`,
      `  sent until shown       ${spread(shown)}   p95 ${p95(shown).toFixed(0)} (bar: 200)`,
      `  frame while scrolling  ${spread(frames)}   p95 ${p95(frames).toFixed(0)}`,
      `  heap after ${heap.map(({ captures, mb }) => `${captures}: ${mb.toFixed(1)} MB`).join(', ')} (live captures; bar: flat)`,
      `  assets ${(bytes.reduce((sum, size) => sum + size) / 1_000).toFixed(0)} kB (bar: 150)`,
      '',
    ].join('\n');
  } finally {
    await browser.close();
    listen.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(path) {
  const { openStore } = await import('../dist/store/open.js');
  const store = await openStore({ path });
  const types = ['deal.won', 'deal.lost', 'contact.created', 'campaign.sent'];
  const began = Date.now() - CAPTURES * 1_000;
  for (let at = 0; at < CAPTURES; at += 1_000) {
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => {
        const number = at + index;
        const type = types[number % types.length];
        return store.captures.add({
          id: `cap_bench${String(number).padStart(8, '0')}`,
          receivedAt: began + number * 1_000,
          method: 'POST',
          path: '/hooks',
          remoteAddress: '127.0.0.1',
          provider: 'iverton',
          eventType: type,
          eventId: `evt_${number}`,
          dedupeKey: null,
          verdict: {
            ok: number % 10 !== 0,
            reason: number % 10 === 0 ? 'no-match' : 'valid',
            message: 'as it was',
            scheme: 'hmac-sha256',
            header: 'X-Iverton-Signature',
          },
          headers: [['Content-Type', 'application/json']],
          body: Buffer.from(JSON.stringify({ id: `evt_${number}`, type, data: { text: 'x'.repeat(500) } })),
        });
      }),
    );
  }
  await store.captures.indexText();
  await store.close();
}

function start(database) {
  const child = spawn(
    process.execPath,
    [BIN, 'listen', '--json', '--quiet', '--port', '0', '--ui', '--ui-port', '0', '--db', database],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve({ child, ...JSON.parse(line) }));
  });
}

/** Opens the page as for the first time. Notes when the first row is there, and when a row of a wanted path is. */
async function open(browser, link) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const [row] = document.querySelectorAll('[role=listbox] [role=option][id]');
      if (row === undefined) return;
      globalThis.firstRow ??= performance.now();
      if (globalThis.wanted !== undefined && row.textContent.includes(globalThis.wanted)) {
        globalThis.seen = Date.now();
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await page.goto(link);
  await page.waitForFunction(() => globalThis.firstRow !== undefined);
  return { page, context };
}

async function arrivals(page, url) {
  const times = [];
  for (let number = 0; number < ARRIVALS; number += 1) {
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

/** Times between frames, in milliseconds, while the whole list passes by. */
function scroll(page) {
  return page.evaluate(async () => {
    const list = document.querySelector('[role=listbox]');
    const times = [];
    const steps = 240;
    let last = performance.now();
    for (let step = 0; step < steps; step += 1) {
      list.scrollTop = (list.scrollHeight / steps) * step;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    list.scrollTop = 0;
    return times;
  });
}

async function memory(page, context, url) {
  const session = await context.newCDPSession(page);
  const used = async (captures) => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { captures, mb: usedSize / 1e6 };
  };
  const figures = [await used(0)];
  for (let done = 0; done < LIVE;) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        fetch(`${url}/live-${done + index}`, { method: 'POST', body: '{}' }),
      ),
    );
    done += 50;
    if (done % (LIVE / 4) === 0) figures.push(await used(done));
  }
  return figures;
}

function p95(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * 0.95)];
}
