import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../src/engine/clock.ts';
import { API_KEY, emulate, type Emulating } from '../../support/emulating.ts';
import { startServer } from '../../support/http.ts';

const START = Date.UTC(2026, 0, 1, 12);
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const LOG_KEYS = [
  'id',
  'event_id',
  'event_type',
  'status',
  'response_code',
  'response_time_ms',
  'timestamp',
  'attempts',
  'error',
  'request_body',
  'response_body',
];

/** As much of an SDK as creating a webhook takes. */
class DeiterateClient {
  private readonly options: { readonly baseUrl: string; readonly apiKey: string };

  constructor(options: { readonly baseUrl: string; readonly apiKey: string }) {
    this.options = options;
  }

  readonly webhooks = {
    create: async (params: { url: string; events: string[]; secret: string }): Promise<Webhook> => {
      const { baseUrl, apiKey } = this.options;
      const response = await fetch(`${baseUrl}/v1/webhooks`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(params),
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Webhook;
    },
  };
}

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: string[];
  readonly secret: string;
  readonly active: boolean;
  readonly createdAt: string;
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: Error) => JSON.parse(error.message),
  );
}

describe("de.iterate's SDK", () => {
  test('client.webhooks.create', async () => {
    const { url, call } = await emulate();
    const client = new DeiterateClient({ baseUrl: `${url}/deiterate`, apiKey: API_KEY });
    const webhook = await client.webhooks.create({
      url: 'https://your-app.com/webhooks/deiterate',
      events: ['risk.created', 'risk.updated', 'task.overdue'],
      secret: 'your-webhook-secret',
    });
    expect(Object.keys(webhook)).toEqual(['id', 'url', 'events', 'secret', 'active', 'createdAt']);
    expect(webhook).toEqual({
      id: expect.stringMatching(/^\w+$/),
      url: 'https://your-app.com/webhooks/deiterate',
      events: ['risk.created', 'risk.updated', 'task.overdue'],
      secret: 'your-webhook-secret',
      active: true,
      createdAt: expect.stringMatching(SECONDS),
    });
    expect((await call('GET', '/deiterate/v1/webhooks')).json).toEqual({ webhooks: [webhook] });
  });

  test('errors come through the client', async () => {
    const { url } = await emulate();
    const create = (apiKey: string, events: string[]): Promise<unknown> =>
      new DeiterateClient({ baseUrl: `${url}/deiterate`, apiKey }).webhooks.create({
        url: 'https://your-app.com/webhooks/deiterate',
        events,
        secret: 'your-webhook-secret',
      });
    expect(await failureOf(create(API_KEY, ['risk.create']))).toEqual({
      error: {
        code: 'unknown_event_type',
        message: expect.stringContaining('risk.created'),
        field: 'events',
      },
    });
    expect(await failureOf(create('another', ['risk.created']))).toMatchObject({
      error: { code: 'unauthorized' },
    });
  });
});

