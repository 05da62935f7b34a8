import { NotFoundError } from '../errors.ts';
import { breakagesOf } from '../forge/break.ts';
import { renderMessage } from '../forge/forge.ts';
import { findEventType } from '../forge/payload.ts';
import type { Route } from '../http/router.ts';
import { describeDisabling, describeSchedule } from '../providers/describe.ts';
import { parseJsonBody } from '../providers/identify.ts';
import { describeSuccess, type Provider } from '../providers/provider.ts';
import { mayBeUnsigned } from '../providers/signatures.ts';
import { schemeName, signatureName } from '../signing/describe.ts';
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
        const { body } = await renderMessage(provider, type.name, {}, { now: clock.now(), randomBytes });
        const json = parseJsonBody(body);
        return { body: json === undefined ? Buffer.from(body).toString() : JSON.stringify(json, null, 2) };
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
    signatureHeader: signatureName(scheme),
    scheme: schemeName(scheme),
    unsignedAllowed: mayBeUnsigned(provider),
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
