import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { forge, loadProvider, providerIds, verify, type Header } from '../../../src/index.ts';
import { startServer } from '../../support/http.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { SECRET } from './open-receiver.ts';

const NOW = Date.UTC(2026, 2, 1);

function reasonOf(
  forged: { readonly headers: readonly Header[]; readonly body: Uint8Array },
  secret = SECRET,
) {
  return loadProvider('iverton').then(({ signature }) => verify(signature.value, forged, [secret]).reason);
}

describe('forging', () => {
  test('makes a signed request with fresh ids and times', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => forge('iverton', 'deal.won', { secret: SECRET, now: NOW })),
    );
    expect(first).toMatchObject({ provider: 'iverton', eventType: 'deal.won', method: 'POST' });
    expect(first!.url).toBe('http://localhost/');
    expect(first!.eventId).toMatch(/^evt_/);
    expect(first!.eventId).not.toBe(second!.eventId);
    expect(first!.json()).toMatchObject({ id: first!.eventId, type: 'deal.won' });
    expect(first!.text()).toContain('2026-03-01T00:00:00Z');
    expect(await reasonOf(first!)).toBe('valid');
  });

  test.each(providerIds)('makes every event type of %s', async (id) => {
    const provider = await loadProvider(id);
    const secret = randomSecret(provider.signature.value, randomBytes);
    for (const { name } of provider.events) {
      const forged = await forge(id, name, { secret });
      expect(forged.eventType).toBe(name);
      expect(verifyRequest(provider, signedView(forged), [secret], { urls: [forged.url] }).reason).toBe(
        'valid',
      );
    }
  });

  test('sets values, and takes headers and a URL', async () => {
    const forged = await forge('iverton', 'deal.won', {
      secret: SECRET,
      set: { 'data.amount': 15_000, 'data["a.b"][0]': new Date(NOW), 'data.none': null },
      headers: { 'X-Own': 'grün', 'Content-Type': 'application/x-own' },
      url: 3000,
      now: new Date(NOW),
    });
    expect(forged.json()).toMatchObject({
      data: { amount: 15_000, 'a.b': ['2026-03-01T00:00:00.000Z'], none: null },
    });
    expect(forged.url).toBe('http://127.0.0.1:3000/');
    const own = forged.headers.filter(([name]) => /own|content-type/i.test(name));
    expect(own).toEqual([
      ['X-Own', Buffer.from('grün').toString('latin1')],
      ['Content-Type', 'application/x-own'],
    ]);
  });

  test.each([
    ['text', '{"type":"deal.won" }', '{"type":"deal.won" }'],
    ['bytes', Uint8Array.of(0xff, 0x00), null],
    ['JSON', { type: 'deal.won', n: 1 }, '{"type":"deal.won","n":1}'],
  ])("takes a body of one's own as %s", async (_name, data, text) => {
    const forged = await forge('iverton', undefined, { secret: SECRET, data });
    expect(Buffer.from(forged.body)).toEqual(Buffer.from(text ?? (data as Uint8Array)));
    expect(forged.eventType).toBe(text === null ? null : 'deal.won');
    expect(await reasonOf(forged)).toBe('valid');
  });

  test.each([
    ['signature', 'no-match'],
    ['body', 'no-match'],
    ['wrong-secret', 'no-match'],
    ['missing-header', 'missing-header'],
  ] as const)('breaks its %s', async (what, reason) => {
    expect(await reasonOf(await forge('iverton', 'deal.won', { secret: SECRET, break: what }))).toBe(reason);
  });

  test('leaves the signature out where it is told to', async () => {
    expect(await reasonOf(await forge('iverton', 'deal.won', { secret: null }))).toBe('missing-header');
  });

  test('writes the signature in another form, and JSON as no serialiser does', async () => {
    const bare = await forge('deiterate', 'risk.created', { secret: SECRET, signatureForm: 'prefixed' });
    expect(new Map(bare.headers).get('X-Deiterate-Signature')).toMatch(/^sha256=/);
    const stressed = await forge('iverton', 'deal.won', { secret: SECRET, stressJson: true });
    expect(stressed.text()).not.toBe(JSON.stringify(stressed.json()));
    expect(await reasonOf(stressed)).toBe('valid');
  });

  test('calls a handler that takes a Request', async () => {
    const forged = await forge('iverton', 'deal.won', { secret: SECRET, url: 'https://app.example/hooks' });
    const handle = async (request: Request): Promise<Response> => {
      const headers = Array.from(request.headers, ([name, value]): Header => [name, value]);
      const body = new Uint8Array(await request.arrayBuffer());
      return Response.json({ url: request.url, reason: await reasonOf({ headers, body }) });
    };
    expect(await (await handle(forged.request())).json()).toEqual({
      url: 'https://app.example/hooks',
      reason: 'valid',
    });
    expect(forged.request('https://other.example/').url).toBe('https://other.example/');
  });

  test('goes over the wire by fetch as it is', async () => {
    const server = await startServer();
    const forged = await forge('iverton', 'deal.won', { secret: SECRET, url: server.url });
    await fetch(forged.request());
    expect(await reasonOf(server.received[0]!)).toBe('valid');
    expect(forged.curl()).toContain(`'${server.url}/'`);
  });

  test.each([
    [{}, 'ERR_NO_SECRET', 'no secret for iverton'],
    [{ secret: '' }, 'ERR_EMPTY_SECRET', 'the secret is empty'],
    [{ secret: 's', set: { 'a..b': 1 } }, 'ERR_USAGE', '"a..b" is not a path'],
    [{ secret: 's', set: { a: undefined } }, 'ERR_USAGE', 'set["a"] is nothing that JSON has'],
    [{ secret: 's', set: { a: 1n } }, 'ERR_USAGE', 'set["a"] cannot be written as JSON'],
    [{ secret: 's', data: () => {} }, 'ERR_USAGE', 'data is nothing that JSON has'],
    [{ secret: 's', headers: { 'X-A': 'a\nb' } }, 'ERR_USAGE', 'cannot be sent as a header'],
    [{ secret: 's', break: 'all' as never }, 'ERR_USAGE', 'break knows no "all"'],
    [{ secret: 's', signatureForm: 'hex' as never }, 'ERR_USAGE', 'signatureForm takes bare or prefixed'],
    [{ secret: 's', url: 'ftp://x' }, 'ERR_USAGE', 'is not a URL to send to (url)'],
    [{ secret: 's', now: '2024-01-01' as never }, 'ERR_USAGE', 'now is no time: "2024-01-01"'],
    [{ secret: 's', now: new Date('x') }, 'ERR_USAGE', 'now is no time: Invalid Date'],
    [{ secret: 's', now: Number.NaN }, 'ERR_USAGE', 'now is no time: NaN'],
    [{ secret: 's', now: Number.POSITIVE_INFINITY }, 'ERR_USAGE', 'now is no time: Infinity'],
    [{ secret: 's', now: -1 }, 'ERR_USAGE', 'now is no time: -1'],
    [{ secret: 's', now: 9e15 }, 'ERR_USAGE', 'now is no time: 9000000000000000'],
    [{ secret: 's', now: null as never }, 'ERR_USAGE', 'now is no time: null'],
  ])('refuses %o', async (options, code, message) => {
    const refused = forge('iverton', 'deal.won', options);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('takes times of any precision', async () => {
    const forged = await forge('stripe', 'charge.failed', { secret: SECRET, now: NOW + 0.75 });
    expect(new Map(forged.headers).get('Stripe-Signature')).toContain(`t=${NOW / 1_000},`);
    const { headers } = await forge('taskplatform', 'task.created', {
      secret: SECRET,
      extraHeaders: true,
      now: NOW + 0.75,
    });
    expect(new Map(headers).get('X-Webhook-Delivery')).toMatch(/^dlv_[0-9a-z]{26}$/);
  });

  test.each([
    ['telegram', 'X-Telegram-Bot-Api-Secret-Token'],
    ['gitlab', 'X-Gitlab-Token'],
  ])('refuses secrets of %s that are no header', async (id, name) => {
    const provider = await loadProvider(id);
    const type = provider.events[0]!.name;
    for (const secret of ['a\r\nX-Evil: 1', 'a\n', 'a\u0000b', Buffer.from('a\n')]) {
      const refused = await forge(id, type, { secret }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'UsageError', code: 'ERR_USAGE' });
      expect((refused as Error).message).toContain(`sends the secret itself as ${name}`);
      expect((refused as Error).message).not.toContain('Evil');
    }
    const forged = await forge(id, type, { secret: 'grün' });
    expect(() => forged.request()).not.toThrow();
    expect(verifyRequest(provider, forged, ['grün']).reason).toBe('valid');
  });

  test.each(['deal\nX-Evil: 1', 'deal €'])('refuses an event type that is no header: %j', async (type) => {
    const refused = forge('filedgr', undefined, {
      secret: SECRET,
      data: { eventType: type },
    });
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_USAGE',
      message: expect.stringContaining('sends as X-Filedgr-Event-Type cannot stand in a header'),
    });
  });

  test.each([
    ['svix', 'svix-id'],
    ['standard-webhooks', 'Webhook-Id'],
    ['shopify', 'X-Shopify-Event-Id'],
  ])('tells the id that a header for %s gives', async (id, name) => {
    const provider = await loadProvider(id);
    const type = provider.events[0]!.name;
    const secret = randomSecret(provider.signature.value, randomBytes);
    const forged = await forge(provider, type, { secret, headers: { [name]: 'msg_1' } });
    expect(forged.eventId).toBe('msg_1');
    expect(forged.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase())).toEqual([
      [name, 'msg_1'],
    ]);
    expect(verifyRequest(provider, forged, [secret]).reason).toBe('valid');
    expect((await forge(provider, type, { secret, headers: { [name]: '' } })).eventId).toBeNull();
    expect((await forge(provider, type, { secret })).eventId).not.toBe('msg_1');
  });

  test('tells the id of the body where that is what a consumer goes by', async () => {
    const forged = await forge('iverton', 'deal.won', { secret: SECRET, headers: { 'X-Event-Id': 'msg_1' } });
    expect(forged.eventId).toBe((forged.json() as { id: string }).id);
  });

  test('makes requests to a host with other letters however often it is asked to', async () => {
    const url = 'https://bücher.example/hook';
    const hosts = new Set<string>();
    for (let count = 0; count < 3_000; count += 1) {
      hosts.add((await forge('github', 'push', { secret: SECRET, url })).url);
    }
    expect([...hosts]).toEqual(['https://xn--bcher-kva.example/hook']);
  });

  test('knows no other providers and event types', async () => {
    await expect(forge('ivertn', 'deal.won')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_PROVIDER' });
    await expect(forge('iverton', 'deal.wan', { secret: 's' })).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_EVENT_TYPE',
    });
    await expect(forge('iverton', undefined, { secret: 's' })).rejects.toThrow('an event type or a body');
  });
});
