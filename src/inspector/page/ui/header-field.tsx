import { useId } from 'preact/hooks';
import { parseHeaderLines } from './header-lines.ts';

/** Headers as lines of text; lines that are none are pointed out. */
export function HeaderField({
  label,
  value,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  const id = useId();
  const { mistakes } = parseHeaderLines(value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        value={value}
        placeholder="X-Name: value"
        spellcheck={false}
        aria-describedby={mistakes.length > 0 ? `${id}-mistakes` : undefined}
        aria-invalid={mistakes.length > 0}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {mistakes.length > 0 && (
        <p class="field-note is-bad" id={`${id}-mistakes`}>
          {mistakes.map(({ line, message }) => (
            <span key={line}>
              Line {line} is left out: {message}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
