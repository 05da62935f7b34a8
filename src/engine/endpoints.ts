import { WebhookError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { createId, type RandomBytes } from '../model/id.ts';
import type { Header } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { checkEndpoint, type EndpointChecks } from './endpoint-checks.ts';
import { defaultSecret } from './endpoint-secret.ts';

export { generateSecret } from './endpoint-secret.ts';

/** What an endpoint is made of; what is left out is as the provider has it, and `*` for event types. */
export interface EndpointSettings {
  readonly url: string;
  readonly eventTypes?: readonly string[];
  /** Left out: generated where the provider generates it, none where signing is optional. */
  readonly secret?: string | Uint8Array | null;
  readonly headers?: readonly Header[];
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs?: number | null;
  readonly retryCount?: number | null;
  readonly retryDelayMs?: number | null;
  readonly delaysMs?: readonly number[] | null;
  readonly active?: boolean;
}

interface World {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
}

const NOTHING_COUNTED = { failures: 0, failingSince: null, pausedUntil: null, pauses: 0 } as const;

/**
 * A new endpoint from its settings.
 * @throws {SettingError} `ERR_ENDPOINT` that says which setting is wrong; `ERR_NO_SECRET` where one has to be given.
 */
export function createEndpoint(
  provider: Provider,
  settings: EndpointSettings,
  { now, randomBytes }: World,
  checks: EndpointChecks = {},
): Endpoint {
  const active = settings.active ?? true;
  const endpoint: Endpoint = {
    id: createId('ep', now, randomBytes),
    provider: provider.id,
    url: settings.url,
    eventTypes: settings.eventTypes ?? ['*'],
    secret: settings.secret === undefined ? defaultSecret(provider, randomBytes) : settings.secret,
    headers: settings.headers ?? [],
    filters: settings.filters ?? {},
    timeoutMs: settings.timeoutMs ?? null,
    retryCount: settings.retryCount ?? null,
    retryDelayMs: settings.retryDelayMs ?? null,
    delaysMs: settings.delaysMs ?? null,
    status: active ? 'active' : 'inactive',
    disabledReason: active ? null : 'created inactive',
    disabledAt: active ? null : now,
    testedAt: null,
    ...NOTHING_COUNTED,
    createdAt: now,
    updatedAt: now,
  };
  return checkEndpoint(provider, endpoint, checks);
}

/** Changes settings of an endpoint; what is left out stays. Throws as `createEndpoint` does. */
export function changeEndpoint(
  provider: Provider,
  endpoint: Endpoint,
  settings: Partial<EndpointSettings>,
  now: number,
  checks: EndpointChecks = {},
): Endpoint {
  const { active, ...rest } = settings;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  // What was allowed when it was made stays allowed.
  const kept = rest.headers === undefined ? { allowHeaderOverride: true } : {};
  const changed = checkEndpoint(provider, { ...endpoint, ...given, updatedAt: now }, { ...checks, ...kept });
  if (active === undefined || active === (changed.status === 'active')) return changed;
  return active ? enableEndpoint(provider, changed, now) : deactivateEndpoint(changed, now);
}

/**
 * Makes an endpoint active again, its failures forgotten.
 * @throws {WebhookError} `ERR_TEST_WANTED` where the provider wants a test passed first, unless forced.
 */
export function enableEndpoint(
  provider: Provider,
  endpoint: Endpoint,
  now: number,
  { force = false }: { readonly force?: boolean } = {},
): Endpoint {
  const wantsTest = endpoint.status === 'disabled' && provider.endpoint.enable.value === 'passed-test';
  if (wantsTest && endpoint.testedAt === null && !force) {
    throw new WebhookError(
      'ERR_TEST_WANTED',
      `${provider.name} wants a disabled endpoint tested before it is enabled, and ${endpoint.id} has not passed a test since`,
      { hint: `run: webhook-cli endpoints test ${endpoint.id}   (or enable it with --force)` },
    );
  }
  return {
    ...endpoint,
    status: 'active',
    disabledReason: null,
    disabledAt: null,
    ...NOTHING_COUNTED,
    updatedAt: now,
  };
}

/** Switches an endpoint off by hand. One that its provider disabled stays so. */
export function deactivateEndpoint(
  endpoint: Endpoint,
  now: number,
  reason = 'switched off by hand',
): Endpoint {
  if (endpoint.status !== 'active') return endpoint;
  return { ...endpoint, status: 'inactive', disabledReason: reason, disabledAt: now, updatedAt: now };
}
