import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import { valueAt } from '../../../src/model/json-path.ts';
import { headerValue, type OutgoingRequest } from '../../../src/model/request.ts';
import { identify, locate, parseJsonBody } from '../../../src/providers/identify.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { schemeOf, verifyRequest } from '../../../src/providers/signatures.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { verify } from '../../../src/signing/verify.ts';
import { payload, storedEventTypes, vectors } from '../../support/fixtures.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 21, 12);
const world = { now: NOW, randomBytes: (size: number) => Buffer.alloc(size, 0x5a) };
const url = 'https://app.example.com/hooks?team=1';

async function forged(id: string, eventType: string, secret: string): Promise<OutgoingRequest> {
  const message = await renderMessage(builtIn.get(id), eventType, {}, world);
  return renderRequest(message, { url, secret }, world);
}

const post = (body: Uint8Array) => ({ method: 'POST', path: '/', headers: [], body });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('schedules', () => {
  test.each([
    ['bitbucket', 2, null],
    ['discord', 5, 10 * MINUTE],
    ['hubspot', 10, 20 * HOUR],
    ['line', 0, 0],
    ['linear', 3, 7 * HOUR + MINUTE],
    ['mailgun', 7, 8 * HOUR + 5 * MINUTE],
    ['notion', 8, DAY],
    ['paddle', 60, 3 * DAY],
    ['razorpay', 11, DAY],
    ['sendgrid', 11, DAY],
    ['square', 76, 72 * HOUR],
    ['typeform', 240, 10 * HOUR],
    ['vercel', 11, DAY],
    ['woocommerce', 0, 0],
  ] as const)('%s: %i retries within its time', (id, count, window) => {
    const { delaysSeconds } = builtIn.get(id).retry.value;
    expect(delaysSeconds).toHaveLength(count);
    if (window === null) return;
    expect(sum(delaysSeconds)).toBeLessThanOrEqual(window + count / 2);
    expect(sum(delaysSeconds)).toBeGreaterThanOrEqual(window * 0.5);
  });

  test("Mailgun's and Linear's are those that are documented", () => {
    expect(builtIn.get('mailgun').retry.value.delaysSeconds.map((delay) => delay / MINUTE)).toEqual([
      10, 10, 15, 30, 60, 120, 240,
    ]);
    expect(builtIn.get('linear').retry.value.delaysSeconds).toEqual([MINUTE, HOUR, 6 * HOUR]);
  });

  test("HubSpot's waits still end within a day where chance lengthens them most", () => {
    const { delaysSeconds, jitter = 0 } = builtIn.get('hubspot').retry.value;
    expect(sum(delaysSeconds) * (1 + jitter)).toBeLessThanOrEqual(DAY + 10);
  });
});

describe('what is told in headers', () => {
  test('WooCommerce takes its topic apart', async () => {
    const { headers } = await forged('woocommerce', 'order.updated', 'secret');
    const told = (name: string) => headerValue(headers, `X-WC-Webhook-${name}`);
    expect([told('Topic'), told('Resource'), told('Event')]).toEqual(['order.updated', 'order', 'updated']);
  });

  test('Linear tells the type without the action', async () => {
    const { headers } = await forged('linear', 'ProjectUpdate.create', 'secret');
    expect(headerValue(headers, 'Linear-Event')).toBe('ProjectUpdate');
  });
});

