import { formatDuration } from '../../../model/duration.ts';
import type { AttemptItem, DeliveryDetail } from '../../contract.ts';

export type TimelineRow =
  | { readonly kind: 'made'; readonly offset: string; readonly attempt: AttemptItem }
  /** `isNext`: the one that is due next; those after it come only where it fails. */
  | { readonly kind: 'ahead'; readonly offset: string; readonly at: string; readonly isNext: boolean };

/** The attempts that were made and, if all fail, those to come, each with its distance from the first. */
export function timelineOf({
  delivery,
  ahead,
}: Pick<DeliveryDetail, 'ahead'> & {
  readonly delivery: { readonly attempts: readonly AttemptItem[] };
}): readonly TimelineRow[] {
  const { attempts } = delivery;
  const start = Date.parse(attempts[0]?.startedAt ?? ahead[0] ?? '');
  return [
    ...attempts.map((attempt) => ({ kind: 'made', offset: offsetText(attempt.offsetMs), attempt }) as const),
    ...ahead.map(
      (at, index) =>
        ({ kind: 'ahead', offset: offsetText(Date.parse(at) - start), at, isNext: index === 0 }) as const,
    ),
  ];
}

/** `+36 m`; the first is `+0`. */
export function offsetText(ms: number): string {
  return ms < 1 ? '+0' : `+${formatDuration(ms)}`;
}
