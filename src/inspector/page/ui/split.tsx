import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A list with the detail of what is chosen beside it, or over it where there is little room. `title` names the view in both cases. */
export function Split({
  title,
  list,
  detail,
  detailLabel,
  onBack,
}: {
  readonly title: string;
  readonly list: (focusDetail: () => void) => ComponentChildren;
  /** Null while nothing is chosen. */
  readonly detail: ComponentChildren | null;
  readonly detailLabel: string;
  readonly onBack: () => void;
}) {
  const element = useRef<HTMLElement>(null);
  // What was chosen just now is there only after it is drawn.
  const focusDetail = (): void => void requestAnimationFrame(() => element.current?.focus());
  return (
    <div class={`split ${detail === null ? '' : 'has-detail'}`}>
      <h1 class="visually-hidden">{title}</h1>
      <div class="split-list">{list(focusDetail)}</div>
      {detail !== null && (
        <section class="split-detail" ref={element} tabIndex={-1} aria-label={detailLabel}>
          <button type="button" class="quiet split-back" onClick={onBack}>
            ← Back to the list
          </button>
          {detail}
        </section>
      )}
    </div>
  );
}
