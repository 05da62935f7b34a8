import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

export interface Tab {
  readonly name: string;
  readonly content: () => ComponentChildren;
}

/** Tabs moved through with the arrow keys; `extra` stands at their end. */
export function Tabs({
  label,
  tabs,
  extra,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly extra?: ComponentChildren;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState<string | null>(null);
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === chosen),
  );
  const move = (by: number): void => {
    const next = (at + by + tabs.length) % tabs.length;
    choose(tabs[next]!.name);
    (list.current!.children[next] as HTMLElement).focus();
  };
  return (
    <div>
      <div class="tabs-head">
        <div
          ref={list}
          class="tabs"
          role="tablist"
          aria-label={label}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
            event.preventDefault();
            move(event.key === 'ArrowRight' ? 1 : -1);
          }}
        >
          {tabs.map(({ name }, index) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${name}`}
              aria-selected={index === at}
              aria-controls={`${id}-panel`}
              tabIndex={index === at ? 0 : -1}
              onClick={() => choose(name)}
            >
              {name}
            </button>
          ))}
        </div>
        {extra}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tabs[at]!.name}`}>
        {tabs[at]!.content()}
      </div>
    </div>
  );
}
