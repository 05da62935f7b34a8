import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { matching, type Option } from './options.ts';

/** One of many by name: type to narrow the list, arrows and Enter to choose. */
export function Combobox({
  label,
  value,
  options,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChoose: (name: string) => void;
}) {
  /** Null while nothing is typed: then the list has all. */
  const [text, setText] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const shown = text === null ? options : matching(options, text);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, isOpen]);

  function open(): void {
    setActive(
      Math.max(
        0,
        shown.findIndex(({ name }) => name === value),
      ),
    );
    setOpen(true);
  }
  function close(): void {
    setOpen(false);
    setText(null);
  }
  function choose(option: Option | undefined): void {
    if (option !== undefined) onChoose(option.name);
    close();
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && isOpen) close();
    else if (event.key === 'Enter' && isOpen && !event.ctrlKey && !event.metaKey) choose(shown[active]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!isOpen) open();
      else setActive(Math.max(0, Math.min(shown.length - 1, active + (event.key === 'ArrowDown' ? 1 : -1))));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="mono"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown[active] !== undefined ? `${id}-${active}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text ?? value}
        onFocus={(event) => event.currentTarget.select()}
        onClick={open}
        onBlur={close}
        onKeyDown={onKey}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={label} hidden={!isOpen}>
        {shown.map((option, index) => (
          <li
            key={option.name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(option);
            }}
          >
            <span class="mono">{option.name}</span>
            <span class="dim">{option.description}</span>
          </li>
        ))}
        {shown.length === 0 && (
          <li role="option" aria-disabled="true" aria-selected={false} class="dim">
            Nothing in the catalog has that in its name
          </li>
        )}
      </ul>
    </div>
  );
}
