import { describe, expect, test } from 'vitest';
import {
  renderMessage,
  renderRequest,
  type PayloadOptions,
  type RequestOptions,
} from '../../../src/forge/forge.ts';
import { parseOverride } from '../../../src/forge/overrides.ts';
import { renderReplay } from '../../../src/forge/replay.ts';
import { headerValue, type OutgoingRequest } from '../../../src/model/request.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { signedView } from '../../../src/signing/signed-request.ts';
import { payload } from '../../support/fixtures.ts';
import { fixedWorld } from '../../support/forging.ts';

const world = fixedWorld();
const secret = 'lin_wh_of the forge';
const url = 'http://localhost/';
const linear = await loadProvider('linear');
const mailgun = await loadProvider('mailgun');

async function forged(
  provider: typeof linear,
  type: string | undefined,
  options: PayloadOptions,
  rendering: Partial<RequestOptions> = {},
): Promise<OutgoingRequest> {
  const message = await renderMessage(provider, type, options, world);
  return renderRequest(message, { url, secret, ...rendering }, world);
}

const text = ({ body }: OutgoingRequest): string => Buffer.from(body).toString();
const parse = (request: OutgoingRequest): any => JSON.parse(text(request));
const judge = (provider: typeof linear, request: OutgoingRequest) =>
  verifyRequest(provider, signedView(request), [secret], { now: world.now });
const set = (...texts: string[]) => ({ overrides: texts.map(parseOverride) });

describe.each([
  [linear, 'Issue.create'],
  [mailgun, 'delivered'],
])('$id', (provider, type) => {
  test('stress JSON goes out as odd as it was made', async () => {
    const request = await forged(provider, type, { stressJson: true });
    for (const odd of [
      '"whole": 30.0',
      '"hundred": 1e2',
      '12345678901234567890',
      '"twice": 1, "twice": 2',
      ' : ',
    ]) {
      expect(text(request)).toContain(odd);
    }
    expect(judge(provider, request)).toMatchObject({ ok: true });
  });

  test('the example’s own bytes go out but for what is signed in them', async () => {
    const request = await forged(provider, type, { keepIds: true });
    const example = payload(provider.id, type).toString();
    const plain = (json: string) =>
      json.replace(/"(webhookTimestamp|timestamp|signature)":("[^"]*"|\d+(?=,))/g, '"$1":0');
    expect(text(request)).not.toBe(example);
    expect(plain(text(request))).toBe(plain(example));
    expect(judge(provider, request)).toMatchObject({ ok: true });
  });
});

describe('the time that Linear has in the body', () => {
  test('is the present one in an event of the catalog, whatever else is set, and even unsigned', async () => {
    for (const options of [{}, set('data.title=x'), { ...set('data.title=x'), keepIds: true }]) {
      expect(parse(await forged(linear, 'Issue.create', options)).webhookTimestamp).toBe(world.now);
    }
    expect(parse(await forged(linear, 'Issue.create', {}, { secret: null })).webhookTimestamp).toBe(
      world.now,
    );
  });

  test('is the user’s where it is set, unless it is to be wrong', async () => {
    const own = set('webhookTimestamp=5');
    const request = await forged(linear, 'Issue.create', own);
    expect(parse(request).webhookTimestamp).toBe(5);
    expect(judge(linear, request)).toMatchObject({ ok: false, reason: 'too-old' });
    const broken = await forged(linear, 'Issue.create', own, { breakage: 'timestamp' });
    expect(parse(broken).webhookTimestamp).toBe(world.now - 3_600_000);
  });

  test('of a body of the user’s own stays as it is; where there is none it is added, and nothing else changes', async () => {
    const odd = '{"id":12345678901234567890,"p":1.0,"p":2 }';
    const added = await forged(linear, undefined, { data: Buffer.from(odd) });
    expect(text(added)).toBe(odd.replace('2 }', `2,"webhookTimestamp":${world.now} }`));
    expect(judge(linear, added)).toMatchObject({ ok: true });
    const own = `{ "webhookTimestamp" : ${world.now - 1_000}.0 }`;
    const kept = await forged(linear, undefined, { data: Buffer.from(own) });
    expect(text(kept)).toBe(own);
    expect(judge(linear, kept)).toMatchObject({ ok: true });
  });

  test('is not put where it cannot stand', async () => {
    const request = await forged(linear, undefined, { data: Buffer.from('[1]') });
    expect(text(request)).toBe('[1]');
    expect(headerValue(request.headers, 'Linear-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is a new one in a replay that is signed again, unless it is set there', async () => {
    const captured = { ...(await forged(linear, 'Issue.create', { stressJson: true })), path: '/' };
    const later = world.now + 86_400_000;
    const replay = (options: ReturnType<typeof set>) =>
      renderReplay(captured, { url, headers: [], resign: { provider: linear, secret }, ...options }, later);
    expect(text(await replay(set()))).toBe(text(captured).replaceAll(String(world.now), String(later)));
    expect(parse(await replay(set('webhookTimestamp=7'))).webhookTimestamp).toBe(7);
  });
});

describe('what Mailgun has in the body', () => {
  const own = '{ "signature" : {"token":"t", "timestamp":"17", "signature":"old"},"n":1.0 }';

  test('a signature is set in a body of the user’s own too, beside its own time and token', async () => {
    const request = await forged(mailgun, undefined, { data: Buffer.from(own) });
    expect(text(request)).toMatch(
      /^\{ "signature" : \{"token":"t", "timestamp":"17", "signature":"[0-9a-f]{64}"\},"n":1\.0 \}$/,
    );
    expect(judge(mailgun, request)).toMatchObject({ ok: true });
  });

  test('a time that is missing is added as the text that it is', async () => {
    const data = Buffer.from(own.replace(', "timestamp":"17"', ''));
    const request = await forged(mailgun, undefined, { data });
    expect(parse(request).signature.timestamp).toBe(String(Math.floor(world.now / 1_000)));
    expect(judge(mailgun, request)).toMatchObject({ ok: true });
  });

  test('a body that can hold no signature is told', async () => {
    await expect(forged(mailgun, undefined, { data: Buffer.from('[1]') })).rejects.toMatchObject({
      code: 'ERR_UNSIGNABLE',
      hint: 'give a JSON object (--data)',
    });
  });
});
