import { useEffect, useRef, useState } from 'preact/hooks';
import type { CaptureQuery, ProviderItem } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource } from '../live.ts';
import { change } from '../location.ts';
import { SEARCH_ID } from './focus.ts';
import { FURTHER } from './filters.ts';

const PAUSE_MS = 200;

const VERDICTS: readonly (readonly [value: string, name: string])[] = [
  ['', 'Any verdict'],
  ['ok', 'ok'],
  ['failed', 'failed'],
  ['none', 'not verified'],
  ['valid', 'valid'],
  ['unsigned', 'unsigned'],
  ['missing-header', 'missing-header'],
  ['malformed-header', 'malformed-header'],
  ['no-match', 'no-match'],
  ['too-old', 'too-old'],
  ['too-new', 'too-new'],
  ['reserialized', 'reserialized'],
  ['no-secret', 'no-secret'],
];

const LABELS: Readonly<Record<(typeof FURTHER)[number], readonly [label: string, example: string]>> = {
  type: ['Type', 'deal.*'],
  status: ['Status', '200, 5xx'],
  method: ['Method', 'POST'],
  path: ['Path begins', '/hooks'],
  since: ['Since', '2h, 7d, a date'],
  until: ['Until', '10m, a date'],
};

/** The filters of the list, in the address as they are changed. */
export function FilterBar({ query }: { readonly query: CaptureQuery }) {
  const providers = useResource(
    'providers',
    async (signal) =>
      (await get<{ providers: readonly ProviderItem[] }>('/api/providers', {}, signal)).providers,
    { isLive: false },
  );
  const used = FURTHER.filter((name) => query[name] !== undefined).length;
  const [isOpen, setOpen] = useState(used > 0);
  const ids = (providers.data ?? []).map(({ id }) => id);
  if (query.provider !== undefined && !ids.includes(query.provider)) ids.push(query.provider);
  return (
    <search class="capture-filters" aria-label="Filters">
      <div class="capture-filters-main">
        <Field name="text" query={query} label="Search" example="Search headers and bodies  ( / )" isSearch />
        <Choice name="verdict" query={query} label="Verdict" options={VERDICTS} />
        <Choice
          name="provider"
          query={query}
          label="Provider"
          options={[['', 'Any provider'], ...ids.map((id) => [id, id] as const)]}
        />
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {used > 0 ? `More · ${used}` : 'More'}
        </button>
      </div>
      {isOpen && (
        <div class="capture-filters-more">
          {FURTHER.map((name) => (
            <Field key={name} name={name} query={query} label={LABELS[name][0]} example={LABELS[name][1]} />
          ))}
        </div>
      )}
    </search>
  );
}

function Choice({
  name,
  query,
  label,
  options,
}: {
  readonly name: keyof CaptureQuery;
  readonly query: CaptureQuery;
  readonly label: string;
  readonly options: readonly (readonly [value: string, name: string])[];
}) {
  const value = query[name] ?? '';
  const all = options.some(([each]) => each === value) ? options : [...options, [value, value] as const];
  return (
    <select
      aria-label={label}
      class={value === '' ? undefined : 'is-set'}
      value={value}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    >
      {all.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** A text filter: it holds what is typed, and takes hold after a pause or with Enter. */
function Field({
  name,
  query,
  label,
  example,
  isSearch = false,
}: {
  readonly name: keyof CaptureQuery;
  readonly query: CaptureQuery;
  readonly label: string;
  readonly example: string;
  readonly isSearch?: boolean;
}) {
  const given = query[name] ?? '';
  const [draft, setDraft] = useState(given);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const applied = useRef(given);
  useEffect(() => {
    if (applied.current !== given) {
      clearTimeout(timer.current);
      setDraft(given);
    }
    applied.current = given;
  }, [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string): void => {
    clearTimeout(timer.current);
    applied.current = value.trim();
    change({ [name]: value.trim() }, { replace: true });
  };
  const kind = isSearch
    ? ({ id: SEARCH_ID, type: 'search', 'aria-label': label } as const)
    : ({ type: 'text' } as const);
  const input = (
    <input
      {...(kind as { type: 'search' })}
      placeholder={example}
      autocomplete="off"
      spellcheck={false}
      value={draft}
      onInput={({ currentTarget: { value } }) => {
        setDraft(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => apply(value), PAUSE_MS);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply(draft);
      }}
    />
  );
  return isSearch ? (
    input
  ) : (
    <label>
      {label}
      {input}
    </label>
  );
}
