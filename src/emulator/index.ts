import type { ApiDefinition } from './definition.ts';

/** Every emulated API, by its provider's id. One line each. */
const loaders: Readonly<Record<string, () => Promise<ApiDefinition>>> = {
  deiterate: async () => (await import('./deiterate.ts')).deiterate,
  filedgr: async () => (await import('./filedgr.ts')).filedgr,
  taskplatform: async () => (await import('./taskplatform.ts')).taskplatform,
  compliancely: async () => (await import('./compliancely.ts')).compliancely,
  iverton: async () => (await import('./iverton.ts')).iverton,
};

/** Null for a provider without an emulated API. */
export async function loadApi(providerId: string): Promise<ApiDefinition | null> {
  return Object.hasOwn(loaders, providerId) ? loaders[providerId]!() : null;
}
