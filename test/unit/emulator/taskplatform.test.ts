import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { emulate } from '../../support/emulating.ts';
import { startServer } from '../../support/http.ts';

const BASE = '/taskplatform/v1/webhooks';
const START = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ROW_KEYS = ['id', 'event', 'timestamp', 'status', 'response_code', 'response_time_ms'];

const CREATE = `{
  "url": "https://your-server.com/webhooks",
  "events": ["task.created", "task.updated", "task.completed"],
  "secret": "your_webhook_secret"
}`;

describe('the documented requests of the task platform', () => {
  test('create', async () => {
    const { call } = await emulate();
    const { status, json } = await call('POST', BASE, CREATE);
    expect(status).toBe(201);
    expect(Object.keys(json)).toEqual(['data']);
    expect(Object.keys(json.data)).toEqual(['id', 'url', 'events', 'secret', 'active', 'created_at']);
    expect(json.data).toEqual({
      id: expect.stringMatching(/^\w+$/),
      url: 'https://your-server.com/webhooks',
      events: ['task.created', 'task.updated', 'task.completed'],
      secret: 'your_webhook_secret',
      active: true,
      created_at: expect.stringMatching(SECONDS),
    });
  });

  test('create without a secret, as the dashboard does: one is made', async () => {
    const { call } = await emulate();
    const settings = {
      url: 'https://your-server.com/webhooks',
      events: ['task.created', 'task.updated'],
      active: true,
    };
    const made = [await call('POST', BASE, settings), await call('POST', BASE, settings)];
    const secrets = made.map(({ json }) => json.data.secret);
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(secrets).size).toBe(2);
  });

  test('test, with and without a body', async () => {
    const { call } = await emulate();
    const app = await startServer();
    const { json } = await call('POST', BASE, { url: app.url, events: ['task.updated'] });
    const first = await call('POST', `${BASE}/${json.data.id}/test`);
    expect(first.status).toBe(200);
    expect(Object.keys(first.json)).toEqual(['data']);
    expect(Object.keys(first.json.data)).toEqual(ROW_KEYS);
    expect(first.json.data).toMatchObject({ event: 'task.updated', status: 'success', response_code: 200 });
    const second = await call('POST', `${BASE}/${json.data.id}/test`, { event: 'task.created' });
    expect(second.json.data).toMatchObject({ event: 'task.created', status: 'success' });
    const sent = app.received.map(({ body }) => JSON.parse(body.toString()));
    expect(sent.map(({ event }) => event)).toEqual(['task.updated', 'task.created']);
    expect(sent.map(({ webhook_id }) => webhook_id)).toEqual([json.data.id, json.data.id]);
  });

  test('deliveries', async () => {
    const emulating = await emulate();
    const app = await startServer();
    const { json } = await emulating.call('POST', BASE, { url: app.url, events: ['task.created'] });
    const path = `${BASE}/${json.data.id}/deliveries`;
    expect((await emulating.call('GET', path)).json).toEqual({ data: [] });
    const emitted = await emulating.call('POST', '/taskplatform/_emit/task.created');
    await emulating.attempts(1);
    const { status, json: log } = await emulating.call('GET', path);
    expect(status).toBe(200);
    expect(Object.keys(log)).toEqual(['data']);
    expect(Object.keys(log.data[0])).toEqual(ROW_KEYS);
    expect(log.data).toEqual([
      {
        id: emitted.json.deliveries[0].id,
        event: 'task.created',
        timestamp: expect.stringMatching(SECONDS),
        status: 'success',
        response_code: 200,
        response_time_ms: expect.any(Number),
      },
    ]);
    expect(Number.isInteger(log.data[0].response_time_ms)).toBe(true);
  });

  test('what is assumed of the rest: list, look up, change, delete', async () => {
    const { call } = await emulate();
    const { json: made } = await call('POST', BASE, CREATE);
    const path = `${BASE}/${made.data.id}`;
    expect((await call('GET', BASE)).json).toEqual({ data: [made.data] });
    expect((await call('GET', path)).json).toEqual(made);
    for (const method of ['PATCH', 'PUT']) {
      const { status, json } = await call(method, path, { events: ['user.*'] });
      expect(status).toBe(200);
      expect(json.data).toEqual({ ...made.data, events: ['user.*'], updated_at: expect.any(String) });
    }
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('GET', BASE)).json).toEqual({ data: [] });
  });
});

