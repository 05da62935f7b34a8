import { describe, expect, test } from 'vitest';
import { createHome, runCli, startListen, startServe, type Home, type Listening } from '../support/cli.ts';
import { startServer } from '../support/http.ts';

const KEY = 'YOUR_ACCESS_TOKEN';

/** A request as curl sends it. */
async function call(method: string, url: string, body?: object): Promise<{ status: number; body: any }> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

function serve(home: Home, provider: string, ...args: string[]): ReturnType<typeof startServe> {
  return startServe(['--provider', provider, '--api-key', KEY, ...args], { home });
}

describe('serve stands in for', () => {
  test('Filedgr: a webhook made by its API gets what is emitted, verified, and its log tells so', async () => {
    const home = createHome();
    const secret = 'your-webhook-secret-key';
    const listen: Listening = await startListen(['--provider', 'filedgr', '--secret', secret], { home });
    const api = await serve(home, 'filedgr');
    const created = await call('POST', `${api.url}/webhooks`, {
      url: `${listen.url}/filedgr-webhook`,
      events: ['vault.created', 'vault.data_updated', 'vault.verification_complete'],
      secret,
      active: true,
    });
    expect(created.status).toBe(201);
    expect(Object.keys(created.body)).toEqual([
      'webhookId',
      'url',
      'events',
      'secret',
      'active',
      'createdAt',
    ]);

    const emitted = await runCli(['emit', 'filedgr', 'vault.created', '--json'], { home });
    expect(emitted.code).toBe(0);
    const [capture] = await listen.captures(1);
    expect(capture).toMatchObject({
      provider: 'filedgr',
      eventType: 'vault.created',
      eventId: emitted.json().events[0].id,
      verdict: { ok: true, reason: 'valid' },
    });

    const log = await call('GET', `${api.url}/webhooks/${created.body.webhookId}/logs`);
    expect(log.body).toEqual({
      webhookId: created.body.webhookId,
      logs: [
        {
          eventId: emitted.json().events[0].id,
          eventType: 'vault.created',
          deliveryStatus: 'success',
          httpStatus: 200,
          responseTime: expect.any(Number),
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          attempts: 1,
        },
      ],
    });
    await api.stop();
    await listen.stop();
  });

  test('the task platform: a failing consumer is retried, disabled, tested and enabled, on the virtual clock', async () => {
    const home = createHome();
    let status = 500;
    const app = await startServer((_request, response) => {
      response.statusCode = status;
      response.end();
    });
    const api = await serve(home, 'taskplatform', '--clock', 'virtual');
    const created = await call('POST', `${api.url}/v1/webhooks`, {
      url: app.url,
      events: ['task.created', 'task.updated', 'task.completed'],
    });
    const { id, secret } = created.body.data;
    expect([created.status, secret.length > 20]).toEqual([201, true]);
    const webhook = `${api.url}/v1/webhooks/${id}`;

    expect((await call('POST', `${api.url}/_emit/task.created`)).status).toBe(202);
    const attempts = await api.attempts(4);
    const begun = Date.parse(attempts[0].attempt.startedAt);
    expect(attempts.map(({ attempt }) => Date.parse(attempt.startedAt) - begun)).toEqual([
      0, 60_000, 360_000, 2_160_000,
    ]);
    await api.waitFor(1, (item) => item.type === 'endpoint-disabled');
    expect((await call('GET', webhook)).body.data.active).toBe(false);

    expect(await call('PATCH', webhook, { active: true })).toMatchObject({
      status: 409,
      body: { error: { code: 'test_wanted' } },
    });
    expect((await call('POST', `${webhook}/test`)).body.data.status).toBe('failed');
    expect((await call('PATCH', webhook, { active: true })).status).toBe(409);
    status = 200;
    expect((await call('POST', `${webhook}/test`, { event: 'task.updated' })).body.data).toMatchObject({
      event: 'task.updated',
      status: 'success',
      response_code: 200,
    });
    expect((await call('PATCH', webhook, { active: true })).body.data.active).toBe(true);

    await call('POST', `${api.url}/_emit/task.completed`, { set: { 'data.name': 'Ship it' } });
    await api.attempts(7);
    const { data } = (await call('GET', `${webhook}/deliveries`)).body;
    expect(data.map((row: any) => [row.event, row.status, row.response_code])).toEqual([
      ['task.completed', 'success', 200],
      ['task.updated', 'success', 200],
      ['task.created', 'failed', 500],
      ['task.created', 'failed', 500],
    ]);
    expect(JSON.parse(app.received.at(-1)!.body.toString())).toMatchObject({
      webhook_id: id,
      data: { name: 'Ship it' },
    });
    await api.stop();
  });

  test('all of them, each under its own path, with a token of its own making', async () => {
    const api = await startServe([], { home: createHome() });
    expect(api.ready.apis.map(({ provider }: { provider: string }) => provider)).toEqual([
      'compliancely',
      'deiterate',
      'filedgr',
      'iverton',
      'taskplatform',
    ]);
    for (const { url } of api.ready.apis) {
      expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
    }
    const authorization = `Bearer ${api.ready.apiKey}`;
    expect((await fetch(`${api.url}/filedgr/webhooks`, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(`${api.url}/filedgr/webhooks`)).status).toBe(401);
    await api.stop();
  });

  test('a provider whose API is not known by its engine alone', async () => {
    const home = createHome();
    const api = await startServe(['--provider', 'stripe'], { home });
    expect(api.ready.apis).toEqual([]);
    const authorization = `Bearer ${api.ready.apiKey}`;
    expect((await fetch(`${api.url}/stripe/webhooks`, { headers: { authorization } })).status).toBe(404);
    await api.stop();
  });

  test('nobody where the port is taken, and nothing is left behind', async () => {
    const home = createHome();
    const api = await serve(home, 'filedgr');
    const { port } = new URL(api.url);
    const second = await runCli(['serve', '--port', port], { home });
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(/^error: port \d+ on 127\.0\.0\.1 is in use\nhint: /);
    await api.stop();
  });
});
