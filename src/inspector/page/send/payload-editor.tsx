import { useId, useMemo } from 'preact/hooks';
import { Failure } from '../ui/failure.tsx';
import { mistakeOf } from './json-mistake.ts';
import type { PayloadText } from './use-payload.ts';

const LARGEST_CHECKED = 1_000_000;

export function PayloadEditor({ payload }: { readonly payload: PayloadText }) {
  const { body, failure, isEdited, edit, refresh, undo } = payload;
  const id = useId();
  const mistake = useMemo(
    () => (body === null || body.length > LARGEST_CHECKED ? null : mistakeOf(body)),
    [body],
  );
  return (
    <div class="payload">
      <div class="row section-head">
        <h2>
          <label for={id}>Payload</label>
        </h2>
        <span class="dim">{isEdited ? 'edited' : 'an example, with fresh ids'}</span>
        <span class="row section-end">
          {undo !== null && (
            <button type="button" onClick={undo}>
              Back to my edits
            </button>
          )}
          <button type="button" onClick={() => void refresh()}>
            Fresh example
          </button>
        </span>
      </div>
      <Failure failure={failure} />
      <textarea
        id={id}
        value={body ?? ''}
        disabled={body === null}
        spellcheck={false}
        aria-describedby={`${id}-note`}
        onInput={(event) => edit(event.currentTarget.value)}
      />
      <p id={`${id}-note`} class={`field-note ${mistake === null ? '' : 'is-warn'}`} role="status">
        {mistake === null
          ? 'Sent exactly as it stands here, byte for byte.'
          : `No valid JSON${mistake.line === null ? '' : `, line ${mistake.line}, column ${mistake.column}`}: ${mistake.message}. It can be sent all the same.`}
      </p>
    </div>
  );
}
