import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../src/forge/forge.ts';
import { readPayload } from '../../src/forge/payload.ts';
import type { Header, OutgoingRequest, RawRequest } from '../../src/model/request.ts';
import { identify, locate, parseJsonBody } from '../../src/providers/identify.ts';
import { builtIn } from '../../src/providers/index.ts';
import type { DeliveryHeader, Fact, Provider } from '../../src/providers/provider.ts';
import { mayBeUnsigned, verifyRequest } from '../../src/providers/signatures.ts';
import { isBodyAlone } from '../../src/signing/content.ts';
import { formName, formsOf, hasContent, signatureHeader, signatureName } from '../../src/signing/describe.ts';
import { hmac } from '../../src/signing/digest.ts';
import { randomSecret } from '../../src/signing/keys.ts';
import { withoutSignature } from '../../src/signing/place.ts';
import { signedView } from '../../src/signing/signed-request.ts';
import { fixtureFolders, payload, storedEventTypes, vectors } from '../support/fixtures.ts';

const providers = builtIn.all;
const NOW = Date.UTC(2026, 10, 21, 12);
const URL_SENT_TO = 'https://app.example.com/webhooks?source=test';
const CATALOGS = {
  deiterate: 16,
  filedgr: 7,
  taskplatform: 15,
  compliancely: 3,
  iverton: 22,
} as const;

/** Payloads kept as documented although JSON.stringify would write them otherwise. */
const NOT_AS_STRINGIFY_WRITES = ['filedgr/stream.alert_triggered'];

/** The same bytes in every run, and others each time. */
function predictableBytes(): (size: number) => Uint8Array {
  let count = 0;
  return (size) => {
    const blocks = Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256')
        .update(String((count += 1)))
        .digest(),
    );
    return Buffer.concat(blocks).subarray(0, size);
  };
}

const world = { now: NOW, randomBytes: predictableBytes() };
const context = { now: NOW, urls: [URL_SENT_TO] };

/** What signs and verifies: a private key does both. */
const secretOf = ({ signature }: Provider): string => randomSecret(signature.value, world.randomBytes);

const post = (body: Uint8Array, headers: readonly Header[] = []): RawRequest => ({
  method: 'POST',
  path: '/',
  headers,
  body,
});

/** Whether it signs the body alone with HMAC-SHA256 and the secret as it is. */
function isPlain({ signature: { value: scheme } }: Provider): boolean {
  return (
    scheme.kind === 'hmac' && scheme.hash === 'sha256' && scheme.key === undefined && isBodyAlone(scheme)
  );
}

async function forged(provider: Provider, eventType: string, secret: string): Promise<OutgoingRequest> {
  const message = await renderMessage(provider, eventType, {}, world);
  return renderRequest(message, { url: URL_SENT_TO, secret }, world);
}

