import { NotFoundError } from '../errors.ts';
import { breakagesOf } from '../forge/break.ts';
import { findEventType, readPayload } from '../forge/payload.ts';
import { refresh } from '../forge/refresh.ts';
import type { Route } from '../http/router.ts';
import { describeDisabling, describeSchedule } from '../providers/describe.ts';
import { parseJsonBody } from '../providers/identify.ts';
import { describeSuccess, type Provider } from '../providers/provider.ts';
import { schemeName } from '../signing/scheme.ts';
import type { ProviderItem } from './contract.ts';
import type { Handler, InspectorTools } from './tools.ts';

export function providerRoutes(tools: InspectorTools): Route<Handler>[] {
  const { providers, secretsFor, clock, randomBytes } = tools;
  return [
    {
      method: 'GET',
      path: '/api/providers',
      target: async () => ({
        providers: providers.map((provider) => describe(provider, secretsFor(provider.id).length > 0)),
      }),
    },
    {
      method: 'GET',
      path: '/api/providers/:id/payload',
      target: async ({ params, query }) => {
        const provider = findProvider(tools, params['id']!);
        const type = findEventType(provider, query.get('type') ?? provider.events[0]!.name);
        const example = parseJsonBody(await readPayload(provider, type));
        const fresh = refresh(example, provider.envelope.value, clock.now(), randomBytes);
        return { body: JSON.stringify(fresh, null, 2) };
      },
    },
  ];
}

/** @throws {NotFoundError} */
export function findProvider({ providers }: Pick<InspectorTools, 'providers'>, id: string): Provider {
  const provider = providers.find((known) => known.id === id);
  if (provider !== undefined) return provider;
  throw new NotFoundError(`there is no provider "${id}"`);
}

function describe(provider: Provider, hasSecret: boolean): ProviderItem {
  const scheme = provider.signature.value;
  const { endpoint } = provider;
  return {
    id: provider.id,
    name: provider.name,
    stability: provider.stability,
    signatureHeader: scheme.header,
    scheme: schemeName(scheme),
    unsignedAllowed: scheme.optional === true,
    hasSecret,
    breakages: breakagesOf(provider),
    events: provider.events.map(({ name, description }) => ({ name, description })),
    endpointSecret: endpoint.secret.value,
    endpointHeaders: endpoint.headers.value,
    filters: endpoint.filters.map(({ name, description }) => ({ name, description })),
    httpsRequired: provider.https.value === 'required',
    schedule: describeSchedule(provider.retry.value),
    success: describeSuccess(provider.success.value),
    disableRule: describeDisabling(provider.disable.value),
    timeoutMs: provider.timeoutMs.value,
  };
}
