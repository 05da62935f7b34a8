import { describe, expect, test } from 'vitest';
import { forge, loadProvider, verify, verifyRequest } from '../../../src/index.ts';
import { SECRET } from './open-receiver.ts';

const URL_SENT_TO = 'https://app.example/hooks?a=1#part';

describe.each(['twilio', 'square', 'hubspot'])('%s, which signs its URL', (id) => {
  const made = async () => {
    const provider = await loadProvider(id);
    const forged = await forge(provider, provider.events[0]!.name, { secret: SECRET, url: URL_SENT_TO });
    return { provider, scheme: provider.signature.value, forged };
  };

  test('what forge makes verifies as it is', async () => {
    const { provider, scheme, forged } = await made();
    expect(verifyRequest(provider, forged, [SECRET])).toMatchObject({ ok: true, reason: 'valid' });
    expect(verify(scheme, forged, [SECRET])).toMatchObject({ ok: true, reason: 'valid' });
    expect(verifyRequest(provider, forged, ['another']).reason).toBe('no-match');
  });

  test('URLs that are given count alone', async () => {
    const { provider, scheme, forged } = await made();
    const urls = ['https://other.example/'];
    expect(verifyRequest(provider, forged, [SECRET], { urls }).reason).toBe('no-match');
    expect(verify(scheme, forged, [SECRET], { urls }).reason).toBe('no-match');
    const moved = { ...forged, url: 'https://other.example/' };
    expect(verifyRequest(provider, moved, [SECRET]).reason).toBe('no-match');
    expect(verifyRequest(provider, moved, [SECRET], { urls: [forged.url.replace('#part', '')] }).ok).toBe(
      true,
    );
  });

  test.each(['/hooks?a=1', '', undefined, 7 as never])(
    '%j is no URL, and the headers tell it',
    async (url) => {
      const { provider, forged } = await made();
      const { body } = forged;
      const headers = [...forged.headers, ['Host', 'app.example'] as const];
      const request = { headers, body, path: '/hooks?a=1', url };
      expect(verifyRequest(provider, request, [SECRET]).reason).toBe('valid');
    },
  );
});

test('the context counts, and a request without a URL is one', async () => {
  const provider = await loadProvider('stripe');
  const now = Date.UTC(2026, 2, 1);
  const { headers, body } = await forge(provider, 'charge.failed', { secret: SECRET, now });
  expect(verifyRequest(provider, { headers, body }, [SECRET], { now }).reason).toBe('valid');
  expect(verifyRequest(provider, { headers, body }, [SECRET], { now: now + 3_600_000 }).reason).toBe(
    'too-old',
  );
});
