import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CaptureItem } from '../../contract.ts';
import { LIST_ID } from './focus.ts';
import { Row, RowHead, rowId } from './row.tsx';
import { positionOf, windowFor } from './rows.ts';
import { useCursor } from './use-cursor.ts';
import type { LiveRows } from './use-rows.ts';
import { useVirtual } from './use-virtual.ts';

const ROW = 36;

/** The captures, of which only those in view are in the page. */
export function List({
  live,
  filters,
  selected,
  onSelect,
  onChoose,
}: {
  readonly live: LiveRows;
  /** Another text for other filters. */
  readonly filters: string;
  readonly selected: string | undefined;
  /** By the keys. */
  readonly onSelect: (id: string) => void;
  /** By a click. */
  readonly onChoose: (capture: CaptureItem) => void;
}) {
  const { update, isStale, look } = live;
  const rows = update?.rows;
  const total = rows?.total ?? 0;
  const element = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(element, total, ROW);
  const [arrived, setArrived] = useState(0);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const { start, end } = virtual.span;
  const shown = Array.from({ length: Math.max(0, end - start) }, (_row, index) => start + index);
  const isAtTop = (element.current?.scrollTop ?? 0) < ROW / 2;
  useCursor(update, selected, virtual, onSelect);

  // Ahead of the next effect: rows of other filters begin at the top again.
  useLayoutEffect(() => {
    element.current?.scrollTo(0, 0);
    setArrived(0);
    setFresh(new Set());
  }, [filters]);
  useLayoutEffect(() => {
    if (update === null || update.moved === 0) return;
    if (element.current!.scrollTop < ROW / 2) {
      setFresh(new Set(update.fresh));
      return;
    }
    element.current!.scrollTop += update.moved * ROW;
    setArrived((before) => Math.max(0, before + update.moved));
  }, [update]);
  useEffect(() => {
    if (isAtTop) setArrived(0);
    else setFresh((before) => (before.size === 0 ? before : new Set()));
  }, [isAtTop]);

  useEffect(() => {
    if (!isStale && total > 0) look(virtual.first, windowFor(start, end));
  }, [virtual.first, start, end, isStale, total]);

  // What a link leads to is brought into view once.
  const isShown = useRef(false);
  useLayoutEffect(() => {
    if (isShown.current || rows === undefined) return;
    isShown.current = true;
    const position = selected === undefined ? null : positionOf(rows, selected);
    if (position !== null && position > 5) virtual.scrollTo(position, 'center');
  }, [rows]);

  const isSelectedShown = shown.some((index) => rows?.items.get(index)?.id === selected);
  return (
    <div class={`capture-list${isStale ? ' is-stale' : ''}`}>
      <RowHead />
      {arrived > 0 && (
        <button type="button" class="primary arrived" onClick={() => element.current!.scrollTo(0, 0)}>
          ↑ {arrived.toLocaleString('en')} new
        </button>
      )}
      <div
        ref={element}
        id={LIST_ID}
        class="capture-rows"
        role="listbox"
        aria-label="Captures"
        tabIndex={0}
        aria-activedescendant={selected !== undefined && isSelectedShown ? rowId(selected) : undefined}
      >
        <div role="presentation" style={{ height: `${total * ROW}px` }}>
          {shown.map((index) => {
            const capture = rows?.items.get(index);
            return (
              <Row
                key={capture?.id ?? index}
                capture={capture}
                index={index}
                total={total}
                top={index * ROW}
                isSelected={capture !== undefined && capture.id === selected}
                isFresh={capture !== undefined && fresh.has(capture.id)}
                onChoose={onChoose}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
