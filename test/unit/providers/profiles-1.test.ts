import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import type { Message } from '../../../src/forge/message.ts';
import { matchHandshake } from '../../../src/handshake/match.ts';
import { headerValue, type OutgoingRequest } from '../../../src/model/request.ts';
import { detectOne } from '../../../src/providers/detect.ts';
import { identify, parseJsonBody } from '../../../src/providers/identify.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { signRequest, verifyRequest } from '../../../src/providers/signatures.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { verify } from '../../../src/signing/verify.ts';
import { payload, vectors } from '../../support/fixtures.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 21, 12);
const world = { now: NOW, randomBytes: (size: number) => Buffer.alloc(size, 0x5a) };
const url = 'https://app.example.com/hooks';
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function forged(id: string, eventType: string, about: Partial<Message> = {}): Promise<OutgoingRequest> {
  const message = await renderMessage(builtIn.get(id), eventType, {}, world);
  return renderRequest({ ...message, ...about }, { url, secret }, world);
}

const post = (body: Uint8Array) => ({ method: 'POST', path: '/', headers: [], body });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const delaysOf = (id: string): readonly number[] => builtIn.get(id).retry.value.delaysSeconds;

describe('schedules', () => {
  test.each([
    ['github', 0, 0],
    ['gitlab', 0, 0],
    ['slack', 3, 6 * MINUTE + 1],
    ['shopify', 8, 4 * HOUR],
    ['zoom', 3, 85 * MINUTE],
    ['stripe', 12, 3 * DAY],
    ['meta', 14, 36 * HOUR],
    ['whatsapp', 23, 7 * DAY],
    ['openai', 11, 3 * DAY],
    ['telegram', 32, DAY],
  ] as const)('%s: %i retries within its time', (id, count, window) => {
    const delays = delaysOf(id);
    expect(delays).toHaveLength(count);
    expect(sum(delays)).toBeLessThanOrEqual(window + count / 2);
    expect(sum(delays)).toBeGreaterThanOrEqual(window * 0.9);
  });

  test.each(['svix', 'clerk', 'resend'])('%s: the eight attempts of Svix', (id) => {
    expect(delaysOf(id)).toEqual([5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]);
  });

  test('Standard Webhooks makes ten attempts over 75 hours', () => {
    expect(delaysOf('standard-webhooks')).toHaveLength(9);
    expect(Math.floor(sum(delaysOf('standard-webhooks')) / HOUR)).toBe(75);
  });

  test("each of Shopify's waits is twice the one before", () => {
    const delays = delaysOf('shopify');
    for (const [index, delay] of delays.slice(1).entries()) expect(delay / delays[index]!).toBeCloseTo(2, 1);
  });
});

