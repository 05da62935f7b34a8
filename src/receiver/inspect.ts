import { headerValue, type RawRequest } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import type { Verdict } from '../model/verdict.ts';
import { detectSender, providerOfPath } from '../providers/detect.ts';
import { dedupeKey, identify, PARSE_LIMIT, parseJsonBody } from '../providers/identify.ts';
import type { Envelope, Location, Provider } from '../providers/provider.ts';
import { verifyRequest } from '../providers/signatures.ts';
import { skimJson } from '../providers/skim-json.ts';
import type { Secret } from '../signing/scheme.ts';
import { signsUrl } from '../signing/describe.ts';
import { possibleUrls } from '../signing/urls.ts';

export interface InspectSettings {
  /** All providers that may be named by a path or detected. */
  readonly providers: readonly Provider[];
  /** The provider of requests whose path names none. */
  readonly provider: Provider | null;
  readonly secretsFor: (providerId: string) => readonly Secret[];
  /** The URL that providers were given, where it is known: some sign it. Asked for with each request, as a tunnel's may change. */
  readonly publicUrl?: () => string | undefined;
}

/** What can be told of a request from its bytes alone. */
export interface Inspection {
  readonly provider: Provider | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly dedupeKey: string | null;
  /** Null where there is no provider, or no secret for it. */
  readonly verdict: Verdict | null;
}

/** Of larger bodies only what providers look at is made a value of. */
const LARGEST_PARSED = 64 * 1024;

/** @param receivedAt in milliseconds since the Unix epoch: how old a signature is, is counted up to then. */
export function inspect(request: RawRequest, settings: InspectSettings, receivedAt?: number): Inspection {
  const json = readJson(request.body, settings);
  const provider =
    providerOfPath(settings.providers, withoutOrigin(request.path)) ??
    settings.provider ??
    detectSender(settings.providers, request, json, settings.secretsFor);
  if (provider === null) {
    return { provider, eventType: null, eventId: null, dedupeKey: null, verdict: null };
  }
  const identity = identify(provider, request, needsWhole(provider) ? parseJsonBody(request.body) : json);
  const verdict = verifyRequest(provider, request, settings.secretsFor(provider.id), {
    now: receivedAt,
    urls: publicUrls(provider, request, settings),
  });
  return {
    provider,
    eventType: identity.eventType,
    eventId: identity.eventId,
    dedupeKey: dedupeKey(provider, identity, request.body),
    verdict: verdict.reason === 'no-secret' ? null : verdict,
  };
}

/** Undefined where they have to be guessed from the request's headers. */
export function publicUrls(
  { signature, otherSignatures }: Provider,
  request: RawRequest,
  { publicUrl }: Pick<InspectSettings, 'publicUrl'>,
): readonly string[] | undefined {
  const isSigned = signsUrl(signature.value) || otherSignatures.some(({ scheme }) => signsUrl(scheme));
  const url = isSigned ? publicUrl?.() : undefined;
  if (url === undefined) return undefined;
  // What was sent here directly, and not by way of a tunnel, was sent to another URL.
  const direct = isLoopback(headerValue(request.headers, 'host')) ? possibleUrls(request) : [];
  return [...possibleUrls(request, url), ...direct];
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host.trim());
}

function readJson(body: Uint8Array, { providers, provider }: InspectSettings): unknown {
  if (body.length <= LARGEST_PARSED || body.length > PARSE_LIMIT) return parseJsonBody(body);
  const all = provider === null ? providers : [...providers, provider];
  return skimJson(
    body,
    all.flatMap(({ envelope }) => pathsOf(envelope.value)),
  );
}

function pathsOf({ type, id, time, endpointId }: Envelope): string[] {
  return [type, id, time, endpointId].flat().flatMap(pathsIn);
}

function pathsIn(place: Location): string[] {
  if ('body' in place) return [place.body];
  return 'join' in place ? place.join.flatMap(pathsIn) : [];
}

/** Which key is the first cannot be told from a few of them. */
function needsWhole({ envelope }: Provider): boolean {
  return envelope.value.type.some((place) => 'keyBeside' in place);
}
