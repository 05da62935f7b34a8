import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BREAKAGES, type Breakage } from '../../../src/forge/break.ts';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import { headerValue, type Header, type OutgoingRequest } from '../../../src/model/request.ts';
import type { VerdictReason } from '../../../src/model/verdict.ts';
import { identify, parseJsonBody } from '../../../src/providers/identify.ts';
import { builtIn } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { hasContent, signatureHeader } from '../../../src/signing/describe.ts';
import { fixedWorld, wholeCatalog } from '../../support/forging.ts';
import { thrownBy } from '../../support/thrown.ts';

const secret = 'whsec_to be broken';
const catalog = await wholeCatalog();
const providers = [...new Set(catalog.map(({ provider }) => provider))];
const reasons: Record<Exclude<Breakage, 'timestamp'>, VerdictReason> = {
  signature: 'no-match',
  body: 'no-match',
  'missing-header': 'missing-header',
  'wrong-secret': 'no-match',
};

async function broken(
  provider: Provider,
  type: string | undefined,
  breakage: Breakage | undefined,
  data?: Uint8Array,
): Promise<OutgoingRequest> {
  const message = await renderMessage(provider, type, { keepIds: true, data }, fixedWorld());
  return renderRequest(message, { url: 'http://localhost/', secret, breakage }, fixedWorld());
}

test('every breakage has its reason here', () => {
  expect([...Object.keys(reasons), 'timestamp'].sort()).toEqual([...BREAKAGES].sort());
});

describe.each(catalog)('$id $type', ({ provider, type }) => {
  test.each(Object.entries(reasons) as [Breakage, VerdictReason][])('%s: %s', async (breakage, reason) => {
    const request = await broken(provider, type, breakage);
    expect(verifyRequest(provider, request, [secret])).toMatchObject({ ok: false, reason });
    expect(identify(provider, { ...request, path: '/' }, parseJsonBody(request.body)).eventType).toBe(type);
  });

  test('each breaks one thing', async () => {
    const whole = await broken(provider, type, undefined);
    const name = signatureHeader(provider.signature.value);
    const others = ({ headers }: OutgoingRequest) => headers.filter(([key]) => key !== name);
    for (const breakage of ['signature', 'missing-header', 'wrong-secret'] as const) {
      const request = await broken(provider, type, breakage);
      expect(Buffer.from(request.body).equals(whole.body)).toBe(true);
      expect(others(request)).toEqual(others(whole));
    }
    const body = await broken(provider, type, 'body');
    expect(body.headers).toEqual(whole.headers);
    expect(body.body).toHaveLength(whole.body.length);
    expect(differingBits(body.body, whole.body)).toBe(1);
  });
});

describe('a broken body', () => {
  const iverton = catalog.find(({ id }) => id === 'iverton')!.provider;

  test.each([
    '{"id":"evt_1","text":"ends in \\n"}',
    '{"id":"evt_1","text":"ends in \\u00ff"}',
    '{"id":"evt_1","flags":[true,false,null]}',
    '{"id":"evt_1","deep":[[[[{}]]]]}',
    '{"id":"evt_1","emoji":"🚀"}',
    '{ "id" : "evt_1" , "n" : 1.5e10 }\n',
    '[0]',
    '"x"',
  ])('that was JSON is JSON of another content: %s', async (text) => {
    const { body } = await broken(iverton, undefined, 'body', Buffer.from(text));
    expect(JSON.stringify(JSON.parse(Buffer.from(body).toString()))).not.toBe(
      JSON.stringify(JSON.parse(text)),
    );
  });

  test('of any JSON is JSON, where there is anything to change', () => {
    return fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), async (value) => {
        const text = JSON.stringify({ ...value, count: 7 });
        const { body } = await broken(iverton, undefined, 'body', Buffer.from(text));
        expect(parseJsonBody(body)).toBeDefined();
        expect(differingBits(body, Buffer.from(text))).toBe(1);
      }),
    );
  });

  test.each([
    ['none', Buffer.alloc(0)],
    ['text', Buffer.from('plain')],
    ['JSON that bears no change', Buffer.from('{}')],
    ['a lone true', Buffer.from('true')],
    ['bytes', Buffer.from([0, 255])],
  ])('that is %s differs', async (_name, data) => {
    const request = await broken(iverton, undefined, 'body', data);
    expect(Buffer.from(request.body).equals(data)).toBe(false);
    expect(verifyRequest(iverton, request, [secret]).ok).toBe(false);
  });

  test('is soon made of a large one', async () => {
    const data = Buffer.from(JSON.stringify(Array.from({ length: 300_000 }, () => true)));
    const request = await broken(iverton, undefined, 'body', data);
    expect(verifyRequest(iverton, request, [secret]).ok).toBe(false);
  });
});

