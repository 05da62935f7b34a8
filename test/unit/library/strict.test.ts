import { expect, test } from 'vitest';
import { startServer } from '../../support/http.ts';
import { openReceiver } from './open-receiver.ts';

const SECRET = 'whsec_x';
const FORGED = '{"type":"invoice.paid","id":"evt_forged"}';
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

interface Forgery {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FORGERIES: readonly Forgery[] = [
  // Providers at which signing is optional, named by the path or by a header.
  ...['/', '/github', '/gitlab/x', '/bitbucket', '/jira', '/telegram', '/nope'].map((path) => ({ path })),
  { path: '/', headers: { 'x-github-event': 'push', 'x-github-delivery': '1' } },
  // Dressed up as a handshake that is never signed.
  { path: '/notion', body: '{"verification_token":"x","type":"invoice.paid","id":"evt_forged"}' },
  { path: '/', body: '{"verification_token":"x","type":"page.created","id":"evt_forged"}' },
  { path: '/woocommerce', headers: FORM_TYPE, body: 'webhook_id=1&type=invoice.paid' },
];

test.each<[string, NonNullable<Parameters<typeof openReceiver>[0]>]>([
  ['one provider with a secret', { provider: 'stripe', secret: SECRET }],
  ['one provider with a secret of its own', { provider: 'stripe', secrets: { stripe: SECRET } }],
  ['any provider, of which one has a secret', { secrets: { stripe: SECRET } }],
  ['one whose handshake is unsigned', { provider: 'notion', secret: SECRET }],
])('strict passes nothing on that nobody signed: %s', async (_of, options) => {
  const app = await startServer();
  const receiver = await openReceiver({ ...options, verify: 'strict' });
  receiver.forwardTo(app.url);
  for (const { path, headers = {}, body = FORGED } of FORGERIES) {
    // A handshake of somebody that nobody is expected to be may pass, with nothing that tells an event.
    if (path === '/woocommerce' && options.provider === undefined) continue;
    const { status } = await fetch(receiver.url + path, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body,
    });
    expect([path, body, status]).toEqual([path, body, 401]);
  }
  expect(app.received).toEqual([]);
});

test('strict lets the handshake of its provider through, and nothing beside it', async () => {
  const app = await startServer();
  const receiver = await openReceiver({ provider: 'notion', secret: SECRET, verify: 'strict' });
  receiver.forwardTo(app.url);
  const post = (body: string) => fetch(receiver.url, { method: 'POST', headers: JSON_TYPE, body });
  expect((await post('{"verification_token":"secret_abc"}')).status).toBe(200);
  expect((await post('{"verification_token":"secret_abc","type":"page.created"}')).status).toBe(401);
  expect(app.received.map(({ body }) => body.toString())).toEqual(['{"verification_token":"secret_abc"}']);
});
