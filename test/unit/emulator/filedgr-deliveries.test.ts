import { describe, expect, test, vi } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { headerValue } from '../../../src/model/request.ts';
import { signal } from '../../support/delivering.ts';
import { API_KEY, emulate, type Emulating } from '../../support/emulating.ts';
import { startServer } from '../../support/http.ts';
import { manualClock } from '../../support/manual-clock.ts';

const START = Date.UTC(2026, 0, 1, 12);
const NEVER_ANSWERS = (): void => {};
const LOG_KEYS = [
  'eventId',
  'eventType',
  'deliveryStatus',
  'httpStatus',
  'responseTime',
  'timestamp',
  'attempts',
];

async function webhook({ call }: Emulating, url: string, settings: object = {}): Promise<any> {
  const { status, json } = await call('POST', '/filedgr/webhooks', {
    url,
    events: ['vault.*', 'stream.*'],
    secret: 'your-webhook-secret-key',
    ...settings,
  });
  expect(status).toBe(201);
  return json;
}

async function emit({ call }: Emulating, type: string, body?: object): Promise<any> {
  const { status, json } = await call('POST', `/filedgr/_emit/${type}`, body);
  expect(status).toBe(202);
  return json;
}

async function logs({ call }: Emulating, webhookId: string): Promise<any[]> {
  return (await call('GET', `/filedgr/webhooks/${webhookId}/logs`)).json.logs;
}

async function offsets({ store }: Emulating, deliveryId: string): Promise<number[]> {
  return (await store.attempts.ofDelivery(deliveryId)).map(({ startedAt }) => startedAt - START);
}

describe('logs', () => {
  test('a success', async () => {
    const emulating = await emulate();
    const app = await startServer();
    const { webhookId } = await webhook(emulating, app.url);
    const { events } = await emit(emulating, 'vault.created');
    await emulating.attempts(1);
    const [row, ...others] = await logs(emulating, webhookId);
    expect(others).toEqual([]);
    expect(Object.keys(row)).toEqual(LOG_KEYS);
    expect(row).toEqual({
      eventId: events[0].id,
      eventType: 'vault.created',
      deliveryStatus: 'success',
      httpStatus: 200,
      responseTime: expect.any(Number),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      attempts: 1,
    });
    expect(Number.isInteger(row.responseTime)).toBe(true);
  });

  test('a time-out, after all of the configured attempts', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer(NEVER_ANSWERS);
    const settings = { timeout: 0.05, retryCount: 3, retryDelay: 5 };
    const { webhookId } = await webhook(emulating, app.url, settings);
    const { deliveries } = await emit(emulating, 'vault.data_updated');
    await emulating.engine.idle();
    const [row] = await logs(emulating, webhookId);
    expect(Object.keys(row)).toEqual([...LOG_KEYS, 'lastError']);
    expect(row).toMatchObject({
      eventType: 'vault.data_updated',
      deliveryStatus: 'failed',
      httpStatus: null,
      timestamp: '2026-01-01T12:00:10Z',
      attempts: 3,
      lastError: 'Connection timeout',
    });
    expect(row.responseTime).toBeGreaterThanOrEqual(49);
    expect(await offsets(emulating, deliveries[0].id)).toEqual([0, 5_050, 10_100]);
  });

  test('what waits, newest first, in pages where they are asked for', async () => {
    const emulating = await emulate();
    const app = await startServer((_request, response) => void response.writeHead(500).end('no'));
    const { webhookId } = await webhook(emulating, app.url, { retryDelay: 3_600 });
    const { events } = await emit(emulating, 'vault.accessed', { count: 5 });
    await emulating.attempts(5);
    const all = await logs(emulating, webhookId);
    expect(all.map(({ eventId }) => eventId)).toEqual(events.map(({ id }: any) => id).reverse());
    expect(all[0]).toMatchObject({ deliveryStatus: 'retrying', httpStatus: 500, lastError: 'HTTP 500' });
    const paged: any[] = [];
    let cursor: string | null = '';
    for (let pages = 1; cursor !== null; pages += 1) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { json } = await emulating.call('GET', `/filedgr/webhooks/${webhookId}/logs?limit=2${query}`);
      expect(Object.keys(json)).toEqual(['webhookId', 'logs', 'nextCursor']);
      paged.push(...json.logs);
      cursor = json.nextCursor;
      expect(pages).toBeLessThan(4);
    }
    expect(paged).toEqual(all);
  });
});

