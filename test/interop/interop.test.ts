import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { handshakeTrials } from '../../src/handshake/trials.ts';
import { loadProvider, loadProviders } from '../../src/providers/index.ts';
import { verifyRequest } from '../../src/providers/signatures.ts';
import { vectors } from '../support/fixtures.ts';
import { byHand } from './by-hand.ts';
import { consumers, VERIFY_TOKEN } from './consumers.ts';
import { listen } from './listen.ts';
import { Matrix } from './matrix.ts';
import { eventTypesFor, forge, judge } from './ours.ts';
import { tampered, titleOf, type SignedRequest } from './referee.ts';
import { referees } from './referees/index.ts';

const providers = await loadProviders();
const judges = referees.map((referee) => ({ title: titleOf(referee), referee }));
const matrix = new Matrix([
  'forge accepted',
  'payloads read',
  'vector verified',
  'tampered refused',
  'handshake',
  'catalog',
]);

describe.each(judges.filter(({ referee }) => referee.isOnlyVerified !== true))('$title', ({ referee }) => {
  const { provider } = referee;

  test(`what we forge, ${referee.sdk} accepts: every event type`, () =>
    matrix.check(provider, 'forge accepted', async () => {
      const refused: string[] = [];
      for (const eventType of await eventTypesFor(referee)) {
        const { request, now } = await forge(referee, eventType);
        if (!(await referee.accepts(request, now))) refused.push(eventType);
      }
      expect(refused).toEqual([]);
    }));

  test('what we forge, we verify', async () => {
    const { request } = await forge(referee);
    expect(await judge(referee, request)).toMatchObject({ ok: true, reason: 'valid' });
  });

  test('one flipped bit is refused by both', () =>
    matrix.check(provider, 'tampered refused', async () => {
      const { request, now } = await forge(referee);
      const other = tampered(referee, request);
      expect(await referee.accepts(other, now)).toBe(false);
      expect(await judge(referee, other)).toMatchObject({ ok: false });
    }));

  if (referee.reads !== undefined) {
    test('its payloads are as the SDK expects them', () =>
      matrix.check(provider, 'payloads read', async () => {
        const unread: string[] = [];
        for (const eventType of await eventTypesFor(referee)) {
          const { request } = await forge(referee, eventType);
          await referee.reads!(request).catch((error: Error) =>
            unread.push(`${eventType}: ${error.message}`),
          );
        }
        expect(unread).toEqual([]);
      }));
  }

  test('another key is refused by both', async () => {
    const { request, now } = await forge(referee);
    expect(await referee.accepts(request, now, referee.wrongKey)).toBe(false);
    expect(await judge(referee, request, referee.wrongKey)).toMatchObject({ ok: false });
  });
});

describe.each(judges)('$title: what others sign', ({ title, referee }) => {
  const check = async (request: SignedRequest): Promise<void> => {
    expect(await judge(referee, request)).toMatchObject({ ok: true, reason: 'valid' });
    expect(await judge(referee, tampered(referee, request))).toMatchObject({ ok: false });
    expect(await judge(referee, request, referee.wrongKey)).toMatchObject({ ok: false });
  };

  test('by hand, we verify', () => check(byHand(title, referee.keys.sign, Date.now())));

  if (referee.signs === undefined) return;
  test(`by ${referee.sdk}, we verify`, async () => {
    const now = Date.now();
    await check(await referee.signs!(byHand(title, referee.keys.sign, now).body, now));
  });
});

describe.each(providers)('$id', (provider) => {
  test('its known answers come out', () =>
    matrix.check(provider.id, 'vector verified', () => {
      const known = vectors(provider.id);
      expect(known.map(({ ok }) => ok)).toContain(true);
      for (const { name, secret, now, method = 'POST', url, headers, body, ok, reason } of known) {
        const path = url === undefined ? '/' : new URL(url).pathname + new URL(url).search;
        const context = { now, urls: url === undefined ? undefined : [url] };
        const verdict = verifyRequest(
          provider,
          { method, path, headers, body },
          secret === '' ? [] : [secret],
          context,
        );
        expect({ name, ok: verdict.ok, reason: verdict.reason }).toEqual({ name, ok, reason });
      }
    }));
});

describe.each(consumers)('an app of $provider made with $sdk', (consumer) => {
  test(`answers ${consumer.handshake} as it is due`, () =>
    matrix.check(consumer.provider, 'handshake', async () => {
      const provider = await loadProvider(consumer.provider);
      const handshake = provider.handshakes.find(({ name }) => name === consumer.handshake)!;
      const trials = handshakeTrials(provider, handshake, {
        url: `${await listen(consumer.listener)}/`,
        secret: consumer.secret,
        verifyToken: VERIFY_TOKEN,
        randomBytes,
        now: Date.now(),
      });
      for (const { variant, request, judge } of trials) {
        const { method, url, headers, body } = request;
        const answer = await fetch(url, {
          method,
          headers: headers.map(([name, value]): [string, string] => [name, value]),
          ...(method === 'GET' ? {} : { body: Buffer.from(body) }),
        });
        const given = {
          status: answer.status,
          headers: [...answer.headers],
          body: new Uint8Array(await answer.arrayBuffer()),
        };
        expect({ variant, ...judge(given) }).toMatchObject({ variant, ok: true, problem: null });
      }
    }));
});

afterAll(() => {
  const rows = new Set(referees.map(({ provider }) => provider));
  for (const { id, handshakes, events } of providers) {
    rows.add(id);
    if (handshakes.length > 0 && !consumers.some(({ provider }) => provider === id)) {
      matrix.note(id, 'handshake', 'ours only');
    }
    matrix.note(id, 'catalog', String(events.length));
  }
  console.log(`\n${matrix.render([...rows].sort())}\n`);
});
