import { WebhookError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Provider } from './provider.ts';

/** Every provider, loaded when it is asked for. One line each. */
const loaders: Readonly<Record<string, () => Promise<Provider>>> = {
  deiterate: async () => (await import('./deiterate.ts')).deiterate,
  filedgr: async () => (await import('./filedgr.ts')).filedgr,
  taskplatform: async () => (await import('./taskplatform.ts')).taskplatform,
  compliancely: async () => (await import('./compliancely.ts')).compliancely,
  iverton: async () => (await import('./iverton.ts')).iverton,
};

export const providerIds: readonly string[] = Object.keys(loaders);

export function isProviderId(id: string): boolean {
  return Object.hasOwn(loaders, id);
}

/** @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, with the nearest ids. */
export async function loadProvider(id: string): Promise<Provider> {
  const load = Object.hasOwn(loaders, id) ? loaders[id] : undefined;
  if (load !== undefined) return load();
  const near = nearestNames(id, providerIds);
  throw new WebhookError('ERR_UNKNOWN_PROVIDER', `unknown provider "${id}"`, {
    hint:
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known providers: ${providerIds.join(', ')}`,
  });
}

export async function loadProviders(): Promise<Provider[]> {
  return Promise.all(providerIds.map((id) => loadProvider(id)));
}
