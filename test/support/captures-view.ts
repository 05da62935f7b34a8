import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { loadProviders } from '../../src/providers/index.ts';
import { signingHeaders } from './signing.ts';
import { startListen, type Home, type Listening } from './cli.ts';
import { sendRaw } from './http.ts';

/** A receiver with its page, on a database of its own or a given one. */
export async function startInspected(args: readonly string[], home: Home): Promise<Listening> {
  return startListen(['--ui', '--ui-port', '0', ...args], { home });
}

export interface ShownRow {
  /** From 1 on, among all that match. */
  readonly position: number;
  /** Null while it is loading. */
  readonly id: string | null;
  readonly name: string;
  readonly isDuplicate: boolean;
  readonly provider: string;
  readonly verdict: string;
  readonly status: string;
  readonly latency: string;
  readonly size: string;
  readonly age: string;
  readonly isSelected: boolean;
  /** Its upper edge below that of the list. */
  readonly top: number;
}

export const listOf = (page: Page) => page.getByRole('listbox', { name: 'Captures' });
export const optionsOf = (page: Page) => listOf(page).getByRole('option');
export const detailOf = (page: Page) => page.getByRole('region', { name: 'Capture', exact: true });
/** A part of what is shown of one capture: Verdict, Request, Body, Answer, Replays. */
export const partOf = (page: Page, name: string | RegExp) =>
  detailOf(page).getByRole('region', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
export const countOf = (page: Page) =>
  page.getByRole('region', { name: 'List of captures' }).getByRole('status');

/** The rows of the list that are in the page, newest first. */
export function rowsOf(page: Page): Promise<ShownRow[]> {
  return listOf(page).evaluate((list) => {
    const edge = list.getBoundingClientRect().top;
    return [...list.querySelectorAll('[role=option]')]
      .map((option): ShownRow => {
        const [
          name = '',
          dup = '',
          provider = '',
          verdict = '',
          status = '',
          latency = '',
          size = '',
          age = '',
        ] = Array.from(option.children, ({ textContent }) => textContent);
        return {
          position: Number(option.getAttribute('aria-posinset')),
          id: option.id === '' ? null : option.id.replace(/^row-/, ''),
          name,
          isDuplicate: dup !== '',
          provider,
          verdict,
          status,
          latency,
          size,
          age,
          isSelected: option.getAttribute('aria-selected') === 'true',
          top: option.getBoundingClientRect().top - edge,
        };
      })
      .sort((a, b) => a.position - b.position);
  });
}

/** Waits until the list holds these, newest first. */
export async function waitForRows(page: Page, names: readonly string[]): Promise<ShownRow[]> {
  await expect.poll(async () => (await rowsOf(page)).map(({ name }) => name), WAIT).toEqual(names);
  return rowsOf(page);
}

/** How long a page may take on a slow machine. */
export const WAIT = { timeout: 20_000 };

/** The cells of a table of names and values, row by row. */
export function pairsOf(page: Page, label: string): Promise<(readonly [name: string, value: string])[]> {
  return detailOf(page)
    .getByRole('table', { name: label, exact: true })
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) => [row.children[0]!.textContent, row.children[1]!.textContent] as const),
    );
}

/** The header in which a provider signs, with the signature of these bytes. */
export async function signature(
  provider: string,
  secret: string,
  body: string | Uint8Array,
): Promise<Header> {
  const found = (await loadProviders()).find(({ id }) => id === provider);
  return signingHeaders(found!.signature.value, Buffer.from(body), secret)[0]!;
}

/** An event as Iverton sends it. */
export function ivertonEvent(type: string, id: string, data: object = {}): string {
  return JSON.stringify({ id, type, created_at: '2026-11-21T10:30:00Z', data });
}

/** Posts an event of Iverton's, signed with `secret`; resolves with the status answered. */
export async function postEvent(url: string, secret: string | null, body: string): Promise<number> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (secret !== null) {
    const [name, value] = await signature('iverton', secret, body);
    headers[name] = value;
  }
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Posts with exactly these header lines, between the host and the length. */
export async function postLines(
  url: string,
  path: string,
  lines: readonly string[],
  body: string | Uint8Array,
): Promise<void> {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  await sendRaw(url, Buffer.concat([bytes, Buffer.from(body)]));
}
