import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { hasContent, signatureHeader } from '../../../src/signing/describe.ts';
import { privateKey } from '../../../src/signing/keys.ts';
import type { RawRequest } from '../../../src/model/request.ts';
import { startServer, type Received } from '../../support/http.ts';
import { DOCUMENTED } from './consumers.ts';
import { find, idsOf, smoke, tools } from './running.ts';

const others = builtIn.all.filter(({ id }) => !DOCUMENTED.includes(id));
const PRIVATE = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** What smoke signs with, and what the app verifies with. */
function keysOf({ signature: { value: scheme } }: Provider): readonly [sender: string, receiver: string] {
  if (scheme.kind !== 'asymmetric') return ['whsec_bXkgc2VjcmV0', 'whsec_bXkgc2VjcmV0'];
  const pem = createPublicKey(privateKey(scheme, PRIVATE)!).export({ format: 'pem', type: 'spki' });
  return [PRIVATE, pem.toString()];
}

type Verify = (request: RawRequest, url: string) => boolean;

/** An app that takes what is signed well, of whatever provider. */
async function startApp(provider: Provider, verify?: Verify) {
  const [, receiver] = keysOf(provider);
  const scheme = provider.signature.value;
  const places = hasContent(scheme) ? [scheme.signature, scheme.timestamp?.from] : [];
  const isInside = places.some((place) => place !== undefined && 'body' in place);
  const well: Verify = (request, url) =>
    verifyRequest(provider, request, [receiver], { now: tools.clock.now(), urls: [url] }).ok;
  const app = await startServer((request, response) => {
    const { status } = answer(request);
    response.writeHead(status).end();
  });
  return app;

  function answer({ method, path, headers, body }: Received): { readonly status: number } {
    const request: RawRequest = { method, path, headers, body };
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    if (method !== 'POST') return { status: 405 };
    if (type.startsWith('text/plain')) return { status: 415 };
    if (!(verify ?? well)(request, app.url + path)) return { status: 401 };
    if (body.length < 3) return { status: 400 };
    if (provider.body === 'json' && !isJson(body, isInside)) return { status: 400 };
    return { status: provider.success.value[0]![0] };
  }
}

function isJson(body: Buffer, isInside: boolean): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    // A signature or its time may have been put into an empty one.
    return typeof value === 'object' && value !== null && Object.keys(value).length > (isInside ? 1 : 0);
  } catch {
    return false;
  }
}

async function checked(provider: Provider, rules: string, verify?: Verify) {
  const [sender] = keysOf(provider);
  const app = await startApp(provider, verify);
  const checks = await smoke(provider.id, `${app.url}/hooks?a=1`, {
    provider,
    secret: sender,
    confidential: [sender],
    eventTypes: provider.events.slice(0, 2).map(({ name }) => name),
    rules: [rules],
  });
  return { app, checks };
}

describe.each(others)('$id', (provider) => {
  const { value: scheme } = provider.signature;

  test('a good consumer passes by every rule', async () => {
    const { checks } = await checked(provider, 'all');
    const bad = checks.filter(({ status }) => status === 'failed' || status === 'warned');
    expect(bad).toEqual([]);
    expect(JSON.stringify(checks)).not.toContain(keysOf(provider)[0]);
  });

  test('one that takes everything fails what there is to fail', async () => {
    const { checks } = await checked(provider, 'R02,R03,R04,R05,R25', () => true);
    const skipped = new Set(idsOf(checks, 'skipped').split(' '));
    const tolerance = hasContent(scheme) ? (scheme.timestamp?.toleranceSeconds ?? null) : null;
    expect(skipped.has('R25')).toBe(tolerance === null);
    expect(skipped.has('R02')).toBe(scheme.kind === 'none');
    expect(idsOf(checks, 'failed').split(' ').filter(Boolean)).toEqual(
      ['R02', 'R03', 'R04', 'R05', 'R25'].filter((id) => !skipped.has(id)),
    );
  });
});

test('one that takes old requests fails R25 alone', async () => {
  const provider = builtIn.get('slack');
  const [, receiver] = keysOf(provider);
  const { checks } = await checked(
    provider,
    '',
    (request) => verifyRequest(provider, request, [receiver]).ok,
  );
  expect(idsOf(checks, 'failed')).toBe('R25');
  expect(find(checks, 'R25')).toMatchObject({ hint: expect.stringMatching(/an hour ago/) });
});

// As many decoders of base64 do.
test('one that passes over what is no digit refuses malformed signatures too', async () => {
  for (const id of ['shopify', 'sendgrid']) {
    const provider = builtIn.get(id);
    const [, receiver] = keysOf(provider);
    const due = signatureHeader(provider.signature.value)!.toLowerCase();
    const { checks } = await checked(provider, 'R05', (request) => {
      const headers = request.headers.map(([name, value]): [string, string] =>
        name.toLowerCase() === due ? [name, Buffer.from(value, 'base64').toString('base64')] : [name, value],
      );
      return verifyRequest(provider, { ...request, headers }, [receiver], { now: tools.clock.now() }).ok;
    });
    expect([id, find(checks, 'R05')]).toMatchObject([id, { status: 'passed' }]);
  }
});

test('one that verifies another URL is told so', async () => {
  const provider = builtIn.get('twilio');
  const [, receiver] = keysOf(provider);
  const { checks } = await checked(
    provider,
    'R01',
    (request) => verifyRequest(provider, request, [receiver], { urls: ['https://public.example/x'] }).ok,
  );
  expect(find(checks, 'R01')).toMatchObject({
    status: 'failed',
    hint: expect.stringMatching(/does it verify http:\/\/127\.0\.0\.1:\d+ as the URL's beginning/),
  });
});
