import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { forgingOf } from '../../../src/cli/forging.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { checkProvider } from '../../../src/own/contract.ts';
import { draftProfile } from '../../../src/own/draft.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { defineProvider, type ProviderProfile } from '../../../src/providers/provider.ts';
import type { BodyDigest, HmacScheme, SignedTime } from '../../../src/signing/scheme.ts';

const tools = forgingOf({ clock: systemClock, randomBytes });

test.each(builtIn.all)('$id keeps to the contract', async (provider) => {
  const checks = await checkProvider(provider, tools);
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const tried = checks.filter(({ status }) => status === 'passed').map(({ id }) => id);
  expect(tried).toEqual(expect.arrayContaining(['payloads', 'forging', 'signature', 'schedule']));
  expect(checks.filter(({ id }) => id.startsWith('handshake-'))).toHaveLength(provider.handshakes.length);
});

const draft = draftProfile('acme', {}, systemClock.now());
const scheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Acme-Signature' },
  items: { separator: ',', assign: '=', field: 'v1' },
  write: 't={timestamp},v1={signature}',
  forms: [{ prefix: '', encoding: 'hex' }],
  content: '{timestamp}.{body}',
  timestamp: { from: { field: 't' }, format: 'unix', toleranceSeconds: 300 },
};

const bodyDigest: BodyDigest = { query: 'sha', hash: 'sha256', encoding: 'hex', unless: 'form' };
const timeIn = (from: SignedTime['from']): SignedTime => ({ from, format: 'unix', toleranceSeconds: 300 });

async function found(changes: Partial<ProviderProfile>, ...ids: string[]) {
  const checks = await checkProvider(defineProvider({ ...draft, ...changes }), tools);
  return checks
    .filter(({ id, status }) => (ids.length === 0 ? status !== 'passed' : ids.includes(id)))
    .map(({ id, status, message }) => [id, status, message]);
}

describe('a provider of one’s own', () => {
  test('as init writes it, or with a time that is signed', async () => {
    expect(await found({})).toEqual([['tolerance', 'skipped', expect.stringMatching(/no time/)]]);
    expect(await found({ signature: scheme })).toEqual([]);
  });

  const event = draft.events[0]!;
  test.each<[string, Partial<ProviderProfile>, string, string, RegExp]>([
    [
      'without a payload',
      { events: [{ name: 'a', description: 'x', payload: 'synthetic' }] },
      'payloads',
      'failed',
      /a: .*has no example/,
    ],
    [
      'with a payload that is no JSON',
      { events: [{ ...event, example: 'a=b' }] },
      'payloads',
      'failed',
      /is not JSON/,
    ],
    [
      'whose types are not told',
      { events: [event, { ...event, name: 'order.other' }] },
      'event-type',
      'failed',
      /^order.other is taken for "order.created"$/,
    ],
    ['whose types stand nowhere', { envelope: { type: [] } }, 'event-type', 'warned', /nothing in a request/],
    ['whose id is not there', { envelope: { id: [{ body: 'uid' }] } }, 'event-id', 'failed', /has none/],
    ['whose id never changes', { envelope: { id: [{ body: 'id' }] } }, 'event-id', 'warned', /the same/],
    ['whose time is none', { envelope: { time: [{ body: 'type' }] } }, 'event-time', 'failed', /is no time/],
    [
      'whose body is not signed',
      { signature: { ...scheme, content: '{timestamp}' } },
      'body',
      'warned',
      /not signed/,
    ],
    [
      'whose path alone is signed',
      { signature: { ...scheme, content: '{timestamp}{path}' } },
      'body',
      'warned',
      /not signed/,
    ],
    [
      'whose path is signed with a digest of the body in it',
      { signature: { ...scheme, content: '{timestamp}{path}', bodyDigest } },
      'body',
      'passed',
      /^$/,
    ],
    [
      'whose digest of the body is not signed',
      { signature: { ...scheme, content: '{timestamp}', bodyDigest } },
      'body',
      'warned',
      /not signed/,
    ],
    [
      'whose forms have no such digest',
      {
        body: 'form',
        events: [{ ...event, example: 'type=order.created' }],
        signature: { ...scheme, content: '{timestamp}{path}', bodyDigest },
      },
      'body',
      'warned',
      /not signed/,
    ],
    [
      'whose time in a header is not signed',
      { signature: { ...scheme, content: '{body}', timestamp: timeIn({ header: 'X-Time' }) } },
      'tolerance',
      'warned',
      /^the time is not signed: who replays a request can renew it$/,
    ],
    [
      'whose time beside the signature is not signed',
      { signature: { ...scheme, content: '{body}' } },
      'tolerance',
      'warned',
      /time is not signed/,
    ],
    [
      'whose time in the query is not signed',
      { signature: { ...scheme, content: '{body}', timestamp: timeIn({ query: 't' }) } },
      'tolerance',
      'warned',
      /time is not signed/,
    ],
    [
      'whose time in the query is signed with it',
      { signature: { ...scheme, content: '{path}{body}', timestamp: timeIn({ query: 't' }) } },
      'tolerance',
      'passed',
      /^300 s$/,
    ],
    [
      'whose time in the body is signed with it',
      { signature: { ...scheme, content: '{body}', timestamp: timeIn({ body: 'at' }) } },
      'tolerance',
      'passed',
      /^300 s$/,
    ],
    [
      'whose time is signed by another name',
      {
        signature: {
          ...scheme,
          content: '{at}{body}',
          values: { at: { header: 'X-Time' } },
          timestamp: timeIn({ header: 'X-Time' }),
        },
      },
      'tolerance',
      'passed',
      /^300 s$/,
    ],
    ['that waits too long', { retry: { delaysSeconds: [9_000_000] } }, 'schedule', 'warned', /last attempt/],
    [
      'that waits less than it allows',
      { timeoutMs: 1_000, deadlineMs: 5_000 },
      'schedule',
      'failed',
      /waited for 1 s/,
    ],
    [
      'with another notation',
      { events: [{ ...event, example: '{ "a": 1 }' }] },
      'notation',
      'warned',
      /order.created is not/,
    ],
    [
      'whose other signature wants what is not there',
      {
        otherSignatures: [
          {
            name: 'v2',
            description: 'x',
            scheme: { ...scheme, content: '{x}', values: { x: { header: 'X-X' } } },
          },
        ],
      },
      'signature-v2',
      'failed',
      /covers x/,
    ],
    [
      'whose handshake answers otherwise than it should',
      {
        handshakes: [
          {
            name: 'ping',
            description: 'x',
            signed: false,
            request: { method: 'POST', body: { ping: '{challenge}' } },
            respond: { status: 200, body: '{chalenge}' },
          },
        ],
      },
      'handshake-ping',
      'failed',
      /./,
    ],
  ])('%s', async (_what, changes, id, status, message) => {
    expect(await found(changes, id)).toEqual([[id, status, expect.stringMatching(message)]]);
  });
});
