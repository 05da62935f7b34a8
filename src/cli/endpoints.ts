import { NotFoundError, UsageError } from '../errors.ts';
import { type ShownEndpoint } from '../json/endpoint.ts';
import { asOf, type Endpoint } from '../model/endpoint.ts';
import { printable } from '../model/printable.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';

/** An endpoint named as an argument, or chosen by a person at a terminal. */
export async function pickEndpoint(
  context: Context,
  store: Store,
  id: string | undefined,
): Promise<Endpoint> {
  if (id !== undefined) {
    const endpoint = await store.endpoints.get(id);
    if (endpoint !== null) return endpoint;
    throw new NotFoundError(`there is no endpoint ${id}`, 'see them with: webhook-cli endpoints list');
  }
  if (!context.interactive) {
    throw new UsageError('which endpoint?', 'name one; see them with: webhook-cli endpoints list');
  }
  const endpoints = await store.endpoints.list();
  if (endpoints.length === 0) {
    throw new NotFoundError('there are no endpoints yet', 'create one with: webhook-cli endpoints create');
  }
  const choices = endpoints.map((endpoint) => ({
    name: printable(`${endpoint.provider}  ${endpoint.url}  ${endpoint.status}  ${endpoint.id}`),
    value: endpoint,
  }));
  return (await context.prompt()).select('Which endpoint?', choices);
}

/** Changes an endpoint under the store's lock. What is wrong with the change is thrown, and nothing is written. */
export async function updateEndpoint(
  context: Context,
  store: Store,
  { id }: Endpoint,
  change: (provider: Provider, endpoint: Endpoint) => Endpoint,
): Promise<{ readonly endpoint: Endpoint; readonly provider: Provider }> {
  const found = await store.endpoints.get(id);
  if (found === null) throw new NotFoundError(`the endpoint ${id} was deleted meanwhile`);
  const provider = (await context.providers()).get(found.provider);
  const endpoint = await store.endpoints.update(id, (present) => change(provider, present));
  if (endpoint === null) throw new NotFoundError(`the endpoint ${id} was deleted meanwhile`);
  return { endpoint, provider };
}

export async function shown(
  context: Context,
  endpoint: Endpoint,
  showSecrets: boolean | undefined,
): Promise<ShownEndpoint> {
  const provider = (await context.providers()).find(endpoint.provider) ?? null;
  // No engine may have looked since a pause was over.
  const present = asOf(endpoint, context.clock.now());
  return { endpoint: present, provider, showSecrets: showSecrets === true };
}

/** Tells of endpoints whose deliveries wait for an engine elsewhere, since their providers are not known here. */
export async function noteStrangers(
  context: Context,
  { endpoints }: Pick<Store, 'endpoints'>,
): Promise<void> {
  const providers = await context.providers();
  const ids = new Set((await endpoints.list()).map(({ provider }) => provider));
  for (const id of ids) {
    if (providers.has(id)) continue;
    context.note(
      `note: deliveries to endpoints of ${printable(id)} wait: no such provider is known here (is it in another configuration?)`,
    );
  }
}
