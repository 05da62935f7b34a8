import { verificationKey } from '../engine/endpoint-secret.ts';
import { shownSecret } from '../json/endpoint.ts';
import { iso, isoOrNull } from '../json/values.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { asUtf8 } from '../model/text.ts';
import type { EndpointItem, Header } from './contract.ts';
import { endpointHealth } from './endpoint-health.ts';
import type { InspectorTools } from './tools.ts';

/** An endpoint as the page has it, with how it has been doing. */
export async function endpointItem(
  tools: Pick<InspectorTools, 'store' | 'providers'>,
  endpoint: Endpoint,
): Promise<EndpointItem> {
  const provider = tools.providers.find((known) => known.id === endpoint.provider) ?? null;
  const { id, url, eventTypes, secret, headers, filters, status, disabledReason } = endpoint;
  const record = await tools.store.deliveries.recordOf(id);
  return {
    id,
    provider: endpoint.provider,
    url,
    eventTypes,
    secret: shownSecret(secret, false),
    publicKey: provider === null ? null : verificationKey(provider, secret),
    headers: headers.map(asTyped),
    filters,
    status,
    disabledReason,
    disabledAt: isoOrNull(endpoint.disabledAt),
    pausedUntil: isoOrNull(endpoint.pausedUntil),
    testedAt: isoOrNull(endpoint.testedAt),
    createdAt: iso(endpoint.createdAt),
    updatedAt: iso(endpoint.updatedAt),
    health: endpointHealth(provider, endpoint, record),
  };
}

/** Kept as the bytes that are sent, a character each; the form gives back what it was shown. */
function asTyped([name, value]: Header): Header {
  return [name, asUtf8(Buffer.from(value, 'latin1')) ?? value];
}