describe('the registry', () => {
  test('has one line and one file per provider', () => {
    const folder = new URL('../../src/providers/', import.meta.url);
    const lines = readFileSync(new URL('registry.ts', folder), 'utf8').trim().split('\n').slice(1);
    const files = lines.map((line) => /^export \{ \w+ \} from '\.\/([a-z-]+)\.ts';$/.exec(line)?.[1]);
    expect(files.toSorted()).toEqual(builtIn.ids);
    const defining = readdirSync(folder).filter((file) =>
      /^export const \w+ = (defineProvider|\w+Sender)\(/m.test(readFileSync(new URL(file, folder), 'utf8')),
    );
    expect(defining.toSorted()).toEqual(builtIn.ids.map((id) => `${id}.ts`).toSorted());
  });

  test('has one fixture folder per provider', () => {
    expect(fixtureFolders().toSorted()).toEqual(builtIn.ids);
  });

  test('holds whole catalogs of what is documented whole', () => {
    const counts = Object.fromEntries(providers.map(({ id, events }) => [id, events.length]));
    expect(counts).toMatchObject(CATALOGS);
  });
});

describe.each(providers)('$id: the profile', (provider) => {
  test('gives a reason for all that is assumed', () => {
    const facts: Fact<unknown>[] = [
      provider.signature,
      provider.envelope,
      provider.success,
      provider.deadlineMs,
      provider.timeoutMs,
      provider.retry,
      provider.disable,
      provider.ipRanges,
      provider.https,
      provider.endpoint.secret,
      provider.endpoint.headers,
      provider.endpoint.enable,
      provider.endpoint.log,
    ];
    const reasons = [...facts, ...provider.headers, ...provider.handshakes].map(
      ({ assumed }) => assumed ?? null,
    );
    expect(reasons.filter((reason) => reason !== null && reason.trim().length < 10)).toEqual([]);
  });

  test('has times that can be kept', () => {
    const { delaysSeconds } = provider.retry.value;
    expect(delaysSeconds.every((delay) => Number.isInteger(delay) && delay >= 0)).toBe(true);
    expect(delaysSeconds.reduce((sum, delay) => sum + delay, 0)).toBeLessThanOrEqual(31 * 86_400);
    expect(provider.timeoutMs.value).toBeGreaterThanOrEqual(1_000);
    expect(provider.timeoutMs.value).toBeGreaterThanOrEqual(provider.deadlineMs.value ?? 0);
  });

  test('names each event type, header, form and other signature once', () => {
    const names = [
      provider.events.map(({ name }) => name),
      provider.headers.map(({ name }) => name.toLowerCase()),
      formsOf(provider.signature.value).map(formName),
      provider.otherSignatures.map(({ name }) => name),
      provider.handshakes.map(({ name }) => name),
    ];
    for (const list of names) expect(list).toEqual([...new Set(list)]);
    expect(provider.events.filter(({ description }) => description.trim() === '')).toEqual([]);
  });
});

describe.each(providers)('$id: the catalog', (provider) => {
  const stored = storedEventTypes(provider.id);
  const catalog = provider.events.map(({ name }) => name);
  const secret = secretOf(provider);

  test('has a payload for every event type, and an event type for every payload', () => {
    const missingFiles = catalog
      .filter((name) => !stored.includes(name))
      .map((name) => `add fixtures/${provider.id}/${name}.json`);
    const missingEntries = stored
      .filter((name) => !catalog.includes(name))
      .map((name) => `add ${name} to the events in src/providers/${provider.id}.ts`);
    expect([...missingFiles, ...missingEntries]).toEqual([]);
  });

  test('every payload is what is written once it is read', () => {
    const others = stored.filter((name) => {
      const text = payload(provider.id, name).toString();
      const again =
        provider.body === 'form' ? new URLSearchParams(text).toString() : JSON.stringify(JSON.parse(text));
      return again !== text;
    });
    const listed = NOT_AS_STRINGIFY_WRITES.filter((path) => path.startsWith(`${provider.id}/`));
    expect(others.map((name) => `${provider.id}/${name}`)).toEqual(listed);
  });

  test.each(catalog)('%s is a whole event, from its payload and once it is forged', async (name) => {
    const { envelope } = provider;
    const { type, id, time } = envelope.value;
    const entry = provider.events.find((event) => event.name === name)!;
    expect(await readPayload(provider, entry)).toEqual(payload(provider.id, name));

    const { headers, body } = await forged(provider, name, secret);
    const request = post(body, headers);
    const json = parseJsonBody(body);
    const identity = identify(provider, request, json);
    expect(identity.eventType).toBe(name);
    expect(type.length).toBeGreaterThan(0);
    if (id.length > 0) expect(identity.eventId).toMatch(/./);
    // Some event types of some providers have no time.
    const example = payload(provider.id, name);
    const isTimed = locate(time, post(example, headers), parseJsonBody(example)) !== null;
    if (isTimed) expect(locate(time, request, json)).toMatch(/./);
    expect(
      verifyRequest(provider, { ...request, path: '/webhooks?source=test' }, [secret], context),
    ).toMatchObject({
      ok: true,
    });
  });

  test('two forged events are not alike', async () => {
    const [first, second] = [
      await forged(provider, catalog[0]!, secret),
      await forged(provider, catalog[0]!, secret),
    ];
    const told = ({ headers, body }: OutgoingRequest) =>
      identify(provider, post(body, headers), parseJsonBody(body)).eventId ?? Buffer.from(body).toString();
    expect(told(first)).not.toBe(told(second));
  });
});

test('every listed exception is a stored payload', () => {
  for (const path of NOT_AS_STRINGIFY_WRITES) {
    const [id, name] = path.split('/') as [string, string];
    expect(storedEventTypes(id)).toContain(name);
  }
});

describe.each(providers)('$id: known answers', (provider) => {
  const known = vectors(provider.id);

  test('exist, with where they come from', () => {
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter(({ origin }) => origin.trim() === '')).toEqual([]);
  });

  test.each(known)(
    '$name',
    ({ body, headers, hmacHex, hmacBase64, ok, reason, now, method, url, ...vector }) => {
      if (hmacHex !== undefined && isPlain(provider)) {
        const digest = hmac('sha256', vector.secret, body);
        expect(digest.toString('hex')).toBe(hmacHex);
        expect(digest.toString('base64')).toBe(hmacBase64);
      }
      const request = signedView({ method: method ?? 'POST', url: url ?? URL_SENT_TO, headers, body });
      const judged = verifyRequest(provider, request, [vector.secret], {
        now,
        ...(url === undefined ? {} : { urls: [url] }),
      });
      expect(judged).toMatchObject({ ok, reason });
    },
  );
});

describe.each(Object.keys(CATALOGS))('%s: a known delivery', (id) => {
  const provider = builtIn.get(id);

  test('has the headers that the provider sends', () => {
    const { body, headers, secret } = vectors(id)[0]!;
    const identity = identify(provider, post(body), JSON.parse(Buffer.from(body).toString()));
    const expected = ({ value }: DeliveryHeader): string | null | undefined => {
      if ('text' in value) return value.text;
      if (value.from === 'eventType' || value.from === 'eventId' || value.from === 'endpointId') {
        return identity[value.from];
      }
      return undefined;
    };
    const bare = { method: 'POST', url: URL_SENT_TO, headers: [], body };
    const message = { provider, eventType: identity.eventType, eventId: identity.eventId, body };
    const signed = renderRequest(message, { url: bare.url, secret }, world);
    const wanted = new Map(provider.headers.map((header) => [header.name, expected(header)]));
    for (const [name, value] of signed.headers) {
      const due = wanted.has(name) ? wanted.get(name) : value;
      if (due === undefined) continue;
      expect(headers).toContainEqual([name, due]);
    }
  });
});

