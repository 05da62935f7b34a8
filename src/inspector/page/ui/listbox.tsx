import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isTyping } from './keys.ts';
import { movedTo } from './list-keys.ts';

/**
 * A list of which one item is looked at: the arrow keys move through it, Enter goes to what is opened, Escape comes back. Where a
 * detail is shown already it follows the keys.
 */
export function Listbox<T extends { readonly id: string }>({
  label,
  items,
  selected,
  onSelect,
  onEnter,
  onLeave,
  children,
}: {
  readonly label: string;
  readonly items: readonly T[];
  readonly selected: string | undefined;
  /** `isStep` where it should be a step of the browser's history. */
  readonly onSelect: (id: string, isStep: boolean) => void;
  /** Puts the focus into the detail. */
  readonly onEnter: () => void;
  readonly onLeave: () => void;
  readonly children: (item: T) => ComponentChildren;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [moved, move] = useState<string | undefined>(selected);
  const active = selected ?? moved;
  const index = items.findIndex(({ id }) => id === active);

  useEffect(() => {
    if (selected !== undefined) move(selected);
  }, [selected]);
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  // Before the next key can come, however fast they are pressed.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === 'Escape' && selected !== undefined) {
        onLeave();
        list.current?.focus();
        return;
      }
      // Elsewhere these keys are the business of what has the focus.
      const at = document.activeElement;
      if (at !== null && at !== document.body && at.id !== 'main' && at !== list.current) return;
      const next = movedTo(event.key, index, items.length);
      if (next !== null) {
        const { id } = items[next]!;
        move(id);
        if (selected !== undefined) onSelect(id, false);
        list.current?.focus();
      } else if (event.key === 'Enter' && index !== -1) {
        onSelect(items[index]!.id, selected === undefined);
        onEnter();
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <ul
      ref={list}
      class="listbox"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={index === -1 ? undefined : `item-${active}`}
    >
      {items.map((item) => (
        <li
          key={item.id}
          id={`item-${item.id}`}
          role="option"
          aria-selected={item.id === selected}
          data-active={item.id === active ? '' : undefined}
          onClick={() => onSelect(item.id, true)}
        >
          {children(item)}
        </li>
      ))}
    </ul>
  );
}