describe('what is configured is what the engine does', () => {
  test('without retryCount and retryDelay, five attempts with doubling waits', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer((_request, response) => void response.writeHead(503).end());
    await webhook(emulating, app.url);
    const { deliveries } = await emit(emulating, 'vault.created');
    await emulating.engine.idle();
    expect(await offsets(emulating, deliveries[0].id)).toEqual([0, 2_000, 6_000, 14_000, 30_000]);
  });

  test('each filter by itself, and all of them together', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer();
    const vaultIds = ['vault_xyz789', 'vault_abc456'];
    const templateIds = ['template_manufacturing'];
    const userIds = ['user_important'];
    await webhook(emulating, `${app.url}/vault`, { filters: { vaultIds } });
    await webhook(emulating, `${app.url}/template`, { filters: { templateIds } });
    await webhook(emulating, `${app.url}/user`, { filters: { userIds } });
    await webhook(emulating, `${app.url}/all`, { filters: { vaultIds, templateIds, userIds } });
    const reached = async (type: string, set: object): Promise<string[]> => {
      const before = app.received.length;
      await emit(emulating, type, { set });
      await emulating.engine.idle();
      return app.received.slice(before).map(({ path }) => path);
    };
    const template = { 'data.templateId': 'template_manufacturing' };
    const owner = { 'data.owner': 'user_important' };
    const vault = { 'data.vaultId': 'vault_abc456' };
    const elsewhere = { 'data.vaultId': 'vault_other' };
    expect(await reached('vault.created', elsewhere)).toEqual([]);
    expect(await reached('vault.created', vault)).toEqual(['/vault']);
    expect(await reached('vault.created', { ...elsewhere, ...template })).toEqual(['/template']);
    expect(await reached('vault.created', { ...elsewhere, ...owner })).toEqual(['/user']);
    expect((await reached('vault.created', { ...vault, ...template, ...owner })).sort()).toEqual([
      '/all',
      '/template',
      '/user',
      '/vault',
    ]);
    // The vault's template is remembered; who acts stands under another name.
    const uploaded = await reached('vault.data_updated', { ...vault, 'data.uploadedBy': 'user_important' });
    expect(uploaded.sort()).toEqual(['/all', '/template', '/user', '/vault']);
    expect(await reached('stream.data_received', { 'data.vaultId': 'vault_xyz789' })).toEqual(['/vault']);
  });

  test('only the event types it names, and nothing while it is inactive', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer();
    const { webhookId } = await webhook(emulating, app.url, { events: ['vault.created'] });
    expect((await emit(emulating, 'vault.accessed')).deliveries).toEqual([]);
    await emulating.call('PUT', `/filedgr/webhooks/${webhookId}`, { active: false });
    expect((await emit(emulating, 'vault.created')).deliveries).toMatchObject([{ status: 'discarded' }]);
    await emulating.call('PUT', `/filedgr/webhooks/${webhookId}`, { active: true });
    expect((await emit(emulating, 'vault.created')).deliveries).toMatchObject([{ status: 'pending' }]);
    await emulating.engine.idle();
    expect(app.received).toHaveLength(1);
    const [sent, skipped] = await logs(emulating, webhookId);
    expect([sent.deliveryStatus, skipped.deliveryStatus]).toEqual(['success', 'skipped']);
    expect(skipped).toMatchObject({ httpStatus: null, responseTime: null, attempts: 0 });
  });

  test('headers of its own go out with each attempt, beside those of the provider', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer((_request, response) => void response.writeHead(500).end());
    const headers = { Authorization: 'Bearer your-api-token', 'X-Custom-Header': 'Zürich' };
    await webhook(emulating, app.url, { headers, retryCount: 2 });
    const { events } = await emit(emulating, 'vault.created');
    await emulating.engine.idle();
    expect(app.received).toHaveLength(2);
    for (const request of app.received) {
      const value = (name: string): string =>
        Buffer.from(headerValue(request.headers, name)!, 'latin1').toString();
      expect(value('Authorization')).toBe('Bearer your-api-token');
      expect(value('X-Custom-Header')).toBe('Zürich');
      expect(value('Content-Type')).toBe('application/json');
      expect(value('X-Filedgr-Event-Type')).toBe('vault.created');
      expect(value('X-Filedgr-Event-ID')).toBe(events[0].id);
    }
    expect(app.received[1]!.body).toEqual(app.received[0]!.body);
  });
});

describe('a test', () => {
  test('delivers the event type that is asked for, once, and answers with its row of the log', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const app = await startServer((_request, response) => void response.writeHead(500).end());
    const { webhookId } = await webhook(emulating, app.url, { events: ['vault.created'], active: false });
    const path = `/filedgr/webhooks/${webhookId}/test`;
    const chosen = await emulating.call('POST', path, { eventType: 'vault.accessed' });
    expect(chosen.status).toBe(200);
    expect(Object.keys(chosen.json)).toEqual([...LOG_KEYS, 'lastError']);
    expect(chosen.json).toMatchObject({
      eventType: 'vault.accessed',
      deliveryStatus: 'failed',
      httpStatus: 500,
      attempts: 1,
    });
    expect((await emulating.call('POST', path)).json).toMatchObject({ eventType: 'vault.created' });
    await emulating.engine.idle();
    expect(app.received).toHaveLength(2);
  });

  test('that nobody waits for any more holds up nothing', async () => {
    // No wait of the server's ends by itself.
    const clock = manualClock();
    const emulating = await emulate({ serverClock: clock });
    const arrived = signal();
    const leaving = new AbortController();
    const app = await startServer(() => arrived.happen());
    const { webhookId } = await webhook(emulating, app.url);
    const asked = fetch(`${emulating.url}/filedgr/webhooks/${webhookId}/test`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${API_KEY}` },
      signal: leaving.signal,
    });
    await arrived.happened;
    await clock.untilSleeping();
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await vi.waitUntil(() => clock.due.length === 0, { timeout: 20_000 });
  });
});
