import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Header, RawRequest } from '../../../src/model/request.ts';
import { detect, detectOne, type Detection } from '../../../src/providers/detect.ts';
import { locate } from '../../../src/providers/identify.ts';
import { loadProviders } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { Secret } from '../../../src/signing/scheme.ts';
import { isBodyAlone } from '../../../src/signing/content.ts';
import { hasContent, signatureHeader } from '../../../src/signing/describe.ts';
import { signRequest, verifyRequest } from '../../../src/providers/signatures.ts';

const providers = await loadProviders();
type Secrets = (providerId: string) => readonly Secret[];

/** How a provider is told, written down without a thought of how often it is done. */
function assess(provider: Provider, request: RawRequest, json: unknown, secrets: readonly Secret[]) {
  const found: [points: number, reason: string][] = [];
  const lookFor = (header: string, own: number, shared: number): void => {
    if (!request.headers.some(([name]) => name.toLowerCase() === header.toLowerCase())) return;
    if (found.some(([, reason]) => reason.split(',')[0]!.toLowerCase() === `header ${header}`.toLowerCase()))
      return;
    const name = header.toLowerCase();
    const isOwn =
      name.includes(provider.id) || provider.ownHeaders.some((start) => name.startsWith(start.toLowerCase()));
    if (isOwn) found.push([own, `header ${header}`]);
    else found.push([shared, `header ${header}, which other services use too`]);
  };
  if (secrets.length > 0 && verifyRequest(provider, request, secrets).reason === 'valid') {
    found.push([100, 'its signature verifies with the configured secret']);
  }
  for (const name of signatureHeadersOf(provider)) lookFor(name, 10, 3);
  for (const { name, value } of provider.headers) if ('from' in value) lookFor(name, 5, 1);
  for (const name of signedHeadersOf(provider)) lookFor(name, 5, 1);
  if (provider.generic && found.length > 0) found.push([1, 'it is the standard that several follow']);
  const { type: places, time, id } = provider.envelope.value;
  const type = locate(places, request, json);
  if (provider.events.some(({ name }) => name === type)) {
    found.push([/[^a-z]/i.test(type!) ? 4 : 2, `event type ${type} is in its catalog`]);
    if (locate(time, request, json) !== null) found.push([1, 'its time field is there']);
    if (locate(id, request, json) !== null) found.push([1, 'its id field is there']);
  }
  return {
    provider: provider.id,
    score: found.reduce((sum, [points]) => sum + points, 0),
    evidence: found.map(([, reason]) => reason),
  };
}

function signatureHeadersOf({ signature, otherSignatures }: Provider): string[] {
  return [signature.value, ...otherSignatures.map(({ scheme }) => scheme)]
    .map(signatureHeader)
    .filter((header) => header !== null && header !== 'Authorization') as string[];
}

function signedHeadersOf({ signature: { value: scheme } }: Provider): string[] {
  if (!hasContent(scheme)) return [];
  const places = [scheme.timestamp?.from, ...Object.values(scheme.values ?? {})];
  return places.flatMap((place) => (place !== undefined && 'header' in place ? [place.header] : []));
}

function detectPlainly(request: RawRequest, json: unknown, secretsFor: Secrets): Detection[] {
  const ranked = providers
    .map((provider) => assess(provider, request, json, secretsFor(provider.id)))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score);
  const [best, second] = ranked;
  const isSure = best !== undefined && best.score >= 4 && best.score !== second?.score;
  return ranked.map((candidate) => ({ ...candidate, sure: isSure && candidate === best }));
}

const names = providers.flatMap((provider) => [
  ...signatureHeadersOf(provider),
  ...provider.headers.map(({ name }) => name),
]);
const types = providers.flatMap(({ events }) => events.map(({ name }) => name));
const keys = providers.flatMap(({ envelope: { value } }) =>
  [value.type, value.id, value.time].flat().flatMap((place) => ('body' in place ? [place.body] : [])),
);

const scalar = fc.oneof(fc.constantFrom(...types), fc.constantFrom('', 'x', 7, null, true));
const tree = fc.dictionary(fc.constantFrom(...keys, 'data', '__proto__'), scalar, { maxKeys: 6 });
const json = fc.oneof({ weight: 5, arbitrary: tree }, fc.jsonValue());
const name = fc
  .oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, fc.string({ unit: 'binary', maxLength: 30 }))
  .chain((text) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase()));
const value = fc.oneof(fc.constantFrom(...types, ''), fc.string());
const secrets = fc.dictionary(
  fc.constantFrom(...providers.map(({ id }) => id)),
  fc.array(fc.constantFrom('known', 'other', ''), { maxLength: 2 }),
);

test('every request is told as by the plain rules, with the same evidence in the same order', () => {
  const plain = providers.filter(
    ({ signature: { value } }) =>
      hasContent(value) &&
      value.kind === 'hmac' &&
      value.key === undefined &&
      value.timestamp === undefined &&
      isBodyAlone(value),
  );
  const signed = fc.option(fc.constantFrom(...plain));
  const headers = fc.array(fc.tuple(name, value), { maxLength: 6 });
  const seen = { sure: 0, none: 0, several: 0 };
  fc.assert(
    fc.property(json, headers, signed, secrets, (content, lines, signer, known) => {
      const body = Buffer.from(JSON.stringify(content));
      const own: readonly Header[] =
        signer === null
          ? []
          : signRequest(signer, { method: 'POST', url: 'http://localhost/', headers: [], body }, 'known', {
              now: 0,
            }).headers;
      const request = { method: 'POST', path: '/', headers: [...lines, ...own], body };
      const secretsFor: Secrets = (id) => (Object.hasOwn(known, id) ? known[id]! : []);

      const expected = detectPlainly(request, content, secretsFor);
      expect(detect(providers, request, content, secretsFor)).toEqual(expected);
      const sure = expected.find((candidate) => candidate.sure)?.provider ?? null;
      expect(detectOne(providers, request, content, secretsFor)?.id ?? null).toBe(sure);
      seen.sure += sure === null ? 0 : 1;
      seen.none += expected.length === 0 ? 1 : 0;
      seen.several += expected.length > 1 ? 1 : 0;
    }),
    { numRuns: 1_000 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});
