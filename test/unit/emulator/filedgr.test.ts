import { describe, expect, test } from 'vitest';
import { emulate, type Answer, type Emulating } from '../../support/emulating.ts';

const served = { host: 'https://api.filedgr.io', base: '/filedgr' };
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const CREATE = `curl -X POST "https://api.filedgr.io/webhooks" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN" \\
-H "Content-Type: application/json" \\
-d '{
"url": "https://api.yourcompany.com/filedgr-webhook",
"events": ["vault.created", "vault.data_updated", "vault.verification_complete"],
"secret": "your-webhook-secret-key",
"active": true
}'`;

const LIST = `curl -X GET "https://api.filedgr.io/webhooks" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN"`;

const UPDATE = `curl -X PUT "https://api.filedgr.io/webhooks/webhook_abc123" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN" \\
-H "Content-Type: application/json" \\
-d '{
"events": ["vault.created", "vault.data_updated"],
"active": true
}'`;

const DELETE = `curl -X DELETE "https://api.filedgr.io/webhooks/webhook_abc123" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN"`;

const LOGS = `curl -X GET "https://api.filedgr.io/webhooks/webhook_abc123/logs" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN"`;

const DOCUMENTED_KEYS = ['webhookId', 'url', 'events', 'secret', 'active', 'createdAt'];

/** Runs a documented command for a webhook, whose id is the server's to choose. */
function about(id: string, command: string): string {
  return command.replace('webhook_abc123', id);
}

async function created(emulating: Emulating): Promise<Answer['json']> {
  const { status, json } = await emulating.curl(CREATE, served);
  expect(status).toBe(201);
  return json;
}

describe('the documented requests of Filedgr', () => {
  test('create', async () => {
    const emulating = await emulate();
    const { status, headers, json } = await emulating.curl(CREATE, served);
    expect(status).toBe(201);
    expect(headers).toContainEqual(['content-type', 'application/json; charset=utf-8']);
    expect(Object.keys(json)).toEqual(DOCUMENTED_KEYS);
    expect(json).toEqual({
      webhookId: expect.stringMatching(/^\w+$/),
      url: 'https://api.yourcompany.com/filedgr-webhook',
      events: ['vault.created', 'vault.data_updated', 'vault.verification_complete'],
      secret: 'your-webhook-secret-key',
      active: true,
      createdAt: expect.stringMatching(SECONDS),
    });
  });

  test('list', async () => {
    const emulating = await emulate();
    expect((await emulating.curl(LIST, served)).json).toEqual({ webhooks: [] });
    const first = await created(emulating);
    const second = await created(emulating);
    const { status, text, json } = await emulating.curl(LIST, served);
    expect(status).toBe(200);
    expect(json).toEqual({ webhooks: [first, second] });
    expect(text).toBe(JSON.stringify({ webhooks: [first, second] }));
  });

  test('update', async () => {
    const emulating = await emulate();
    const before = await created(emulating);
    const { status, json } = await emulating.curl(about(before.webhookId, UPDATE), served);
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual([...DOCUMENTED_KEYS, 'updatedAt']);
    expect(json).toEqual({
      ...before,
      events: ['vault.created', 'vault.data_updated'],
      updatedAt: expect.stringMatching(SECONDS),
    });
    const read = await emulating.call('GET', `/filedgr/webhooks/${before.webhookId}`);
    expect(read.json).toEqual({ ...before, events: ['vault.created', 'vault.data_updated'] });
  });

  test('delete', async () => {
    const emulating = await emulate();
    const { webhookId } = await created(emulating);
    const deleted = await emulating.curl(about(webhookId, DELETE), served);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await emulating.curl(LIST, served)).json).toEqual({ webhooks: [] });
    for (const command of [DELETE, UPDATE, LOGS]) {
      expect((await emulating.curl(about(webhookId, command), served)).status).toBe(404);
    }
  });

  test('logs of nothing yet', async () => {
    const emulating = await emulate();
    const { webhookId } = await created(emulating);
    const { status, json } = await emulating.curl(about(webhookId, LOGS), served);
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['webhookId', 'logs']);
    expect(json).toEqual({ webhookId, logs: [] });
  });

  test('the whole configuration', async () => {
    const emulating = await emulate();
    const webhookConfig = {
      url: 'https://api.yourcompany.com/webhooks/filedgr',
      events: [
        'vault.created',
        'vault.data_updated',
        'vault.verification_complete',
        'stream.data_received',
        'stream.alert_triggered',
      ],
      filters: {
        vaultIds: ['vault_xyz789', 'vault_abc456'],
        templateIds: ['template_manufacturing'],
        userIds: ['user_important'],
      },
      secret: 'your-webhook-secret-key',
      timeout: 30,
      retryCount: 3,
      retryDelay: 5,
      active: true,
      headers: {
        Authorization: 'Bearer your-api-token',
        'X-Custom-Header': 'custom-value',
      },
    };
    const { status, json } = await emulating.call('POST', '/filedgr/webhooks', webhookConfig);
    expect(status).toBe(201);
    expect(json).toEqual({
      ...webhookConfig,
      webhookId: expect.any(String),
      createdAt: expect.stringMatching(SECONDS),
    });
    expect(Object.keys(json).slice(0, 6)).toEqual(DOCUMENTED_KEYS);
    expect(Object.entries(json.headers)).toEqual(Object.entries(webhookConfig.headers));
  });

  test('the same at the root of a server of its own', async () => {
    const emulating = await emulate({ providers: ['filedgr'] });
    const { status, json } = await emulating.curl(CREATE, { ...served, base: '' });
    expect(status).toBe(201);
    const listed = await emulating.call('GET', '/filedgr/webhooks');
    expect(listed.json).toEqual({ webhooks: [json] });
  });
});

test('what an answer shows can be sent back as it is', async () => {
  const { call } = await emulate();
  const given = {
    url: 'https://example.com/',
    events: ['vault.*'],
    secret: 's',
    active: false,
    filters: { vaultIds: ['vault_ä'] },
    timeout: 1.1,
    retryCount: 1,
    retryDelay: 0.25,
    headers: { 'X-City': 'Zürich 日本' },
  };
  const { json: made } = await call('POST', '/filedgr/webhooks', given);
  expect(made).toMatchObject(given);
  const { status, json } = await call('PUT', `/filedgr/webhooks/${made.webhookId}`, made);
  expect(status).toBe(200);
  expect(json).toEqual({ ...made, updatedAt: expect.any(String) });
});
