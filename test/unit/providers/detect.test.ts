import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import type { Header, RawRequest } from '../../../src/model/request.ts';
import { detect, detectOne, detectSender, providerOfPath } from '../../../src/providers/detect.ts';
import { parseJsonBody } from '../../../src/providers/identify.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import { signatureHeader } from '../../../src/signing/describe.ts';
import { signRequest } from '../../../src/providers/signatures.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { payload } from '../../support/fixtures.ts';
import { fixedWorld, wholeCatalog } from '../../support/forging.ts';

const providers = await loadProviders();

function request(headers: readonly Header[], body: Uint8Array | string = ''): RawRequest {
  return { method: 'POST', path: '/', headers, body: Buffer.from(body) };
}

/** Providers whose requests nothing but a secret tells apart. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {};

const STANDARDS: Readonly<Record<string, string>> = {
  'svix-signature': 'svix',
  'webhook-signature': 'standard-webhooks',
};

const ranking = (asked: RawRequest) => detect(providers, asked, parseJsonBody(asked.body));
const winner = (asked: RawRequest) => detectOne(providers, asked, parseJsonBody(asked.body))?.id ?? null;

describe('every provider’s first event', () => {
  test.each(providers)(
    '$id, as it is delivered, is told as its own, or as one of those it is like',
    async (provider) => {
      const world = fixedWorld();
      const secret = randomSecret(provider.signature.value, world.randomBytes);
      const message = await renderMessage(provider, provider.events[0]!.name, {}, world);
      const delivered = { ...renderRequest(message, { url: 'http://localhost/', secret }, world), path: '/' };
      const ranked = ranking(delivered);
      const best = ranked.filter(({ score }) => score === ranked[0]!.score).map((one) => one.provider);
      expect(best).toContain(provider.id);
      expect(best.filter((id) => id !== provider.id)).toEqual(ALIKE[provider.id] ?? []);
      const known = detectOne(providers, delivered, parseJsonBody(delivered.body), (id) =>
        id === provider.id ? [secret] : [],
      );
      expect(known?.id).toBe(provider.id);
    },
  );
});

describe.each(await wholeCatalog())('$id $type', ({ provider, id, type }) => {
  test('as it is delivered is told, with the evidence', async () => {
    const world = fixedWorld();
    const message = await renderMessage(provider, type, {}, world);
    const delivered = renderRequest(message, { url: 'http://localhost/', secret: 'x' }, world);
    const [best, second] = ranking({ ...delivered, path: '/' });
    expect(best?.provider).toBe(id);
    expect(best?.score).toBeGreaterThan(second?.score ?? 0);
    expect(best?.evidence[0]).toContain(`header ${signatureHeader(provider.signature.value)}`);
    expect(best?.evidence).toContain(`event type ${type} is in its catalog`);
    expect(winner({ ...delivered, path: '/' })).toBe(id);
  });

  test('is told by its body alone', () => {
    expect(winner(request([], payload(id, type)))).toBe(id);
  });
});

describe('a header', () => {
  test.each(providers.filter(({ signature: { value } }) => signatureHeader(value) !== null))(
    '$id: of its own is enough',
    ({ id, signature }) => {
      const header = signatureHeader(signature.value)!;
      const ranked = ranking(request([[header.toLowerCase(), 'x']]));
      // Some names say nothing of who sends them; those of a standard say that it is followed.
      const isShared = ranked.length > 1 || ranked[0]!.score < 4;
      expect(ranked.map(({ provider }) => provider)).toContain(id);
      expect(winner(request([[header, 'x']]))).toBe(isShared ? (STANDARDS[header] ?? null) : id);
    },
  );

  test('most names are of one provider alone', () => {
    const headers = providers.map(({ signature }) => signatureHeader(signature.value));
    const told = headers.filter((header) => header !== null && winner(request([[header, 'x']])) !== null);
    expect(told.length).toBeGreaterThan(providers.length / 2);
  });

  test('that several services use is only a hint', () => {
    const asked = request([['X-Webhook-Signature', 'x']], '{"event":"unknown.thing"}');
    expect(ranking(asked)).toEqual([
      {
        provider: 'taskplatform',
        score: 3,
        sure: false,
        evidence: ['header X-Webhook-Signature, which other services use too'],
      },
    ]);
    expect(winner(asked)).toBeNull();
  });

  test('that several services use yields to a provider’s own', () => {
    const headers: Header[] = [
      ['X-Webhook-Signature', 'x'],
      ['X-Webhook-ID', 'y'],
      ['X-Iverton-Signature', 'z'],
    ];
    expect(winner(request(headers))).toBe('iverton');
    expect(ranking(request(headers)).map(({ provider }) => provider)).toEqual(['iverton', 'taskplatform']);
  });
});

describe('nobody is told', () => {
  test.each([
    ['from nothing', request([])],
    ['from common headers', request([['Content-Type', 'application/json']], '{}')],
    ['from an unknown event type', request([], '{"type":"unheard.of","id":"evt_1"}')],
    ['from a body that is not JSON', request([], '{"type":"deal.won"')],
    ['from JSON that is no object', request([], '["deal.won"]')],
    [
      'where two are equally likely',
      request([
        ['X-Iverton-Signature', 'x'],
        ['X-Deiterate-Signature', 'x'],
      ]),
    ],
  ])('%s', (_name, asked) => {
    expect(winner(asked)).toBeNull();
  });
});

test.each([
  ['/iverton', 'iverton'],
  ['/iverton/', 'iverton'],
  ['/iverton/hooks/1?x=2', 'iverton'],
  ['/iverton?x=2', 'iverton'],
  ['/deiterate#x', 'deiterate'],
  ['/', null],
  ['', null],
  ['*', null],
  ['/Iverton', null],
  ['/ivertonian', null],
  ['/hooks/iverton', null],
  ['//iverton', null],
  ['/__proto__', null],
])('the path %j tells %s', (path, id) => {
  expect(providerOfPath(providers, path)?.id ?? null).toBe(id);
});

describe('a signature that verifies with a secret that is known', () => {
  const body = Buffer.from('{"any":"thing"}');
  const task = providers.find(({ id }) => id === 'taskplatform')!;
  const signed = signRequest(task, { method: 'POST', url: 'http://localhost/', headers: [], body }, 'known', {
    now: 0,
  });
  const asked = request(signed.headers, body.toString());
  const knowing = (...ids: string[]) =>
    detect(providers, asked, parseJsonBody(body), (id) => (ids.includes(id) ? ['known'] : []));

  test('decides, where the header is only a hint', () => {
    expect(winner(asked)).toBeNull();
    expect(knowing('taskplatform')).toMatchObject([
      {
        provider: 'taskplatform',
        sure: true,
        evidence: [expect.stringContaining('verifies'), expect.anything()],
      },
    ]);
  });

  test('says nothing of those whose secret is another, or not known', () => {
    const others = providers.map(({ id }) => id).filter((id) => id !== 'taskplatform');
    const wrong = detect(providers, asked, parseJsonBody(body), () => ['wrong']);
    expect(wrong.map(({ evidence }) => evidence.join()).join()).not.toContain('verifies');
    expect(knowing(...others).filter(({ sure }) => sure)).toEqual(
      knowing(...others).filter(({ provider, sure }) => sure && provider !== 'taskplatform'),
    );
    expect(detectOne(providers, asked, parseJsonBody(body), () => ['known'])?.id).toBe('taskplatform');
  });

  test('one at most is sure', () => {
    for (const asking of [asked, request([], '{}'), request([], payload('iverton', 'deal.won'))]) {
      const sure = ranking(asking).filter((candidate) => candidate.sure);
      expect(sure.map(({ provider }) => provider)).toEqual([winner(asking)].filter((id) => id !== null));
    }
  });
});

test('providers that are alike are told apart by their secrets', async () => {
  const world = fixedWorld();
  const own = (id: string) => providers.find((provider) => provider.id === id)!;
  const meta = await renderMessage(own('meta'), 'page', {}, world);
  const request = { ...renderRequest(meta, { url: 'http://localhost/', secret: 'mine' }, world), path: '/' };
  const body = Buffer.from('{"object":"unheard of"}');
  const alike = renderRequest(
    { ...meta, body, eventType: null },
    { url: 'http://localhost/', secret: 'mine' },
    world,
  );
  const sender = (asked: typeof request, secrets: Readonly<Record<string, string>>) =>
    detectSender(providers, asked, parseJsonBody(asked.body), (id) => (id in secrets ? [secrets[id]!] : []))
      ?.id ?? null;
  const ambiguous = { ...alike, path: '/' };
  expect(sender(ambiguous, {})).toBeNull();
  expect(sender(ambiguous, { whatsapp: 'mine', meta: 'other' })).toBe('whatsapp');
  expect(sender(ambiguous, { meta: 'mine', whatsapp: 'other' })).toBe('meta');
  expect(sender(ambiguous, { meta: 'mine', whatsapp: 'mine' })).toBeNull();
  expect(sender(request, { whatsapp: 'mine' })).not.toBeNull();
});
