import { useState } from 'preact/hooks';
import { subscribes } from '../../../model/endpoint.ts';
import type { DeliveryPage, EndpointItem, PublishAnswer, PublishRequest, State } from '../../contract.ts';
import { get, send } from '../api.ts';
import { useResource } from '../live.ts';
import { hrefOf } from '../location.ts';
import { useAction } from '../ui/action.ts';
import { Failure } from '../ui/failure.tsx';
import { Link } from '../ui/link.tsx';
import { useEndpoints } from '../ui/lists.ts';
import { DeliveryTag, EndpointTag } from '../ui/tags.tsx';

/** Publishing: who will get it, and what became of the last. */
export function Publish({
  request,
  state,
}: {
  readonly request: PublishRequest | null;
  readonly state: State | null;
}) {
  const { busy, failure, run } = useAction();
  const [published, setPublished] = useState<PublishAnswer | null>(null);
  const endpoints = useEndpoints();
  const getters = (endpoints.data ?? []).filter(
    ({ provider, eventTypes }) =>
      request !== null && provider === request.provider && subscribes(eventTypes, request.type),
  );

  return (
    <>
      <section aria-label="Subscribed endpoints">
        <div class="row section-head">
          <h2>Subscribed endpoints</h2>
          <span class="row section-end">
            <button
              type="button"
              class="primary"
              disabled={busy || request === null}
              onClick={async () => {
                const answer = await run(() => send<PublishAnswer>('POST', '/api/publish', request));
                if (answer !== undefined) setPublished(answer);
              }}
            >
              Publish
            </button>
          </span>
        </div>
        <Failure failure={failure ?? endpoints.failure} />
        {getters.length > 0 && (
          <ul class="plain panel">
            {getters.map(({ id, url, status }) => (
              <li key={id} class="row">
                <EndpointTag status={status} />
                <Link class="mono break" href={hrefOf('endpoints', { id })}>
                  {url}
                </Link>
              </li>
            ))}
          </ul>
        )}
        {getters.length === 0 && endpoints.data !== null && request !== null && (
          <p class="dim">
            No endpoint subscribes to {request.type}.{' '}
            <Link href={hrefOf('endpoints', { new: request.provider })}>Create one</Link>
          </p>
        )}
        <p class="field-note publish-note">
          Each gets a delivery that is signed with its own secret and tried again by the provider’s schedule.
          {state?.delivers === 'elsewhere' && ' Another engine has this database and makes the deliveries.'}
        </p>
      </section>
      {published !== null && <Published answer={published} urlOf={urlsOf(endpoints.data)} />}
    </>
  );
}

function Published({
  answer,
  urlOf,
}: {
  readonly answer: PublishAnswer;
  readonly urlOf: (id: string) => string;
}) {
  const { id } = answer.event;
  const live = useResource(`event ${id}`, (signal) =>
    get<DeliveryPage>('/api/deliveries', { event: id, limit: 100 }, signal),
  );
  const deliveries = live.data?.deliveries ?? answer.deliveries;
  return (
    <section aria-label="Published">
      <div class="row section-head">
        <h2>Published</h2>
        <span class="dim mono">{id}</span>
      </div>
      <Failure failure={live.failure} />
      {deliveries.length === 0 ? (
        <p class="dim">No endpoint subscribes to it: nothing is delivered.</p>
      ) : (
        <ul class="plain panel">
          {deliveries.map((delivery) => (
            <li key={delivery.id} class="row">
              <DeliveryTag status={delivery.status} />
              <Link class="mono" href={hrefOf('deliveries', { id: delivery.id })}>
                {delivery.id}
              </Link>
              <span class="dim mono clip">{urlOf(delivery.endpointId)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function urlsOf(endpoints: readonly EndpointItem[] | null): (id: string) => string {
  return (id) => endpoints?.find((endpoint) => endpoint.id === id)?.url ?? id;
}
