import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../../../src/model/request.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import { createDiagnoser, LEAST_BYTES, MOST_BYTES_A_SECOND } from '../../../src/receiver/diagnoser.ts';
import { inspect } from '../../../src/receiver/inspect.ts';
import { signingHeaders } from '../../support/signing.ts';

const providers = await loadProviders();
const iverton = await loadProvider('iverton');

function signed(secret: string, body: Uint8Array): RawRequest {
  return {
    method: 'POST',
    path: '/iverton',
    headers: signingHeaders(iverton.signature.value, body, secret),
    body,
  };
}

/** Diagnoses by a clock that stands still unless it is set. */
function begin(secrets: Readonly<Record<string, readonly string[]>> = { iverton: ['whsec_x'] }) {
  const settings = { providers, provider: null, secretsFor: (id: string) => secrets[id] ?? [] };
  const clock = { now: 1_000_000 };
  const diagnose = createDiagnoser(settings, { now: () => clock.now, sleep: async () => {} });
  return {
    clock,
    causes: (request: RawRequest) => diagnose(request, inspect(request, settings)).map(({ cause }) => cause),
  };
}

describe('says', () => {
  const body = Buffer.from('{"id":"evt_1","type":"deal.won"}');

  test('why a signature does not verify', () => {
    const { causes } = begin();
    const sent = signed('whsec_x', Buffer.from('hello'));
    expect(causes({ ...sent, body: Buffer.from('hello\n') })).toEqual(['body-newline']);
  });

  test('that another provider’s secret was used', () => {
    expect(begin({ iverton: ['a'], filedgr: ['whsec_x'] }).causes(signed('whsec_x', body))).toEqual([
      'secret-other',
    ]);
  });

  test('nothing where it verifies, or nothing was verified', () => {
    expect(begin().causes(signed('whsec_x', body))).toEqual([]);
    expect(begin({}).causes(signed('whsec_x', body))).toEqual([]);
    expect(begin().causes({ ...signed('whsec_y', Buffer.from('{}')), path: '/other', headers: [] })).toEqual(
      [],
    );
  });
});

describe('a flood of bad signatures', () => {
  const small = signed('whsec_y', Buffer.from('a'));

  test('is diagnosed as far as a second allows, then again in the next', () => {
    const { causes, clock } = begin();
    const told = (): number =>
      Array.from({ length: 200 }, () => causes(small)).filter(({ length }) => length > 0).length;
    const most = MOST_BYTES_A_SECOND / LEAST_BYTES;
    expect(most).toBeLessThan(200);
    expect(told()).toBe(most);
    clock.now += 999;
    expect(told()).toBe(0);
    clock.now += 1;
    expect(told()).toBe(most);
  });

  test('counts what bodies weigh', () => {
    const { causes } = begin();
    const half = signed('whsec_y', Buffer.alloc(MOST_BYTES_A_SECOND / 2));
    expect([half, half, small].map((request) => causes(request).length > 0)).toEqual([true, true, false]);
  });

  test('of large bodies is left to verify', () => {
    const { causes } = begin();
    const large = signed('whsec_y', Buffer.alloc(MOST_BYTES_A_SECOND + 1));
    expect(causes(large)).toEqual([]);
    expect(causes(small)).toEqual(['secret-wrong']);
  });

  test('does not end the diagnoses where the clock is set back', () => {
    const { causes, clock } = begin();
    const all = signed('whsec_y', Buffer.alloc(MOST_BYTES_A_SECOND));
    expect([all, all].map((request) => causes(request).length)).toEqual([1, 0]);
    clock.now -= 3_600_000;
    expect(causes(all)).toEqual(['secret-wrong']);
  });
});
