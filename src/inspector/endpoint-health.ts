import { isoSeconds } from '../model/clock.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { describeDisabling, plural } from '../providers/describe.ts';
import type { CountingRule } from '../providers/habits.ts';
import type { Provider } from '../providers/provider.ts';
import type { EndpointRecord } from '../store/store.ts';
import type { EndpointHealth } from './contract.ts';

/** How an endpoint has been doing, and what its provider will make of it. */
export function endpointHealth(
  provider: Provider | null,
  endpoint: Endpoint,
  record: EndpointRecord,
): EndpointHealth {
  const { succeeded, failed, waiting } = record;
  const rule = provider?.disable.value ?? null;
  const failures = rule === null || rule.unit === 'time' ? null : counted(rule, endpoint, record);
  return {
    succeeded,
    failed,
    waiting,
    failures,
    outlook: outlook(provider, endpoint, failures?.count ?? 0),
  };
}

/** Retries are counted in each delivery, all else at the endpoint. */
function counted(
  { unit, threshold }: CountingRule,
  { failures }: Endpoint,
  { retries }: EndpointRecord,
): NonNullable<EndpointHealth['failures']> {
  return { count: unit === 'retry' ? retries : failures, of: threshold, unit: plural(unit) };
}

function outlook(
  provider: Provider | null,
  { status, disabledReason, failingSince, pausedUntil }: Endpoint,
  count: number,
): string {
  if (status === 'inactive') return 'inactive: deliveries are discarded';
  if (status === 'disabled')
    return disabledReason === null ? 'disabled' : `disabled: ${why(disabledReason, pausedUntil)}`;
  if (provider === null) return 'its provider is not known here, so nothing is delivered';
  const rule = provider.disable.value;
  const gone = provider.retry.value.goneStatuses ?? [];
  if (rule?.unit === 'time') {
    const since = failingSince === null ? 'none so far' : `failing since ${isoSeconds(failingSince)}`;
    return `will be disabled ${describeDisabling(rule)}: ${since}`;
  }
  // The count is kept over a pause.
  if (rule?.pause !== undefined && count >= rule.threshold) {
    return `was paused, and will be disabled again by the next failed ${rule.unit}`;
  }
  if (rule !== null) {
    return `will be disabled ${describeDisabling(rule)}: ${count === 0 ? 'none' : count} so far`;
  }
  if (gone.length > 0) return `will be disabled by an answer of ${gone.join(' or ')} alone`;
  const { assumed } = provider.disable;
  return assumed === null
    ? `${provider.name} is not known to disable endpoints`
    : `not disabled here: ${assumed}`;
}

/** Without the end of a pause, which the page writes in the reader's own time. */
function why(reason: string, pausedUntil: number | null): string {
  return pausedUntil === null ? reason : reason.replace(`; paused until ${isoSeconds(pausedUntil)}`, '');
}