describe('a stale timestamp', () => {
  const slack = builtIn.get('slack');
  const { now } = fixedWorld();

  test('is an hour old, and the signature still right', async () => {
    const fresh = await broken(slack, slack.events[0]!.name, undefined);
    const stale = await broken(slack, slack.events[0]!.name, 'timestamp');
    const time = (request: OutgoingRequest) =>
      Number(headerValue(request.headers, 'X-Slack-Request-Timestamp'));
    expect(time(fresh) - time(stale)).toBe(3_600);
    expect(stale.headers.map(([name]) => name)).toEqual(fresh.headers.map(([name]) => name));
    expect(verifyRequest(slack, stale, [secret])).toMatchObject({ ok: true });
    expect(verifyRequest(slack, stale, [secret], { now })).toMatchObject({ ok: false, reason: 'too-old' });
  });

  test.each([3_599, 3_600, 7_200, 86_400])('is too old where %d s are allowed', async (toleranceSeconds) => {
    const { value: scheme } = slack.signature;
    if (!hasContent(scheme) || scheme.timestamp === undefined) throw new Error('Slack tells the time');
    const timestamp = { ...scheme.timestamp, toleranceSeconds };
    const lenient: Provider = {
      ...slack,
      signature: { ...slack.signature, value: { ...scheme, timestamp } },
    };
    const stale = await broken(lenient, slack.events[0]!.name, 'timestamp');
    expect(verifyRequest(lenient, stale, [secret], { now }).reason).toBe('too-old');
  });

  // Of the last three, one tells no time, and two tell one that nobody has to look at.
  test.each([...providers.map(({ id }) => id), 'shopify', 'mailgun', 'discord'])(
    'is not made for %s, which refuses none',
    async (id) => {
      const provider = builtIn.get(id);
      await expect(broken(provider, provider.events[0]!.name, 'timestamp')).rejects.toMatchObject({
        name: 'UsageError',
        message: `${provider.name} sets no limit to the age of a timestamp, so nobody could tell that it is broken`,
      });
    },
  );
});

describe('headers of one’s own', () => {
  const slack = builtIn.get('slack');
  const render = async (headers: readonly Header[], breakage: Breakage) => {
    const message = await renderMessage(slack, slack.events[0]!.name, {}, fixedWorld());
    return renderRequest(message, { url: 'http://localhost/', secret, headers, breakage }, fixedWorld());
  };

  test.each([
    ['timestamp', 'X-Slack-Request-Timestamp'],
    ['timestamp', 'X-Slack-Signature'],
    ['wrong-secret', 'X-Slack-Signature'],
  ] as const)('leave no %s to break where they hold it: %s', async (breakage, name) => {
    await expect(render([[name.toLowerCase(), '1']], breakage)).rejects.toMatchObject({
      name: 'UsageError',
      message: `${name} is given, so it would go out unbroken`,
    });
  });

  test('can be broken where nothing of them is what is broken', async () => {
    const now = String(fixedWorld().now / 1_000 - 1);
    const request = await render([['X-Slack-Request-Timestamp', now]], 'wrong-secret');
    expect(verifyRequest(slack, request, [secret]).reason).toBe('no-match');
  });
});

test.each(['signature', 'missing-header', 'wrong-secret', 'timestamp'] as const)(
  '%s needs a signature to break',
  async (breakage) => {
    const provider = builtIn.get('slack');
    const message = await renderMessage(provider, provider.events[0]!.name, {}, fixedWorld());
    const render = () =>
      renderRequest(message, { url: 'http://localhost/', secret: null, breakage }, fixedWorld());
    expect(thrownBy(render)).toMatchObject({
      name: 'UsageError',
      message: `only a signed request can be broken by ${breakage}`,
    });
  },
);

function differingBits(left: Uint8Array, right: Uint8Array): number {
  return left.reduce((sum, byte, index) => {
    let rest = byte ^ right[index]!;
    let bits = 0;
    for (; rest > 0; rest >>= 1) bits += rest & 1;
    return sum + bits;
  }, 0);
}
