import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headerValue, type RawRequest } from '../../src/model/request.ts';
import { valueAt } from '../../src/model/json-path.ts';
import { identify, locate } from '../../src/providers/identify.ts';
import { loadProviders, providerIds } from '../../src/providers/index.ts';
import type { DeliveryHeader, Fact } from '../../src/providers/provider.ts';
import { hmac } from '../../src/signing/hmac.ts';
import { formName } from '../../src/signing/scheme.ts';
import { sign } from '../../src/signing/sign.ts';
import { verify } from '../../src/signing/verify.ts';
import { fixtureFolders, payload, storedEventTypes, vectors } from '../support/fixtures.ts';

const providers = await loadProviders();
const secret = 'a secret of the contract';

/** Payloads kept as documented although JSON.stringify would write them otherwise. */
const NOT_AS_STRINGIFY_WRITES = ['filedgr/stream.alert_triggered'];

const post = (body: Uint8Array): RawRequest => ({ method: 'POST', path: '/', headers: [], body });
const parse = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString());

describe('the registry', () => {
  test('has one loader line and one file per provider', () => {
    const folder = new URL('../../src/providers/', import.meta.url);
    const index = readFileSync(new URL('index.ts', folder), 'utf8');
    const loaded = Array.from(index.matchAll(/import\('\.\/(.+?)\.ts'\)/g), ([, file]) => file);
    const defining = readdirSync(folder).filter((file) =>
      /\bdefineProvider\(\{/.test(readFileSync(new URL(file, folder), 'utf8')),
    );
    expect(loaded).toEqual(providerIds);
    expect(defining.sort()).toEqual(providerIds.map((id) => `${id}.ts`).sort());
    expect(providers.map(({ id }) => id)).toEqual(providerIds);
  });

  test('has one fixture folder per provider', () => {
    expect(fixtureFolders().sort()).toEqual([...providerIds].sort());
  });

  test('holds whole catalogs', () => {
    expect(Object.fromEntries(providers.map(({ id, events }) => [id, events.length]))).toEqual({
      deiterate: 16,
      filedgr: 7,
      taskplatform: 15,
      compliancely: 3,
      iverton: 22,
    });
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
    const reasons = [...facts, ...provider.headers].map(({ assumed }) => assumed ?? null);
    expect(reasons.filter((reason) => reason !== null && reason.trim().length < 10)).toEqual([]);
  });

  test('has times that can be kept', () => {
    const { delaysSeconds } = provider.retry.value;
    expect(delaysSeconds.length).toBeGreaterThan(0);
    expect(delaysSeconds.every((delay) => Number.isInteger(delay) && delay > 0)).toBe(true);
    expect(provider.timeoutMs.value).toBeGreaterThanOrEqual(1_000);
    expect(provider.timeoutMs.value).toBeGreaterThanOrEqual(provider.deadlineMs.value ?? 0);
  });

  test('names each event type, header and form once', () => {
    const names = [
      provider.events.map(({ name }) => name),
      [provider.signature.value.header, ...provider.headers.map(({ name }) => name)].map((name) =>
        name.toLowerCase(),
      ),
      provider.signature.value.forms.map(formName),
    ];
    for (const list of names) expect(list).toEqual([...new Set(list)]);
    expect(provider.events.filter(({ description }) => description.trim() === '')).toEqual([]);
  });

  test('finds in headers only what it sends there', () => {
    const { type, id, time, endpointId } = provider.envelope.value;
    const sent = provider.headers.filter(({ extra }) => !extra).map(({ name }) => name);
    for (const location of [...type, ...id, ...time, ...endpointId]) {
      if ('header' in location) expect(sent).toContain(location.header);
    }
  });
});

describe.each(providers)('$id: the catalog', (provider) => {
  const stored = storedEventTypes(provider.id);
  const catalog = provider.events.map(({ name }) => name);

  test('has a payload for every event type, and an event type for every payload', () => {
    const missingFiles = catalog
      .filter((name) => !stored.includes(name))
      .map((name) => `add fixtures/${provider.id}/${name}.json`);
    const missingEntries = stored
      .filter((name) => !catalog.includes(name))
      .map((name) => `add ${name} to the events in src/providers/${provider.id}.ts`);
    expect([...missingFiles, ...missingEntries]).toEqual([]);
  });

  const { envelope } = provider;
  test.each(stored)('%s is a whole event', (name) => {
    const body = payload(provider.id, name);
    const json = parse(body);
    expect(identify(provider, post(body), json).eventType).toBe(name);
    expect(locate(envelope.value.time, post(body), json)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    if (envelope.value.id.length > 0) expect(locate(envelope.value.id, post(body), json)).toMatch(/./);
    if (envelope.value.endpointId.length > 0) {
      expect(locate(envelope.value.endpointId, post(body), json)).toMatch(/./);
    }
    const { data } = envelope.value;
    expect(data === '' ? json : valueAt(json, data)).toBeTypeOf('object');
    for (const path of envelope.value.freshIds) expect(valueAt(json, path)).toMatch(/_./);
  });

  test.each(stored)('%s is written as JSON.stringify writes it, unless listed', (name) => {
    const text = payload(provider.id, name).toString();
    const listed = NOT_AS_STRINGIFY_WRITES.includes(`${provider.id}/${name}`);
    expect(JSON.stringify(JSON.parse(text)) === text).toBe(!listed);
  });
});

test('every listed exception is a stored payload', () => {
  for (const path of NOT_AS_STRINGIFY_WRITES) {
    const [id, name] = path.split('/') as [string, string];
    expect(storedEventTypes(id)).toContain(name);
  }
});

describe.each(providers)('$id: known answers', (provider) => {
  const scheme = provider.signature.value;
  const known = vectors(provider.id);

  test('exist, with where they come from', () => {
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter(({ origin }) => origin.trim() === '')).toEqual([]);
  });

  test.each(known)('$name', ({ body, headers, hmacHex, hmacBase64, ok, reason, ...vector }) => {
    const digest = hmac(scheme.hash, vector.secret, body);
    expect(digest.toString('hex')).toBe(hmacHex);
    expect(digest.toString('base64')).toBe(hmacBase64);
    expect(verify(scheme, { headers, body }, [vector.secret])).toMatchObject({ ok, reason });
  });

  test('the first is a delivery with the headers that the provider sends', () => {
    const { body, headers, secret: key } = known[0]!;
    const identity = identify(provider, post(body), parse(body));
    const expected = ({ value }: DeliveryHeader): string | null | undefined => {
      if ('text' in value) return value.text;
      if (value.from === 'attemptUnixSeconds' || value.from === 'deliveryId') return undefined;
      return identity[value.from];
    };
    for (const [name, value] of sign(scheme, body, key)) expect(headerValue(headers, name)).toBe(value);
    for (const header of provider.headers) expect(headerValue(headers, header.name)).toBe(expected(header));
  });
});

describe.each(providers)('$id: signing and verifying', (provider) => {
  const scheme = provider.signature.value;
  const { name: eventType } = provider.events[0]!;
  const body = payload(provider.id, eventType);
  const [[name, value]] = sign(scheme, body, secret) as [readonly [string, string]];
  const judge = (
    headers: readonly (readonly [string, string])[],
    secrets = [secret],
    bytes: Uint8Array = body,
  ) => verify(scheme, { headers, body: bytes }, secrets);

  test.each(scheme.forms.map((form) => ({ form, written: formName(form) })))(
    '$written',
    ({ form, written }) => {
      for (const stored of storedEventTypes(provider.id)) {
        const bytes = payload(provider.id, stored);
        const verdict = judge(sign(scheme, bytes, secret, form), [secret], bytes);
        expect(verdict).toMatchObject({
          ok: true,
          reason: 'valid',
          form: written,
          secretIndex: 0,
          header: name,
        });
        expect(verdict.warnings).toEqual(form.warning === undefined ? undefined : [form.warning]);
      }
    },
  );

  test('the form that is sent gives no warning', () => {
    expect(judge([[name, value]])).not.toHaveProperty('warnings');
  });

  test('a rotated secret', () => {
    expect(judge([[name, value]], ['newer', secret])).toMatchObject({ ok: true, secretIndex: 1 });
    expect(judge([[name, value]], ['newer'])).toMatchObject({ ok: false, reason: 'no-match' });
  });

  test('any flipped bit', () => {
    for (let bit = 0; bit < body.length * 8; bit += 37) {
      const flipped = Buffer.from(body);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(judge([[name, value]], [secret], flipped).ok).toBe(false);
    }
  });

  test('a missing, duplicated or malformed header', () => {
    const other = sign(scheme, body, 'another')[0]!;
    expect(judge([])).toMatchObject({ ok: false, reason: 'missing-header', header: name });
    expect(judge([other, [name, value]])).toMatchObject({ ok: true, reason: 'valid' });
    expect(judge([other, other])).toMatchObject({ ok: false, reason: 'no-match' });
    for (const bad of ['', 'sha256=', value.slice(0, -2), `${value}zz`, 'é'.repeat(64), 'x'.repeat(10_240)]) {
      expect(judge([[name, bad]])).toMatchObject({ ok: false, reason: 'malformed-header', header: name });
    }
  });

  test('no secret', () => {
    const unsigned = scheme.optional ? { ok: true, reason: 'unsigned' } : { ok: false, reason: 'no-secret' };
    expect(judge([], [])).toMatchObject(unsigned);
    expect(judge([[name, value]], [])).toMatchObject({ ok: false, reason: 'no-secret' });
    expect(() => sign(scheme, body, '')).toThrow(/empty secret/);
  });
});
