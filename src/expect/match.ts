import type { Capture } from '../model/capture.ts';
import { fitsPattern } from '../model/pattern.ts';
import type { Verdict } from '../model/verdict.ts';
import type { CaptureFilter } from '../store/store.ts';

/** A store's filter but for its words: those need an index. */
export type CaptureMatch = Omit<CaptureFilter, 'text'>;

/** What filters look at. */
type CaptureFacts = Omit<Capture, 'headers' | 'body'>;

/** Whether a capture passes a filter, as a store's list would tell. */
export function matches(filter: CaptureMatch, capture: CaptureFacts): boolean {
  return mismatch(filter, capture) === null;
}

/** Why a capture does not pass a filter, in a few words; null where it does. The status, which comes last, is looked at last. */
export function mismatch(filter: CaptureMatch, capture: CaptureFacts): string | null {
  const { provider, type, verdict, status, method, path, since, until } = filter;
  if (provider !== undefined && capture.provider !== provider) return `not of ${provider}`;
  if (type !== undefined && (capture.eventType === null || !fitsPattern(type, capture.eventType))) {
    return `not ${type}`;
  }
  if (verdict !== undefined && !hasVerdict(verdict, capture.verdict)) {
    return verdictMismatch(verdict, capture.verdict);
  }
  if (method !== undefined && capture.method !== method.toUpperCase()) return `not ${method.toUpperCase()}`;
  if (path !== undefined && !capture.path.startsWith(path)) return `its path does not begin with ${path}`;
  if (since !== undefined && capture.receivedAt < since) return 'too early';
  if (until !== undefined && capture.receivedAt >= until) return 'too late';
  if (status === undefined) return null;
  const answered = capture.response?.status ?? null;
  if (hasStatus(status, answered)) return null;
  if (capture.response === null) return 'not answered yet';
  return answered === null ? 'its connection was dropped' : `answered ${answered}, not ${status}`;
}

function hasVerdict(wanted: string, verdict: Verdict | null): boolean {
  if (wanted === 'none') return verdict === null;
  if (verdict === null) return false;
  if (wanted === 'ok') return verdict.ok;
  return wanted === 'failed' ? !verdict.ok : verdict.reason === wanted;
}

function verdictMismatch(wanted: string, verdict: Verdict | null): string {
  if (verdict === null) return 'its signature was not checked';
  return wanted === 'ok' ? verdict.message : `its verdict is ${verdict.reason}, not ${wanted}`;
}

function hasStatus(wanted: string, status: number | null): boolean {
  if (status === null || !/^[1-9](\d\d|xx)$/i.test(wanted)) return false;
  return /xx$/i.test(wanted) ? String(status)[0] === wanted[0] : String(status) === wanted;
}
