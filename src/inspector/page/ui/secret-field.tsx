import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

/** A secret that is typed, hidden until it is asked to be shown. */
export function SecretField({
  label,
  value,
  placeholder,
  disabled = false,
  onInput,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly onInput: (value: string) => void;
  /** More buttons. */
  readonly children?: ComponentChildren;
}) {
  const [shown, show] = useState(false);
  const id = useId();
  const props = {
    id,
    class: 'mono',
    value,
    placeholder,
    disabled,
    autocomplete: 'new-password',
    spellcheck: false,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="with-button">
        {shown ? <input type="text" {...props} /> : <input type="password" {...props} />}
        <button
          type="button"
          aria-pressed={shown}
          aria-label={`Show ${label.toLowerCase()}`}
          disabled={disabled}
          onClick={() => show(!shown)}
        >
          Show
        </button>
        {children}
      </div>
    </div>
  );
}
