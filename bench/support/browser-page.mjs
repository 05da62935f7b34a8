/** Opens the page as for the first time. Notes when the first row is there, and when a row of a wanted path is. */
export async function openPage(browser, link) {
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

/** Milliseconds until there was something to see. */
export function firstPaint(page) {
  return page.evaluate(async () => {
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0];
    while (painted() === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
    return painted().startTime;
  });
}

/** Times between frames, in milliseconds, while the whole list passes by. */
export function framesWhileScrolling(page) {
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

/** MB of the heap in use, garbage collected. */
export async function heap(page, context) {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}
