import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { createHome, startListen } from '../support/cli.ts';
import { startServer } from '../support/http.ts';

const { visit } = useBrowser();

test('a new user sends themselves deal.won, breaks it, reads why, and replays it mended to their app', async () => {
  const app = await startServer((_request, response) => void response.end('thanks'));
  const home = createHome();
  const listen = await startListen(
    ['--provider', 'iverton', '--secret', 'whsec_x', '--ui', '--ui-port', '0'],
    { home },
  );
  const { page, problems, requested } = await visit(listen.ready.ui);
  const list = page.getByRole('listbox', { name: 'Captures' });
  const verdict = page.getByRole('region', { name: 'Verdict' });

  // The token is in the address no longer: neither a screenshot nor a copied link gives it away.
  await expect.poll(() => page.url()).toBe(new URL('/', listen.ready.ui).href);

  // Send themselves deal.won.
  await page.getByRole('link', { name: 'Send' }).first().click();
  await page.getByLabel('Provider').selectOption('iverton');
  await page.getByRole('combobox', { name: 'Event type' }).fill('deal.won');
  await page.keyboard.press('Enter');
  const payload = page.getByRole('textbox', { name: 'Payload' });
  await expect.poll(() => payload.inputValue()).toContain('"type": "deal.won"');
  expect(await page.getByLabel('Target URL').inputValue()).toBe(listen.url);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('200', { exact: true }).first().waitFor();

  // See it arrive, verified.
  await page.getByRole('link', { name: 'Captures', exact: true }).click();
  await list.getByRole('option').filter({ hasText: 'deal.won' }).click();
  await verdict.getByText('verified').waitFor();
  expect((await listen.captures(1))[0].verdict).toMatchObject({ ok: true });

  // Break its signature, and read why it fails.
  await page.getByRole('link', { name: 'Send' }).first().click();
  await page.getByLabel('Break it').selectOption({ label: 'Wrong signature' });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const [, broken] = await listen.captures(2);
  expect(broken.verdict).toMatchObject({ ok: false, reason: 'no-match' });
  await page.getByRole('link', { name: 'Captures', exact: true }).click();
  await list.getByRole('option').filter({ hasText: 'no-match' }).click();
  await verdict.getByText('another secret, or other bytes').waitFor();

  // Replay it, signed anew, to their app.
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Replay deal.won' });
  await dialog.getByLabel('Target URL').fill(app.url);
  await dialog.getByLabel('Sign anew').check();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByText('thanks').waitFor();
  expect(app.received).toHaveLength(1);
  expect(app.received[0]!.body.toString()).toBe(broken.body);
  const header = (headers: readonly (readonly [string, string])[]): string | undefined =>
    headers.find(([name]) => name === 'X-Iverton-Signature')?.[1];
  expect(header(app.received[0]!.headers)).not.toBe(header(broken.headers));

  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('heading', { name: 'Replays (1)' }).waitFor();
  expect(problems).toEqual([]);
  // All of it without leaving this machine, or the page's own origin.
  expect(requested.filter((url) => !url.startsWith(new URL(listen.ready.ui).origin))).toEqual([]);
});
