import type { Endpoint } from '../model/endpoint.ts';
import { describeDisabling, plural } from '../providers/describe.ts';
import type { DisableRule, Provider } from '../providers/provider.ts';
import type { EndpointRecord } from '../store/store.ts';
import type { EndpointHealth } from './contract.ts';

/** How an endpoint has been doing, and what its provider will make of it. */
export function endpointHealth(
  provider: Provider,
  endpoint: Endpoint,
  record: EndpointRecord,
): EndpointHealth {
  const { succeeded, failed, waiting } = record;
  const rule = provider.disable.value;
  const count = rule === null ? 0 : counted(rule, endpoint, record);
  return {
    succeeded,
    failed,
    waiting,
    failures: rule === null ? null : { count, of: rule.threshold, unit: plural(rule.unit) },
    outlook: outlook(provider, endpoint, count),
  };
}

/** Retries are counted in each delivery, all else at the endpoint. */
function counted({ unit }: DisableRule, { failures }: Endpoint, { retries }: EndpointRecord): number {
  return unit === 'retry' ? retries : failures;
}

function outlook(provider: Provider, { status, disabledReason }: Endpoint, count: number): string {
  if (status === 'inactive') return 'inactive: deliveries are discarded';
  if (status === 'disabled') return disabledReason === null ? 'disabled' : `disabled: ${disabledReason}`;
  const rule = provider.disable.value;
  const gone = provider.retry.value.goneStatuses ?? [];
  if (rule !== null) {
    return `will be disabled ${describeDisabling(rule)}: ${count === 0 ? 'none' : count} so far`;
  }
  return gone.length === 0
    ? `never disabled by ${provider.name}`
    : `will be disabled by an answer of ${gone.join(' or ')} alone`;
}
