import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../../src/engine/clock.ts';
import type { Change } from '../../../src/inspector/contract.ts';
import { startInspector, type InspectorOptions } from '../../../src/inspector/inspector.ts';
import { newCapture } from '../../support/captures.ts';
import { openForTest } from '../../support/database.ts';
import { NOON } from '../../support/deliveries.ts';
import { createTools } from '../../support/inspecting.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TOKEN = 'a'.repeat(40);
const HEADERS = { authorization: `Bearer ${TOKEN}` };

async function begin(options: Parameters<typeof createTools>[0] = {}, about: Partial<InspectorOptions> = {}) {
  const tools = await createTools({ engineClock: null, ...options });
  const problems: unknown[] = [];
  const inspector = await startInspector({
    ...tools,
    port: 0,
    token: TOKEN,
    onProblem: (error) => void problems.push(error),
    ...about,
  });
  onTestFinished(() => inspector.stop());
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(inspector.url + path, { ...init, headers: { ...HEADERS, ...(init.headers as object) } });
  return { tools, inspector, ask, problems };
}

/** The changes that are told, one by one. */
async function* changes(response: Response): AsyncGenerator<Change> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const [event, data] = part.split('\n');
      if (event === 'event: change') yield JSON.parse(data!.replace('data: ', '')) as Change;
    }
  }
}

test('the link leads to the page, the token behind #', async () => {
  const { inspector } = await begin();
  expect(inspector.link).toBe(`${inspector.url}/#token=${TOKEN}`);
  const page = await fetch(inspector.link);
  expect(await page.text()).toContain('<script type="module" src="/assets/app.js">');
});

test('tells of what is written here and by others, and of nothing else', async () => {
  const path = join(folder, 'changes.db');
  const { tools, ask } = await begin({ store: await openForTest({ path }) });
  const other = await openForTest({ path });
  const response = await ask('/api/changes');
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const told = changes(response);
  // Where the page begins, so that it looks at all.
  expect((await told.next()).value).toEqual({ number: 1, engine: null });
  await tools.store.captures.add(newCapture());
  expect((await told.next()).value).toMatchObject({ number: 2 });
  await other.captures.add(newCapture());
  expect((await told.next()).value).toMatchObject({ number: 3 });
  // Reading is no change: the next to be told of is the next that is written.
  await tools.store.captures.list({}, { limit: 10 });
  await other.captures.list({}, { limit: 10 });
  await (await ask('/api/captures')).text();
  await tools.store.captures.add(newCapture());
  expect((await told.next()).value).toMatchObject({ number: 4 });
  await response.body?.cancel().catch(() => {});
});

test('tells of time that was moved, with the time', async () => {
  const { ask } = await begin({ engineClock: manualClock(NOON) });
  const told = changes(await ask('/api/changes'));
  const at = (ms: number): string => new Date(ms).toISOString();
  expect((await told.next()).value).toMatchObject({ engine: { clock: 'manual', now: at(NOON) } });
  const moved = await ask('/api/clock', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"by":"5m"}',
  });
  expect(await moved.json()).toMatchObject({ now: at(NOON + 300_000) });
  for await (const { engine } of told) if (engine?.now === at(NOON + 300_000)) break;
});

test('ends its streams when it stops, and listens no more', async () => {
  const { inspector, ask } = await begin();
  const response = await ask('/api/changes');
  const told = changes(response);
  await told.next();
  const end = told.next().catch(() => ({ done: true }));
  await inspector.stop();
  expect(await end).toMatchObject({ done: true });
  await expect(ask('/')).rejects.toThrow('fetch failed');
});

test('says what is wrong in words for a page, with a status that fits', async () => {
  const { ask } = await begin();
  const failing = async (path: string, method = 'GET', body?: string) => {
    const response = await ask(path, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  expect(await failing('/api/captures/cap_x')).toMatchObject({
    status: 404,
    error: { code: 'ERR_NOT_FOUND' },
  });
  expect(await failing('/api/nothing')).toMatchObject({ status: 404 });
  expect(await failing('/nothing')).toMatchObject({ status: 404 });
  expect(await failing('/api/captures', 'PUT')).toMatchObject({ status: 405 });
  expect(await failing('/api/send', 'POST', '{"provider": nope, "secret": "whsec_x"}')).toEqual({
    status: 400,
    error: { code: 'ERR_USAGE', message: 'the body is not valid JSON' },
  });
  const time = await failing('/api/captures?since=soon');
  expect(time).toMatchObject({ status: 400, error: { message: '"soon" is not a time' } });
});

test('a fault of its own tells nothing of the inside, and ends nothing', async () => {
  const { ask, problems } = await begin({}, { secretsFor: () => JSON.parse('{whsec_x') as never });
  const response = await ask('/api/providers');
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error: {
      code: 'ERR_BUG',
      message: 'this is a bug in webhook-cli',
      hint: 'see what the terminal says',
    },
  });
  expect(problems).toHaveLength(1);
  expect((await ask('/api/state')).status).toBe(200);
});

test('too large a request is refused as such', async () => {
  const { ask } = await begin();
  const body = JSON.stringify({ provider: 'iverton', to: 'http://x/', body: 'x'.repeat(8 * 1024 * 1024) });
  const response = await ask('/api/forge', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { code: 'too_large' } });
});