describe.each(providers)('$id: signing and verifying', async (provider) => {
  const scheme = provider.signature.value;
  const secret = secretOf(provider);
  const { name: eventType } = provider.events[0]!;
  const sent = await forged(provider, eventType, secret);
  const judge = (request: OutgoingRequest, secrets: readonly string[] = [secret], now = NOW) =>
    verifyRequest(provider, signedView(request), secrets, { ...context, now });
  const header = signatureHeader(scheme);
  const place = signatureName(scheme);

  test('each form that is accepted', async () => {
    const message = await renderMessage(provider, eventType, {}, world);
    for (const form of formsOf(scheme)) {
      const verdict = judge(renderRequest(message, { url: URL_SENT_TO, secret, form }, world));
      expect(verdict).toMatchObject({
        ok: true,
        reason: 'valid',
        form: formName(form),
        secretIndex: 0,
        header: place,
      });
      expect(verdict.warnings).toEqual(form.warning === undefined ? undefined : [form.warning]);
    }
  });

  test('what is sent gives no warning', () => {
    expect(judge(sent)).not.toHaveProperty('warnings');
  });

  test('each other signature, alone', async () => {
    const message = await renderMessage(provider, eventType, {}, world);
    for (const other of provider.otherSignatures) {
      const key = randomSecret(other.scheme, world.randomBytes);
      const request = renderRequest(message, { url: URL_SENT_TO, secret: key, signature: other.name }, world);
      expect(judge(request, [key])).toMatchObject({ ok: true, reason: 'valid' });
      expect(judge(request, [randomSecret(other.scheme, world.randomBytes)])).toMatchObject({ ok: false });
    }
  });

  if (scheme.kind !== 'none')
    test('a rotated secret', () => {
      const newer = secretOf(provider);
      expect(judge(sent, [newer, secret])).toMatchObject({ ok: true, secretIndex: 1 });
      expect(judge(sent, [newer])).toMatchObject({ ok: false, reason: 'no-match' });
    });

  if (hasContent(scheme) && (scheme.content ?? '{body}').includes('{body'))
    test('any flipped bit of the body', () => {
      for (let bit = 0; bit < sent.body.length * 8; bit += 37) {
        const flipped = Buffer.from(sent.body);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(judge({ ...sent, body: flipped }).ok).toBe(false);
      }
    });

  const tolerance = hasContent(scheme) ? (scheme.timestamp?.toleranceSeconds ?? null) : null;
  if (tolerance !== null)
    test('a signature is good for a while, either way', () => {
      const after = (seconds: number) => judge(sent, [secret], NOW + seconds * 1_000).reason;
      expect([after(tolerance!), after(tolerance! + 1)]).toEqual(['valid', 'too-old']);
      expect([after(-tolerance!), after(-tolerance! - 1)]).toEqual(['valid', 'too-new']);
    });

  if (header !== null && hasContent(scheme))
    test('a malformed or duplicated header', async () => {
      const value = sent.headers.find(([name]) => name === header)![1];
      const other = (await forged(provider, eventType, secretOf(provider))).headers.find(
        ([name]) => name === header,
      )!;
      const rest = sent.headers.filter(([name]) => name !== header);
      const having = (...values: string[]): OutgoingRequest => ({
        ...sent,
        headers: [...rest, ...values.map((one): Header => [header!, one])],
      });
      expect(judge(having(other[1], value))).toMatchObject({ ok: true, reason: 'valid' });
      for (const bad of ['', 'sha256=', 'v1=', 'é'.repeat(64), 'x'.repeat(10_240)]) {
        expect(judge(having(bad))).toMatchObject({ ok: false, reason: 'malformed-header', header });
      }
    });

  if (scheme.kind !== 'none')
    test('no signature, no secret', () => {
      const schemes = [scheme, ...provider.otherSignatures.map((other) => other.scheme)];
      const unsigned = schemes.reduce((request, one) => withoutSignature(one, request), sent);
      expect(judge(unsigned)).toMatchObject({ ok: false, reason: 'missing-header', header: place });
      const reason = mayBeUnsigned(provider) ? 'unsigned' : 'no-secret';
      expect(judge(unsigned, [])).toMatchObject({ ok: reason === 'unsigned', reason });
      expect(judge(sent, [])).toMatchObject({ ok: false, reason: 'no-secret' });
      const empty = { url: URL_SENT_TO, secret: '' };
      const message = { provider, eventType, eventId: 'evt_1', body: sent.body };
      expect(() => renderRequest(message, empty, world)).toThrow(/empty secret/);
    });
});