describe('what a body tells', () => {
  test('an update of Linear that was given without its action is told by its type', () => {
    const body = Buffer.from('{"type":"Issue"}');
    expect(identify(builtIn.get('linear'), post(body), parseJsonBody(body)).eventType).toBe('Issue');
  });

  test.each([
    ['sendgrid', '', 'open', 'click'],
    ['hubspot', '', 'deal.creation', 'contact.creation'],
    ['line', 'events', 'follow', 'message'],
  ])('%s: of several events the first counts', (id, list, first, second) => {
    const [tree, other] = [first, second].map((name) => parseJsonBody(payload(id, name)));
    (valueAt(tree, list) as unknown[]).push(...(valueAt(other, list) as unknown[]));
    const body = Buffer.from(JSON.stringify(tree));
    expect(identify(builtIn.get(id), post(body), tree).eventType).toBe(first);
    expect(builtIn.get(id).envelope.value.batch).toBe(list);
  });

  test('two statuses of one message of Twilio are two events', () => {
    const ids = ['sent', 'delivered'].map(
      (name) => identify(builtIn.get('twilio'), post(payload('twilio', name)), undefined).eventId,
    );
    expect(ids[0]).toMatch(/^SM\w{32}\.sent$/);
    expect(ids[1]).toBe(ids[0]!.replace(/sent$/, 'delivered'));
  });

  test('all that WooCommerce tells of something deleted is its id', () => {
    for (const name of storedEventTypes('woocommerce').filter((type) => type.endsWith('.deleted'))) {
      expect(payload('woocommerce', name).toString()).toMatch(/^\{"id":\d+\}$/);
    }
  });

  test.each([
    ['bitbucket', /^2026-11-21T12:00:00(\.\d+)?\+00:00$/],
    ['intercom', /^1795262400$/],
    ['vercel', /^1795262400000$/],
    ['woocommerce', /^2026-11-21T12:00:00$/],
    ['mailgun', /^1795262400(\.\d+)?$/],
  ])('%s: the present time is written as it writes times', async (id, written) => {
    const provider = builtIn.get(id);
    const { body } = await forged(id, provider.events[0]!.name, 'secret');
    expect(locate(provider.envelope.value.time, post(body), parseJsonBody(body))).toMatch(written);
  });
});

describe('signatures', () => {
  test.each(vectors('hubspot').filter(({ ok }) => ok))(
    'HubSpot: $name is what it is said to be',
    (vector) => {
      const { secret, body, headers, url: sentTo = '' } = vector;
      const signature = 'signature' in vector ? String(vector.signature) : undefined;
      const request = signedView({ method: 'POST', url: sentTo, headers, body });
      const scheme = schemeOf(builtIn.get('hubspot'), signature)!;
      expect(verify(scheme, request, [secret], { urls: [sentTo] })).toMatchObject({ ok: true });
      // Only the oldest does not cover the method.
      expect(verify(scheme, { ...request, method: 'PUT' }, [secret], { urls: [sentTo] }).ok).toBe(
        signature === 'v1',
      );
    },
  );

  test.each(['twilio', 'square', 'hubspot'])('%s: at another URL nothing verifies', async (id) => {
    const provider = builtIn.get(id);
    const request = signedView(await forged(id, provider.events[0]!.name, 'secret'));
    expect(verifyRequest(provider, request, ['secret'], { urls: [url] }).ok).toBe(true);
    expect(verifyRequest(provider, request, ['secret'], { urls: [`${url}&x=1`] }).ok).toBe(false);
  });

  test('the signatures in the examples of Mailgun are right', () => {
    for (const name of storedEventTypes('mailgun')) {
      const request = { method: 'POST', path: '/', headers: [], body: payload('mailgun', name) };
      expect(verifyRequest(builtIn.get('mailgun'), request, ['mailgun-key'])).toMatchObject({ ok: true });
    }
  });
});

test.each(['discord', 'notion'])('%s: no event looks like a handshake', (id) => {
  const { handshakes } = builtIn.get(id);
  const bodies = storedEventTypes(id).map((name) => parseJsonBody(payload(id, name)));
  for (const { request } of handshakes) {
    const alike = bodies.filter((json) =>
      Object.entries(request.body ?? {}).every(([path, wanted]) => {
        const found = valueAt(json, path);
        return typeof wanted === 'string' ? typeof found === 'string' : found === wanted;
      }),
    );
    expect(alike).toEqual([]);
  }
});
