import { WebhookError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Provider } from './provider.ts';
import * as registry from './registry.ts';

/** Providers by their ids. */
export interface Providers {
  readonly all: readonly Provider[];
  readonly ids: readonly string[];
  has(id: string): boolean;
  find(id: string): Provider | undefined;
  /** @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, with the nearest ids. */
  get(id: string): Provider;
}

/** Some providers, ordered by id. */
export function createProviders(some: readonly Provider[]): Providers {
  const all = some.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const byId = new Map(all.map((provider) => [provider.id, provider]));
  const ids = [...byId.keys()];
  return {
    all,
    ids,
    has: (id) => byId.has(id),
    find: (id) => byId.get(id),
    get: (id) => {
      const found = byId.get(id);
      if (found !== undefined) return found;
      const near = nearestNames(id, ids);
      throw new WebhookError('ERR_UNKNOWN_PROVIDER', `unknown provider "${id}"`, {
        hint:
          near.length > 0
            ? `did you mean ${near.join(' or ')}?`
            : 'see them all with: webhook-cli providers list',
      });
    },
  };
}

/** Every provider that is built in. */
export const builtIn: Providers = createProviders(Object.values(registry));

export const providerIds: readonly string[] = builtIn.ids;

export function isProviderId(id: string): boolean {
  return builtIn.has(id);
}

/** @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, with the nearest ids. */
export async function loadProvider(id: string): Promise<Provider> {
  return builtIn.get(id);
}

export async function loadProviders(): Promise<Provider[]> {
  return [...builtIn.all];
}
