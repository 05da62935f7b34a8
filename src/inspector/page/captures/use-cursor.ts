import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isInDialog, isTyping } from '../ui/keys.ts';
import { isInDetail } from './focus.ts';
import { positionOf, type Update } from './rows.ts';
import type { Virtual } from './use-virtual.ts';

/** Moves the selection with the keys, also to rows that have yet to be loaded. */
export function useCursor(
  update: Update | null,
  selected: string | undefined,
  virtual: Virtual,
  select: (id: string) => void,
): void {
  const rows = update?.rows ?? null;
  // Where the selected one stands, though it may be far from what is loaded.
  const at = useRef<{ readonly id: string; readonly position: number } | null>(null);
  const awaited = useRef<number | null>(null);
  const applied = useRef(update);

  if (applied.current !== update) {
    applied.current = update;
    const moved = update?.moved ?? 0;
    if (at.current !== null) at.current = { ...at.current, position: at.current.position + moved };
    if (awaited.current !== null) awaited.current += moved;
  }
  const found = rows === null || selected === undefined ? null : positionOf(rows, selected);
  if (selected !== undefined && found !== null) at.current = { id: selected, position: found };

  useLayoutEffect(() => {
    const item = awaited.current === null ? undefined : rows?.items.get(awaited.current);
    if (item === undefined) return;
    awaited.current = null;
    select(item.id);
  }, [update]);

  const moveTo = useRef<(position: number) => void>(() => undefined);
  moveTo.current = (position) => {
    if (rows === null || rows.total === 0) return;
    const target = Math.min(Math.max(position, 0), rows.total - 1);
    virtual.scrollTo(target, 'nearest');
    const item = rows.items.get(target);
    awaited.current = item === undefined ? target : null;
    if (item !== undefined) select(item.id);
  };
  const present = useRef<() => number | null>(() => null);
  present.current = () =>
    awaited.current ?? (at.current?.id === selected ? (at.current?.position ?? null) : null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        isTyping(event) ||
        isInDialog() ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        event.defaultPrevented
      )
        return;
      const now = present.current();
      const first = virtual.first;
      if (event.key === 'ArrowDown') moveTo.current(now === null ? first : now + 1);
      else if (event.key === 'ArrowUp') moveTo.current(now === null ? first : now - 1);
      else if (event.key === 'Home' && !isInDetail()) moveTo.current(0);
      else if (event.key === 'End' && !isInDetail()) moveTo.current(Number.MAX_SAFE_INTEGER);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
