import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { signatureHeader, signatureName } from '../../../src/signing/describe.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { providerRoutes } from '../../../src/inspector/providers.ts';
import { sendingRoutes } from '../../../src/inspector/sending.ts';
import type { Header } from '../../../src/model/request.ts';
import { loadProvider, loadProviders, providerIds } from '../../../src/providers/index.ts';
import { signingHeaders } from '../../support/signing.ts';
import { verify } from '../../../src/signing/verify.ts';
import { startServer } from '../../support/http.ts';
import { calling, createTools, WRONG } from '../../support/inspecting.ts';

async function begin(secrets: Readonly<Record<string, readonly string[]>> = {}) {
  const tools = await createTools({ engineClock: null, secretsFor: (id) => secrets[id] ?? [] });
  return calling([...providerRoutes(tools), ...sendingRoutes(tools)]);
}

const BODY = '{ "type": "deal.won",\n  "id": "evt_1", "n": 10.0, "name": "grüße" }';
const TO = 'http://127.0.0.1:1/in';

test('tells of every provider what can be sent, and how; of secrets only whether there is one', async () => {
  const call = await begin({ filedgr: ['whsec_hidden'] });
  const { providers } = await call('GET', '/api/providers');
  const known = await loadProviders();
  expect(providers.map(({ id }: { id: string }) => id)).toEqual(providerIds);
  for (const [index, provider] of known.entries()) {
    expect(providers[index]).toMatchObject({
      name: provider.name,
      hasSecret: provider.id === 'filedgr',
      signatureHeader: signatureName(provider.signature.value),
      events: provider.events.map(({ name, description }) => ({ name, description })),
    });
  }
  expect(JSON.stringify(providers)).not.toContain('whsec_hidden');
});

/** Where the body holds what is signed. */
const BODIES: Readonly<Record<string, string>> = {
  mailgun: '{"signature":{"token":"t","timestamp":"1700000000"}}',
};

test('offers to break only what a provider sends', async () => {
  const secrets = builtIn.all.map(({ id, signature }) => [id, [randomSecret(signature.value, randomBytes)]]);
  const call = await begin(Object.fromEntries(secrets));
  const { providers } = await call('GET', '/api/providers');
  for (const { id, breakages, events } of providers) {
    const forge = (about: object) =>
      call('POST', '/api/forge', {
        provider: id,
        type: events[0].name,
        body: BODIES[id] ?? '{}',
        to: TO,
        ...about,
      });
    for (const how of ['signature', 'timestamp', 'body', 'missing-header', 'wrong-secret']) {
      if (breakages.includes(how)) await forge({ break: how });
      else await expect(forge({ break: how })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    }
  }
});

test('gives examples with fresh ids', async () => {
  const call = await begin();
  const example = async (): Promise<{ id: string; type: string }> =>
    JSON.parse((await call('GET', '/api/providers/iverton/payload?type=deal.won')).body);
  const [first, second] = [await example(), await example()];
  expect(first.type).toBe('deal.won');
  expect(first.id).not.toBe(second.id);
  await expect(call('GET', '/api/providers/iverton/payload?type=deal.wan')).rejects.toMatchObject({
    code: 'ERR_UNKNOWN_EVENT_TYPE',
  });
  await expect(call('GET', '/api/providers/acme/payload')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
});

test('forges over the very text, with the secret that is given, else the configured one', async () => {
  const call = await begin({ iverton: ['whsec_configured'] });
  const { signature } = await loadProvider('iverton');
  const forge = (about: object) =>
    call('POST', '/api/forge', { provider: 'iverton', type: 'deal.won', body: BODY, to: TO, ...about });
  const signed = (secret: string): Header => [
    ...signingHeaders(signature.value, Buffer.from(BODY), secret)[0]!,
  ];
  const configured = await forge({});
  expect(configured).toMatchObject({ signedWith: 'configured', eventType: 'deal.won', eventId: 'evt_1' });
  expect(configured.request).toMatchObject({ method: 'POST', url: TO, bodySize: Buffer.byteLength(BODY) });
  expect(configured.request.headers).toContainEqual(signed('whsec_configured'));
  const given = await forge({ secret: 'whsec_given', headers: [['X-More', '1']] });
  expect(given.signedWith).toBe('given');
  expect(given.request.headers).toContainEqual(signed('whsec_given'));
  expect(given.request.headers).toContainEqual(['X-More', '1']);
  const unsigned = await forge({ unsigned: true });
  expect(unsigned.signedWith).toBeNull();
  expect(unsigned.request.headers.map(([name]: Header) => name)).not.toContain(
    signatureHeader(signature.value)!,
  );
  expect(JSON.stringify([configured, unsigned])).not.toContain('whsec_');
});

test('tells the type from the body where none is named', async () => {
  const call = await begin();
  const { eventType } = await call('POST', '/api/forge', { provider: 'iverton', body: BODY, to: TO });
  expect(eventType).toBe('deal.won');
});

test('sends the very bytes, and answers what came back', async () => {
  const app = await startServer((_request, response) => void response.writeHead(401).end('who are you?'));
  const call = await begin({ iverton: ['whsec_x'] });
  const { signature } = await loadProvider('iverton');
  const { attempt } = await call('POST', '/api/send', { provider: 'iverton', body: BODY, to: app.url });
  expect(attempt).toMatchObject({
    ok: false,
    trigger: 'manual',
    response: { status: 401, body: 'who are you?' },
  });
  expect(app.received[0]!.body.toString()).toBe(BODY);
  expect(verify(signature.value, app.received[0]!, ['whsec_x'])).toMatchObject({
    reason: 'valid',
  });
  const broken = { provider: 'iverton', body: BODY, to: app.url, break: 'signature' };
  await call('POST', '/api/send', broken);
  expect(verify(signature.value, app.received[1]!, ['whsec_x'])).toMatchObject({
    reason: 'no-match',
  });
});

test('an app that is down is an outcome, and no error', async () => {
  const call = await begin();
  const { attempt } = await call('POST', '/api/send', {
    provider: 'iverton',
    body: BODY,
    to: 'http://127.0.0.1:1/',
  });
  expect(attempt).toMatchObject({ ok: false, response: null, error: { code: 'refused' } });
});

test('refuses what makes no sense', async () => {
  const call = await begin({ iverton: ['s'] });
  const whole = { provider: 'iverton', type: 'deal.won', body: BODY, to: TO };
  const wrong: readonly object[] = [
    {},
    { ...whole, body: undefined },
    { ...whole, to: '' },
    { ...whole, to: 'javascript:alert(1)' },
    { ...whole, break: 'everything' },
    { ...whole, headers: 'X: y' },
    ...WRONG.text.flatMap((value) => [
      { ...whole, provider: value },
      { ...whole, type: value },
      { ...whole, body: value },
    ]),
    ...WRONG.flag.map((value) => ({ ...whole, unsigned: value })),
  ];
  for (const path of ['/api/forge', '/api/send']) {
    for (const json of wrong) {
      await expect(call('POST', path, json), JSON.stringify(json)).rejects.toMatchObject({
        code: 'ERR_USAGE',
      });
    }
    await expect(call('POST', path, { ...whole, provider: 'acme' })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    });
  }
});
