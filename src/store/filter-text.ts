import { UsageError } from '../errors.ts';
import { DELIVERY_STATUSES } from '../model/delivery.ts';
import { parseTime } from '../model/time-text.ts';
import type { CaptureFilter, DeliveryFilter } from './store.ts';

/** Filters as people write them. */
export interface CaptureFilterText {
  readonly provider?: string;
  readonly type?: string;
  readonly verdict?: string;
  readonly status?: string;
  readonly method?: string;
  readonly path?: string;
  readonly since?: string;
  readonly until?: string;
}

/** @throws {UsageError} for a time that is none. */
export function readCaptureFilter(options: CaptureFilterText, now: number): CaptureFilter {
  const { provider, type, verdict, status, method, path, since, until } = options;
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(type === undefined ? {} : { type }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(status === undefined ? {} : { status }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(since === undefined ? {} : { since: parseTime(since, '--since', now) }),
    ...(until === undefined ? {} : { until: parseTime(until, '--until', now) }),
  };
}

export interface DeliveryFilterText {
  readonly endpoint?: string;
  readonly provider?: string;
  readonly type?: string;
  readonly status?: string;
  readonly event?: string;
  readonly since?: string;
  readonly until?: string;
}

/** @throws {UsageError} for a status or time that is none. */
export function readDeliveryFilter(options: DeliveryFilterText, now: number): DeliveryFilter {
  const { endpoint, provider, type, event, status, since, until } = options;
  const known = DELIVERY_STATUSES.find((name) => name === status);
  if (status !== undefined && known === undefined) {
    throw new UsageError(`--status takes ${DELIVERY_STATUSES.join(', ')}, not "${status}"`);
  }
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(provider === undefined ? {} : { provider }),
    ...(type === undefined ? {} : { type }),
    ...(event === undefined ? {} : { event }),
    ...(known === undefined ? {} : { status: known }),
    ...(since === undefined ? {} : { since: parseTime(since, '--since', now) }),
    ...(until === undefined ? {} : { until: parseTime(until, '--until', now) }),
  };
}
