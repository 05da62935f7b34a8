import type { AttemptItem } from '../../contract.ts';

export interface SentItem {
  readonly number: number;
  readonly type: string;
  readonly to: string;
  /** How it was broken, in words; empty where it was not. */
  readonly note: string;
  readonly attempt: AttemptItem;
}

const KEPT = 10;
let sent: readonly SentItem[] = [];
let number = 0;

/** What was sent since the page was loaded, newest first. */
export function history(): readonly SentItem[] {
  return sent;
}

export function remember(item: Omit<SentItem, 'number'>): SentItem {
  const kept = { ...item, number: ++number };
  sent = [kept, ...sent].slice(0, KEPT);
  return kept;
}