describe('what is told in headers', () => {
  test('GitHub signs twice, tells the type without the action and redelivers under one id', async () => {
    const [first, again] = [
      await forged('github', 'issues.opened', { deliveryId: 'dlv_1' }),
      await forged('github', 'issues.opened', { deliveryId: 'dlv_1', attemptNumber: 2 }),
    ];
    const told = ({ headers }: OutgoingRequest, name: string) => headerValue(headers, name);
    expect(told(first, 'X-GitHub-Event')).toBe('issues');
    expect(told(first, 'X-Hub-Signature')).toMatch(/^sha1=[0-9a-f]{40}$/);
    expect(told(first, 'X-Hub-Signature-256')).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(told(first, 'X-GitHub-Delivery')).toMatch(/^[0-9a-f-]{36}$/);
    expect(told(again, 'X-GitHub-Delivery')).toBe(told(first, 'X-GitHub-Delivery'));
  });

  test('GitLab has names of its own for what the body calls otherwise', async () => {
    const named = async (type: string) =>
      headerValue((await forged('gitlab', type)).headers, 'X-Gitlab-Event');
    expect(await named('build')).toBe('Job Hook');
    expect(await named('merge_request')).toBe('Merge Request Hook');
  });

  test('Slack says why it comes again, in a word of its own', async () => {
    const retry = { attemptNumber: 3, previousFailure: 'timeout' };
    const { headers } = await forged('slack', 'message', retry);
    expect(headerValue(headers, 'X-Slack-Retry-Num')).toBe('2');
    expect(headerValue(headers, 'X-Slack-Retry-Reason')).toBe('http_timeout');
    expect(headerValue((await forged('slack', 'message')).headers, 'X-Slack-Retry-Num')).toBeUndefined();
  });

  test("Shopify's event id is a UUID", async () => {
    const { headers } = await forged('shopify', 'orders/create');
    expect(headerValue(headers, 'X-Shopify-Event-Id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('what a body tells', () => {
  test.each([
    ['slack', '{"type":"url_verification","challenge":"c"}', 'url_verification'],
    ['telegram', '{"update_id":1,"poll_answer":{"poll_id":"1"}}', 'poll_answer'],
    ['telegram', '{"ok":true}', null],
    ['meta', '{"object":"user","entry":[{"changes":[{"field":"email"}]}]}', 'user.email'],
    ['meta', '{"object":"page","entry":[{"messaging":[{}]}]}', 'page'],
    ['whatsapp', '{"entry":[{"changes":[{"field":"account_update","value":{}}]}]}', 'account_update'],
  ])('%s: %s', (id, text, type) => {
    const body = Buffer.from(text);
    expect(identify(builtIn.get(id), post(body), parseJsonBody(body)).eventType).toBe(type);
  });

  test('two statuses of one message of WhatsApp are two events', () => {
    const [delivered, read] = ['messages.delivered', 'messages.read'].map((name) => {
      const body = payload('whatsapp', name);
      return identify(builtIn.get('whatsapp'), post(body), parseJsonBody(body)).eventId;
    });
    expect(delivered).toMatch(/^wamid\..+\.delivered$/);
    expect(read).toBe(delivered!.replace(/delivered$/, 'read'));
  });
});

describe('who sent it', () => {
  test.each([
    ['clerk', 'user.created'],
    ['resend', 'email.sent'],
    ['openai', 'batch.failed'],
    ['replicate', 'succeeded'],
    ['meta', 'page.feed'],
    ['whatsapp', 'messages.text'],
  ])('%s is told from others with the same headers by %s', async (id, eventType) => {
    const { headers, body } = await forged(id, eventType);
    const request = { ...post(body), headers };
    expect(detectOne(builtIn.all, request, parseJsonBody(body))?.id).toBe(id);
  });

  test.each([
    ['svix', 'svix'],
    ['polar', 'standard-webhooks'],
  ])('what nobody knows is %s/%s where it is signed so', async (id, detected) => {
    const message = await renderMessage(
      builtIn.get(id),
      undefined,
      { data: Buffer.from('{"type":"thing.made"}') },
      world,
    );
    const { headers, body } = renderRequest({ ...message, eventId: 'msg_1' }, { url, secret }, world);
    const request = { ...post(body), headers };
    expect(detectOne(builtIn.all, request, parseJsonBody(body))?.id).toBe(detected);
  });
});

describe('how a secret becomes a key', () => {
  const scheme = (id: string) => builtIn.get(id).signature.value;

  async function accepts(by: string, from: string, key: string): Promise<boolean> {
    const { headers, body } = await forged(from, builtIn.get(from).events[0]!.name);
    const bare = { method: 'POST', url, headers, body };
    const sent = signRequest(builtIn.get(from), bare, key, { now: NOW });
    return verify(scheme(by), signedView(sent), [key], { now: NOW }).ok;
  }

  test("Polar's secret is the key as it is, the others' is decoded", async () => {
    expect(await accepts('standard-webhooks', 'polar', secret)).toBe(false);
    expect(await accepts('replicate', 'standard-webhooks', secret)).toBe(true);
    expect(await accepts('openai', 'standard-webhooks', secret)).toBe(true);
  });

  test('OpenAI takes what lacks whsec_ as text, Standard Webhooks as base64', async () => {
    const bare = secret.slice('whsec_'.length);
    expect(await accepts('replicate', 'standard-webhooks', bare)).toBe(true);
    expect(await accepts('openai', 'standard-webhooks', bare)).toBe(false);
    expect(await accepts('openai', 'openai', bare)).toBe(true);
  });

  test('a signing token of GitLab verifies Standard Webhooks signatures, with or without webhook-id', () => {
    const { body, headers, now } = vectors('gitlab').find(({ name }) => name === 'a signing token')!;
    const gitlab = builtIn.get('gitlab');
    const renamed = headers.map(([name, value]) => [
      name === 'webhook-id' ? 'Idempotency-Key' : name,
      value,
    ]) as [string, string][];
    for (const some of [headers, renamed]) {
      expect(verifyRequest(gitlab, { headers: some, body }, [secret], { now })).toMatchObject({ ok: true });
    }
  });
});

describe('handshakes', () => {
  function signed(id: string, body: string) {
    const bare = { method: 'POST', url, headers: [], body: Buffer.from(body) };
    return signedView(signRequest(builtIn.get(id), bare, secret, { now: NOW }));
  }
  const context = { secrets: [secret], now: NOW };

  test('Slack gets its challenge back', () => {
    const request = signed('slack', '{"token":"t","challenge":"3eZb","type":"url_verification"}');
    const answer = matchHandshake(builtIn.get('slack'), request, context)!.answer;
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([200, '3eZb']);
  });

  test('Zoom gets its token back, and its HMAC', () => {
    const request = signed(
      'zoom',
      '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1795262400000,"event":"endpoint.url_validation"}',
    );
    const { answer } = matchHandshake(builtIn.get('zoom'), request, context)!;
    expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: createHmac('sha256', secret).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex'),
    });
  });

  test.each(['meta', 'whatsapp'])('%s gets its challenge back for the right verify token', (id) => {
    const path = '/hooks?hub.mode=subscribe&hub.verify_token=mine&hub.challenge=1158201444';
    const request = { method: 'GET', path, headers: [], body: new Uint8Array() };
    const answered = (verifyToken: string) => {
      const { answer } = matchHandshake(builtIn.get(id), request, { ...context, verifyToken })!;
      return [answer.status, Buffer.from(answer.body).toString()];
    };
    expect(answered('mine')).toEqual([200, '1158201444']);
    expect(answered('another')).toEqual([403, '']);
  });
});
