import type { Envelope, EventType } from './envelope.ts';
import { assumed, factOf, type Given } from './fact.ts';
import {
  ANY_2XX,
  type DeliveryHeader,
  type DisableRule,
  type RetrySchedule,
  type StatusRange,
} from './habits.ts';
import type { Handshake } from './handshake.ts';
import { plainLog } from './log.ts';
import type { EndpointSettings, OtherSignature, Provider } from './provider-type.ts';
import type { SignatureScheme } from '../signing/scheme.ts';

type GivenFields<T> = {
  readonly [Key in keyof T]?: T[Key] extends { readonly assumed: string | null; readonly value: infer V }
    ? Given<V>
    : T[Key];
};

/**
 * A provider as one writes it: what is left out is as most providers have it and marked as assumed; a bare value counts as
 * documented, `assumed(value, why)` marks one that is not.
 */
export interface ProviderProfile {
  readonly id: string;
  readonly name: string;
  readonly stability?: 'stable' | 'draft';
  readonly signature: Given<SignatureScheme>;
  readonly signatureAssumptions?: readonly string[];
  readonly otherSignatures?: readonly OtherSignature[];
  readonly envelope: Given<Partial<Envelope>>;
  readonly generic?: boolean;
  readonly body?: 'json' | 'form';
  readonly escapesUnicode?: boolean;
  /** Besides `Content-Type`, which follows from `body` unless it is among them. */
  readonly headers?: readonly DeliveryHeader[];
  readonly ownHeaders?: readonly string[];
  readonly success?: Given<readonly StatusRange[]>;
  readonly deadlineMs?: Given<number | null>;
  readonly timeoutMs?: Given<number>;
  readonly retry?: Given<RetrySchedule>;
  readonly disable?: Given<DisableRule | null>;
  readonly ipRanges?: Given<readonly string[] | null>;
  readonly https?: Given<'required' | 'in-production' | 'not-required'>;
  readonly endpoint?: GivenFields<EndpointSettings>;
  readonly handshakes?: readonly Handshake[];
  readonly events: readonly EventType[];
  readonly fixtures?: string;
  readonly notes?: readonly string[];
}

const CONTENT_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;
const USUAL_TIMEOUT_MS = 10_000;

/** A provider from its profile. Pure; what a profile can have wrong is for `providers test` to find. */
export function defineProvider(profile: ProviderProfile): Provider {
  const { body = 'json', headers = [], endpoint = {}, fixtures } = profile;
  const envelope = factOf(profile.envelope);
  return {
    id: profile.id,
    name: profile.name,
    stability: profile.stability ?? 'stable',
    signature: factOf(profile.signature),
    signatureAssumptions: profile.signatureAssumptions ?? [],
    otherSignatures: profile.otherSignatures ?? [],
    envelope: {
      ...envelope,
      value: { type: [], id: [], time: [], endpointId: [], data: '', freshIds: [], ...envelope.value },
    },
    generic: profile.generic ?? false,
    body,
    escapesUnicode: profile.escapesUnicode ?? false,
    headers: headers.some(({ name }) => name.toLowerCase() === 'content-type')
      ? headers
      : [{ name: 'Content-Type', value: { text: CONTENT_TYPES[body] } }, ...headers],
    ownHeaders: profile.ownHeaders ?? [],
    success: factOf(profile.success ?? assumed(ANY_2XX, 'which answers count as success is not said')),
    deadlineMs: factOf(profile.deadlineMs ?? assumed(null, 'no time for an answer is given')),
    timeoutMs: factOf(
      profile.timeoutMs ?? assumed(USUAL_TIMEOUT_MS, 'how long it waits for an answer is not said'),
    ),
    retry: factOf(profile.retry ?? assumed({ delaysSeconds: [] }, 'nothing is said of retries')),
    disable: factOf(
      profile.disable === undefined
        ? assumed(null, 'nothing is said of disabling an endpoint')
        : profile.disable,
    ),
    ipRanges: factOf(
      profile.ipRanges === undefined ? assumed(null, 'addresses were not looked up') : profile.ipRanges,
    ),
    https: factOf(profile.https ?? assumed('not-required', 'nothing is said of HTTPS')),
    endpoint: {
      secret: factOf(endpoint.secret ?? assumed('given', 'who makes the secret is not said')),
      ...(endpoint.secretPrefix === undefined ? {} : { secretPrefix: endpoint.secretPrefix }),
      headers: factOf(
        endpoint.headers ?? assumed(false, 'headers of an endpoint of its own are not mentioned'),
      ),
      filters: endpoint.filters ?? [],
      enable: factOf(endpoint.enable ?? assumed('nothing', 'how a disabled endpoint comes back is not said')),
      log: factOf(endpoint.log ?? assumed(plainLog, 'no log of deliveries is documented')),
    },
    handshakes: profile.handshakes ?? [],
    events: profile.events,
    ...(fixtures === undefined ? {} : { fixtures }),
    notes: profile.notes ?? [],
  };
}
