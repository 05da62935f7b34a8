import { useId } from 'preact/hooks';
import type { State } from '../../contract.ts';
import { leadsTo } from './compose.ts';

/** Where to send to. */
export function Target({
  state,
  to,
  onInput,
}: {
  readonly state: State | null;
  readonly to: string;
  readonly onInput: (to: string) => void;
}) {
  const id = useId();
  const { url, forward } = state?.receiver ?? { url: null, forward: null };
  const choices = [
    { name: 'This program’s receiver', url },
    { name: 'The app behind it', url: forward },
  ];
  return (
    <div class="field target">
      <label for={id}>Target URL</label>
      <input
        id={id}
        class="mono"
        type="url"
        value={to}
        placeholder="http://localhost:3000/webhooks"
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <div class="row field-note">
        {choices.map(
          (choice) =>
            choice.url !== null && (
              <button
                key={choice.name}
                type="button"
                class="chip"
                title={choice.url}
                aria-pressed={to === choice.url}
                onClick={() => onInput(choice.url!)}
              >
                {choice.name}
              </button>
            ),
        )}
        <span id={`${id}-note`}>{leadsTo(to, url) ? 'What is sent there arrives under Captures.' : ''}</span>
      </div>
    </div>
  );
}
