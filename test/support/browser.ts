import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from './chromium.ts';

/** Only the last list counts, so Playwright's own is repeated. The address bar's popups cost more than the pages under test. */
const WITHOUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** Without the flags for background traffic Chromium looks hosts up that tests have nothing to do with. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${WITHOUT.join(',')}`,
];

export interface Visit {
  readonly page: Page;
  /** What went wrong in the page so far: exceptions, errors on its console, violations of its policy. */
  readonly problems: readonly string[];
  /** Every address that was asked for, other than data and blobs. */
  readonly requested: readonly string[];
}

/** A browser for a test file; `visit` opens a page of its own with a fresh profile. */
export function useBrowser(): {
  visit(url: string, options?: BrowserContextOptions): Promise<Visit>;
} {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('no Chromium here: install one, or name it in CHROMIUM');
    browser = await chromium.launch({ executablePath, args: FLAGS });
  }, 120_000);
  afterAll(async () => browser?.close());
  return {
    visit: async (url, options = {}) => {
      const context = await browser!.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const problems: string[] = [];
      const requested: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('request', (request) => {
        if (/^https?:/.test(request.url())) requested.push(request.url());
      });
      await page.goto(url);
      return { page, problems, requested };
    },
  };
}
