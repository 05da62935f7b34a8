import type { Endpoint } from '../model/endpoint.ts';
import type { DisableRule, Provider, RetryHints, RetrySchedule, StatusRange } from '../providers/provider.ts';

/** How deliveries to one endpoint go: the provider's habits with the endpoint's own settings over them. */
export interface Policy {
  /** Waits in milliseconds between the end of one attempt and the start of the next. */
  readonly delaysMs: readonly number[];
  /** Up to this fraction of a wait is added to it at random; 0 keeps schedules exact. */
  readonly jitter: number;
  readonly hints: RetryHints | null;
  /** Statuses that give a delivery up and disable the endpoint. */
  readonly goneStatuses: readonly number[];
  /** Statuses that give a delivery up. */
  readonly finalStatuses: readonly (number | StatusRange)[];
  /** The only statuses that are tried again; null where all others are. */
  readonly retryStatuses: readonly (number | StatusRange)[] | null;
  /** Which attempts without an answer are tried again. */
  readonly retryFailures: NonNullable<RetrySchedule['failures']>;
  /** An answer with this header gives a delivery up. */
  readonly noRetryHeader: NonNullable<RetrySchedule['noRetryHeader']> | null;
  readonly disable: DisableRule | null;
  readonly success: readonly StatusRange[];
  readonly timeoutMs: number;
}

/** One attempt and no more. */
export const NO_POLICY: Policy = {
  delaysMs: [],
  jitter: 0,
  hints: null,
  goneStatuses: [],
  finalStatuses: [],
  retryStatuses: null,
  retryFailures: 'all',
  noRetryHeader: null,
  disable: null,
  success: [],
  timeoutMs: 0,
};

type Settings = Pick<Endpoint, 'timeoutMs' | 'retryCount' | 'retryDelayMs' | 'delaysMs'>;

/** Where one of the two is set and the other is not, these stand for it, as Filedgr's configuration has them. */
const DEFAULT_RETRY_COUNT = 3;
const DEFAULT_RETRY_DELAY_MS = 5_000;

export function policyOf(provider: Provider, endpoint: Settings): Policy {
  const retry = provider.retry.value;
  return {
    delaysMs: ownDelays(endpoint) ?? retry.delaysSeconds.map((seconds) => seconds * 1_000),
    jitter: retry.jitter ?? 0,
    hints: retry.hints ?? null,
    goneStatuses: retry.goneStatuses ?? [],
    finalStatuses: retry.finalStatuses ?? [],
    retryStatuses: retry.retryStatuses ?? null,
    retryFailures: retry.failures ?? 'all',
    noRetryHeader: retry.noRetryHeader ?? null,
    disable: provider.disable.value,
    success: provider.success.value,
    timeoutMs: endpoint.timeoutMs ?? provider.timeoutMs.value,
  };
}

function ownDelays({ delaysMs, retryCount, retryDelayMs }: Settings): readonly number[] | null {
  if (delaysMs !== null) return delaysMs;
  if (retryCount === null && retryDelayMs === null) return null;
  const waits = Math.max(0, (retryCount ?? DEFAULT_RETRY_COUNT) - 1);
  return Array.from({ length: waits }, () => retryDelayMs ?? DEFAULT_RETRY_DELAY_MS);
}
