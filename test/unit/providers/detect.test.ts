import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import type { Header, RawRequest } from '../../../src/model/request.ts';
import { detect, detectOne, providerOfPath } from '../../../src/providers/detect.ts';
import { parseJsonBody } from '../../../src/providers/identify.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import { sign } from '../../../src/signing/sign.ts';
import { payload } from '../../support/fixtures.ts';
import { fixedWorld, wholeCatalog } from '../../support/forging.ts';

const providers = await loadProviders();

function request(headers: readonly Header[], body: Uint8Array | string = ''): RawRequest {
  return { method: 'POST', path: '/', headers, body: Buffer.from(body) };
}

const ranking = (asked: RawRequest) => detect(providers, asked, parseJsonBody(asked.body));
const winner = (asked: RawRequest) => detectOne(providers, asked, parseJsonBody(asked.body))?.id ?? null;

describe.each(await wholeCatalog())('$id $type', ({ provider, id, type }) => {
  test('as it is delivered is told, with the evidence', async () => {
    const world = fixedWorld();
    const message = await renderMessage(provider, type, {}, world);
    const delivered = renderRequest(message, { url: 'http://localhost/', secret: 'x' }, world);
    const [best, second] = ranking({ ...delivered, path: '/' });
    expect(best?.provider).toBe(id);
    expect(best?.score).toBeGreaterThan(second?.score ?? 0);
    expect(best?.evidence[0]).toContain(`header ${provider.signature.value.header}`);
    expect(best?.evidence).toContain(`event type ${type} is in its catalog`);
    expect(winner({ ...delivered, path: '/' })).toBe(id);
  });

  test('is told by its body alone', () => {
    expect(winner(request([], payload(id, type)))).toBe(id);
  });
});

describe('a header', () => {
  test.each(providers)('$id: of its own is enough', ({ id, signature }) => {
    const { header } = signature.value;
    const [best] = ranking(request([[header.toLowerCase(), 'x']]));
    expect(best?.provider).toBe(id);
    // The name of this one says nothing of who sends it.
    const shared = header === 'X-Webhook-Signature';
    expect(winner(request([[header, 'x']]))).toBe(shared ? null : id);
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
  const asked = request(sign(task.signature.value, body, 'known'), body.toString());
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