describe("Iverton's dashboard", () => {
  const CONFIGURATION = `{
"url": "https://yourapp.com/webhooks/iverton",
"events": [
"contact.created",
"campaign.sent",
"deal.updated"
],
"secret": "whsec_xxxxxxxxxxxxx"
}`;

  test('the documented configuration', async () => {
    const { call } = await emulate();
    const { status, json } = await call('POST', '/iverton/v1/webhooks', CONFIGURATION);
    expect(status).toBe(201);
    expect(Object.keys(json)).toEqual(['id', 'url', 'events', 'secret', 'active', 'created_at']);
    expect(json).toEqual({
      id: expect.stringMatching(/^\w+$/),
      url: 'https://yourapp.com/webhooks/iverton',
      events: ['contact.created', 'campaign.sent', 'deal.updated'],
      secret: 'whsec_xxxxxxxxxxxxx',
      active: true,
      created_at: expect.stringMatching(SECONDS),
    });
  });

  test('a test of a chosen event type shows both bodies, and so does the log', async () => {
    const { call } = await emulate();
    const app = await startServer((_request, response) => void response.writeHead(202).end('thank you'));
    const { json: made } = await call('POST', '/iverton/v1/webhooks', {
      url: app.url,
      events: ['contact.created'],
      secret: 'whsec_xxxxxxxxxxxxx',
    });
    const tested = await call('POST', `/iverton/v1/webhooks/${made.id}/test`, { event_type: 'deal.won' });
    expect(tested.status).toBe(200);
    expect(Object.keys(tested.json)).toEqual(LOG_KEYS);
    expect(tested.json).toMatchObject({
      event_type: 'deal.won',
      status: 'success',
      response_code: 202,
      attempts: 1,
      error: null,
      request_body: app.received[0]!.body.toString(),
      response_body: 'thank you',
    });
    const log = await call('GET', `/iverton/v1/webhooks/${made.id}/logs`);
    expect(log.json).toEqual({ deliveries: [tested.json] });
  });

  test('disabled after five failed retries, and enabled by saying so', async () => {
    const emulating = await emulate({ clock: virtualClock(START) });
    const { call, engine } = emulating;
    const app = await startServer((_request, response) => void response.writeHead(500).end());
    const settings = { url: app.url, events: ['deal.won'], secret: 'whsec_xxxxxxxxxxxxx' };
    const { json: made } = await call('POST', '/iverton/v1/webhooks', settings);
    await call('POST', '/iverton/_emit/deal.won');
    await engine.idle();
    expect(app.received).toHaveLength(6);
    const path = `/iverton/v1/webhooks/${made.id}`;
    expect((await call('GET', path)).json).toEqual({
      ...made,
      active: false,
      disabled_reason: '5 failed retries in a row',
    });
    expect((await call('PATCH', path, { active: true })).json).toMatchObject({ active: true });
  });
});

describe("Compliancely's dashboard", () => {
  const BASE = '/compliancely/v1/webhooks';

  test('several URLs, unsigned: each gets what is emitted', async () => {
    const emulating = await emulate();
    const { call } = emulating;
    const app = await startServer();
    const { status, json } = await call('POST', BASE, { urls: [`${app.url}/a`, `${app.url}/b`] });
    expect(status).toBe(201);
    expect(json.webhooks).toMatchObject([
      { url: `${app.url}/a`, events: ['*'], secret: null, active: true },
      { url: `${app.url}/b`, events: ['*'], secret: null, active: true },
    ]);
    await call('POST', '/compliancely/_emit/business.status_changed');
    await emulating.attempts(2);
    expect(app.received.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    for (const { headers } of app.received) {
      expect(headers.map(([name]) => name.toLowerCase())).not.toContain('compliancely-signature');
    }
  });

  test('one URL; signed from when a secret is set until it is taken away', async () => {
    const emulating = await emulate();
    const { call } = emulating;
    const app = await startServer();
    const { json: made } = await call('POST', BASE, { url: app.url, secret: 'a' });
    expect(Object.keys(made)).toEqual(['id', 'url', 'events', 'secret', 'active', 'created_at']);
    const isSigned = async (secret: string | null): Promise<boolean> => {
      const changed = await call('PATCH', `${BASE}/${made.id}`, { secret });
      expect(changed.json.secret).toBe(secret);
      await call('POST', `${BASE}/${made.id}/test`);
      return app.received.at(-1)!.headers.some(([name]) => name === 'Compliancely-Signature');
    };
    expect(await isSigned('b')).toBe(true);
    expect(await isSigned(null)).toBe(false);
  });

  test('one wrong URL among several, and none is made', async () => {
    const { call } = await emulate();
    const refused = await call('POST', BASE, { urls: ['https://example.com', 'nowhere'] });
    expect([refused.status, refused.json.error.field]).toEqual([400, 'urls[1]']);
    expect(refused.json.error.message).toContain('nowhere');
    for (const urls of [[], 'https://example.com', [1], null]) {
      const { status, json } = await call('POST', BASE, { urls });
      expect([status, json.error.field]).toEqual([400, 'urls']);
    }
    expect((await call('GET', BASE)).json).toEqual({ webhooks: [] });
  });

  test('any body at all can be emitted', async () => {
    const emulating: Emulating = await emulate();
    const app = await startServer();
    await emulating.call('POST', BASE, { url: app.url });
    const body = ' {"anything": [1.0, "ü"]}\n';
    const { status, json } = await emulating.call('POST', '/compliancely/_emit/whatever', { body });
    expect(status).toBe(202);
    expect(json.deliveries).toHaveLength(1);
    await emulating.attempts(1);
    expect(app.received[0]!.body.toString()).toBe(body);
  });
});
