import { useEffect, useState } from 'preact/hooks';
import type { DeliveryQuery, EndpointItem, ProviderItem } from '../../contract.ts';
import { DELIVERY_STATUSES } from '../../../model/delivery.ts';
import { change } from '../location.ts';
import { NO_FILTERS } from './filters.ts';

const PAUSE_MS = 250;
const SINCE: readonly (readonly [value: string, name: string])[] = [
  ['15m', 'last 15 minutes'],
  ['1h', 'last hour'],
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
];

export function FilterBar({
  query,
  endpoints,
  providers,
}: {
  readonly query: DeliveryQuery;
  readonly endpoints: readonly EndpointItem[];
  readonly providers: readonly ProviderItem[];
}) {
  const isKnown = endpoints.some(({ id }) => id === query.endpoint);
  return (
    <div class="delivery-filters" role="search" aria-label="Filter deliveries">
      <Choice
        label="Status"
        name="status"
        value={query.status}
        all="any status"
        choices={DELIVERY_STATUSES.map((status) => [status, status])}
      />
      <Choice
        label="Endpoint"
        name="endpoint"
        value={query.endpoint}
        all="any endpoint"
        choices={[
          ...endpoints.map(({ id, url }) => [id, url] as const),
          ...(query.endpoint === undefined || isKnown ? [] : [[query.endpoint, query.endpoint] as const]),
        ]}
      />
      <Choice
        label="Provider"
        name="provider"
        value={query.provider}
        all="any provider"
        choices={providers.map(({ id, name }) => [id, name])}
      />
      <TypeFilter value={query.type ?? ''} />
      <Choice
        label="Since"
        name="since"
        value={query.since}
        all="any time"
        choices={
          query.since === undefined || SINCE.some(([value]) => value === query.since)
            ? SINCE
            : [...SINCE, [query.since, `since ${query.since}`]]
        }
      />
      {query.event !== undefined && (
        <button type="button" class="chip" onClick={() => change({ event: undefined, id: undefined })}>
          event {query.event} ✕
        </button>
      )}
      {Object.keys(query).length > 0 && (
        <button type="button" class="quiet" onClick={() => change({ ...NO_FILTERS, id: undefined })}>
          Clear filters
        </button>
      )}
    </div>
  );
}

function Choice({
  label,
  name,
  value,
  all,
  choices,
}: {
  readonly label: string;
  readonly name: keyof DeliveryQuery;
  readonly value: string | undefined;
  readonly all: string;
  readonly choices: readonly (readonly [value: string, name: string])[];
}) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      class={value === undefined ? undefined : 'is-set'}
      onChange={(event) => change({ [name]: event.currentTarget.value, id: undefined })}
    >
      <option value="">{all}</option>
      {choices.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** Looked up a moment after the last letter. */
function TypeFilter({ value }: { readonly value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change({ type: text.trim(), id: undefined }, { replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="search"
      aria-label="Event type"
      placeholder="type: deal.*"
      value={text}
      spellcheck={false}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}