test('a consumer that fails is retried, disabled, and enabled again once a test has passed', async () => {
  const emulating = await emulate({ clock: virtualClock(START) });
  const { call, engine, events, store } = emulating;
  let status = 500;
  const app = await startServer((_request, response) => void response.writeHead(status).end());
  const { json: made } = await call('POST', BASE, { url: app.url, events: ['task.created'] });
  const { id } = made.data;
  const read = async (): Promise<any> => (await call('GET', `${BASE}/${id}`)).json.data;
  const deliveries = async (): Promise<any[]> => (await call('GET', `${BASE}/${id}/deliveries`)).json.data;
  const enable = (): ReturnType<typeof call> => call('PATCH', `${BASE}/${id}`, { active: true });
  const runTest = async (): Promise<any> => (await call('POST', `${BASE}/${id}/test`)).json.data;
  const emit = async (): Promise<any> => (await call('POST', '/taskplatform/_emit/task.created')).json;

  const [failing] = (await emit()).deliveries;
  await engine.idle();
  const attempts = await store.attempts.ofDelivery(failing.id);
  expect(attempts.map(({ startedAt }) => (startedAt - START) / MINUTE)).toEqual([0, 1, 6, 36]);
  expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1);
  expect(events.filter(({ type }) => type === 'endpoint-disabled')).toMatchObject([{ endpointId: id }]);
  expect(await read()).toEqual({
    ...made.data,
    active: false,
    disabled_reason: '3 failed retries in a row',
  });
  expect(await deliveries()).toMatchObject([
    { id: failing.id, status: 'failed', response_code: 500, timestamp: '2026-01-01T12:36:00Z' },
  ]);

  // Events meanwhile are only written down.
  expect((await emit()).deliveries).toMatchObject([{ status: 'discarded' }]);
  expect((await deliveries())[0]).toMatchObject({ status: 'skipped', response_code: null });

  const refused = await enable();
  expect(refused.status).toBe(409);
  expect(refused.json).toEqual({ error: { code: 'test_wanted', message: expect.stringContaining(id) } });
  expect(refused.text).not.toContain('webhook-cli');
  expect(await runTest()).toMatchObject({ status: 'failed', response_code: 500 });
  expect((await enable()).status).toBe(409);
  expect((await read()).active).toBe(false);

  status = 200;
  expect(await runTest()).toMatchObject({ status: 'success', response_code: 200 });
  // Passing a test alone does not enable it.
  expect((await read()).active).toBe(false);
  const enabled = await enable();
  expect(enabled.status).toBe(200);
  expect(enabled.json.data).toEqual({ ...made.data, updated_at: expect.any(String) });
  await emit();
  await engine.idle();
  expect((await deliveries()).map((row) => row.status)).toEqual([
    'success',
    'success',
    'failed',
    'skipped',
    'failed',
  ]);
  for (const row of await deliveries()) expect(Object.keys(row)).toEqual(ROW_KEYS);
});

test('202 is no acknowledgement, and a success between failures starts the count anew', async () => {
  const emulating = await emulate({ clock: virtualClock(START) });
  const { call, engine } = emulating;
  const answers = [500, 202, 500, 200, 500, 200];
  const app = await startServer(
    (_request, response) => void response.writeHead(answers.shift() ?? 500).end(),
  );
  const { json: made } = await call('POST', BASE, { url: app.url, events: ['task.created'] });
  const { id } = made.data;
  await call('POST', '/taskplatform/_emit/task.created');
  await engine.idle();
  await call('POST', '/taskplatform/_emit/task.created');
  await engine.idle();
  expect((await call('GET', `${BASE}/${id}`)).json.data.active).toBe(true);
  const rows = (await call('GET', `${BASE}/${id}/deliveries`)).json.data;
  expect(rows.map((row: any) => row.status)).toEqual(['success', 'success']);
  expect(app.received).toHaveLength(6);
});
