import type { RawRequest } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import type { Verdict } from '../model/verdict.ts';
import { detectOne, providerOfPath } from '../providers/detect.ts';
import { dedupeKey, identify, PARSE_LIMIT, parseJsonBody } from '../providers/identify.ts';
import type { Envelope, Provider } from '../providers/provider.ts';
import { skimJson } from '../providers/skim-json.ts';
import type { Secret } from '../signing/scheme.ts';
import { verify } from '../signing/verify.ts';

export interface InspectSettings {
  /** All providers that may be named by a path or detected. */
  readonly providers: readonly Provider[];
  /** The provider of requests whose path names none. */
  readonly provider: Provider | null;
  readonly secretsFor: (providerId: string) => readonly Secret[];
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

export function inspect(request: RawRequest, settings: InspectSettings): Inspection {
  const json = readJson(request.body, settings);
  const provider =
    providerOfPath(settings.providers, withoutOrigin(request.path)) ??
    settings.provider ??
    detectOne(settings.providers, request, json);
  if (provider === null) {
    return { provider, eventType: null, eventId: null, dedupeKey: null, verdict: null };
  }
  const identity = identify(provider, request, json);
  const verdict = verify(provider.signature.value, request, settings.secretsFor(provider.id));
  return {
    provider,
    eventType: identity.eventType,
    eventId: identity.eventId,
    dedupeKey: dedupeKey(provider, identity, request.body),
    verdict: verdict.reason === 'no-secret' ? null : verdict,
  };
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
  return [type, id, time, endpointId].flat().flatMap((place) => ('body' in place ? [place.body] : []));
}
