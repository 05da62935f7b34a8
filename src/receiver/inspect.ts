import type { RawRequest } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import type { Verdict } from '../model/verdict.ts';
import { detectOne, providerOfPath } from '../providers/detect.ts';
import { dedupeKey, identify, parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
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

export function inspect(request: RawRequest, settings: InspectSettings): Inspection {
  const json = parseJsonBody(request.body);
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
