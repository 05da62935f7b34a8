import { formatDuration } from '../../../model/duration.ts';
import { formatSize } from '../../../model/size.ts';
import type { CaptureItem } from '../../contract.ts';
import { captureName, StatusTag, Tag, VerdictTag } from '../ui/tags.tsx';
import { Age } from '../ui/time.tsx';

export const rowId = (id: string): string => `row-${id}`;

/** One line of the list; a placeholder while it is loading. */
export function Row({
  capture,
  index,
  total,
  top,
  isSelected,
  isFresh,
  onChoose,
}: {
  readonly capture: CaptureItem | undefined;
  readonly index: number;
  readonly total: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isFresh: boolean;
  readonly onChoose: (capture: CaptureItem) => void;
}) {
  const place = {
    role: 'option',
    'aria-setsize': total,
    'aria-posinset': index + 1,
    style: { transform: `translateY(${top}px)` },
  } as const;
  if (capture === undefined) {
    return (
      <div {...place} class="capture is-loading" aria-selected={false}>
        <span class="visually-hidden">Loading</span>
      </div>
    );
  }
  const { response } = capture;
  return (
    <div
      {...place}
      id={rowId(capture.id)}
      class={`capture${isFresh ? ' fresh' : ''}`}
      aria-selected={isSelected}
      onClick={() => onChoose(capture)}
    >
      <span class="capture-name mono" title={captureName(capture)}>
        {captureName(capture)}
      </span>
      <span class="capture-dup">
        {capture.duplicateOf !== null && (
          <Tag tone="dim" title={`the same event as ${capture.duplicateOf}`}>
            dup
          </Tag>
        )}
      </span>
      <span class="capture-provider">{capture.provider}</span>
      <span class="capture-verdict">
        <VerdictTag verdict={capture.verdict} />
      </span>
      <span>
        <StatusTag status={response?.status} />
      </span>
      <span class="capture-latency">{response === null ? '' : formatDuration(response.durationMs)}</span>
      <span class="capture-size">{formatSize(capture.bodySize)}</span>
      <span class="capture-age">
        <Age at={capture.receivedAt} />
      </span>
    </div>
  );
}

/** What the columns hold, for those who see them. */
export function RowHead() {
  return (
    <div class="capture capture-head" aria-hidden="true">
      <span>Type</span>
      <span class="capture-dup" />
      <span class="capture-provider">Provider</span>
      <span class="capture-verdict">Verdict</span>
      <span>Status</span>
      <span class="capture-latency">Took</span>
      <span class="capture-size">Size</span>
      <span class="capture-age">Age</span>
    </div>
  );
}
