import type { EndpointItem, ProviderItem } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource, type Resource } from '../live.ts';

/** They stay the same as long as the program runs. */
export function useProviders(): Resource<readonly ProviderItem[]> {
  return useResource(
    'providers',
    async (signal) =>
      (await get<{ providers: readonly ProviderItem[] }>('/api/providers', {}, signal)).providers,
    { isLive: false },
  );
}

export function useEndpoints(): Resource<readonly EndpointItem[]> {
  return useResource(
    'endpoints',
    async (signal) =>
      (await get<{ endpoints: readonly EndpointItem[] }>('/api/endpoints', {}, signal)).endpoints,
  );
}
