import { useEffect, useRef, useState } from 'preact/hooks';
import type { EndpointAnswer, EndpointItem, ProviderItem } from '../../contract.ts';
import { send } from '../api.ts';
import { useAction } from '../ui/action.ts';
import { Failure } from '../ui/failure.tsx';
import { HeaderField } from '../ui/header-field.tsx';
import { changeFrom, draftOf, emptyDraft, type EndpointDraft } from './endpoint-draft.ts';
import { EventChecklist } from './event-checklist.tsx';
import { NewSecret } from './new-secret.tsx';

/** Creates an endpoint, or changes the one of `before`. */
export function EndpointForm({
  providers,
  startWith,
  before: present,
  onDone,
  onCancel,
}: {
  readonly providers: readonly ProviderItem[];
  readonly startWith: string;
  readonly before: EndpointItem | null;
  readonly onDone: (endpoint: EndpointItem) => void;
  readonly onCancel: () => void;
}) {
  // What others change meanwhile is not changed back by saving.
  const [before] = useState(present);
  const [draft, setDraft] = useState<EndpointDraft>(
    before === null ? emptyDraft(startWith) : draftOf(before),
  );
  const { busy, failure, run } = useAction();
  const problem = useRef<HTMLDivElement>(null);
  const provider = providers.find(({ id }) => id === draft.provider) ?? providers[0];
  useEffect(() => {
    if (failure !== null) problem.current?.focus();
  }, [failure]);
  if (provider === undefined) return null;
  const set = (some: Partial<EndpointDraft>): void => setDraft({ ...draft, ...some });

  async function submit(): Promise<void> {
    const change = changeFrom({ ...draft, provider: provider!.id }, provider!, before);
    const answer = await run(() =>
      before === null
        ? send<EndpointAnswer>('POST', '/api/endpoints', change)
        : send<EndpointAnswer>('PATCH', `/api/endpoints/${before.id}`, change),
    );
    if (answer !== undefined) onDone(answer.endpoint);
  }

  return (
    <form
      class="stack endpoint-form"
      noValidate
      aria-label={before === null ? 'New endpoint' : 'Edit endpoint'}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <h2>{before === null ? 'New endpoint' : 'Edit endpoint'}</h2>
      {before === null && (
        <label>
          Provider
          <select
            value={provider.id}
            onChange={(event) =>
              setDraft({ ...emptyDraft(event.currentTarget.value), url: draft.url, active: draft.active })
            }
          >
            {providers.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Endpoint URL
        <input
          class="mono"
          type="url"
          value={draft.url}
          placeholder={
            provider.httpsRequired ? 'https://example.com/webhooks' : 'http://localhost:3000/webhooks'
          }
          autocomplete="off"
          onInput={(event) => set({ url: event.currentTarget.value })}
        />
      </label>
      <EventChecklist provider={provider} chosen={draft.events} onChange={(events) => set({ events })} />
      {before === null && provider.endpointSecret === 'generated' ? (
        <p class="dim">{provider.name} makes the secret: it is shown once the endpoint is there.</p>
      ) : (
        <NewSecret
          label={before === null ? 'Secret' : 'New secret'}
          value={draft.secret}
          placeholder={
            before !== null
              ? 'the present one stays'
              : provider.unsignedAllowed
                ? 'none: deliveries go unsigned'
                : 'whsec_…'
          }
          onInput={(secret) => set({ secret })}
        />
      )}
      {provider.endpointHeaders && (
        <HeaderField
          label="Headers to send along, one a line"
          value={draft.headers}
          onInput={(headers) => set({ headers })}
        />
      )}
      {provider.filters.map(({ name, description }) => (
        <label key={name}>
          <span>
            Only these: <span class="mono">{name}</span>
          </span>
          <input
            class="mono"
            value={draft.filters[name] ?? ''}
            placeholder="all; or some, with commas between"
            autocomplete="off"
            onInput={(event) => set({ filters: { ...draft.filters, [name]: event.currentTarget.value } })}
          />
          <span class="field-note">{description}</span>
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={draft.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
        Active: events are delivered to it
      </label>
      <div ref={problem} tabIndex={-1}>
        <Failure failure={failure} />
      </div>
      <div class="row">
        <button type="submit" class="primary" disabled={busy}>
          {before === null ? 'Create endpoint' : 'Save changes'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
