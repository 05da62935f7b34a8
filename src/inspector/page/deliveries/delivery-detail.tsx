import type { ClockState, DeliveryAnswer, DeliveryDetail, ProviderItem } from '../../contract.ts';
import { send } from '../api.ts';
import { change, hrefOf } from '../location.ts';
import { useAction } from '../ui/action.ts';
import { Body } from '../ui/body.tsx';
import { Failure } from '../ui/failure.tsx';
import { Link } from '../ui/link.tsx';
import { DeliveryTag, EndpointTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';
import { Property } from '../ui/property.tsx';
import { retriesText } from '../ui/retries.ts';
import { Timeline } from './attempt-timeline.tsx';
import { EngineAge } from './delivery-row.tsx';

export function DeliveryView({
  detail,
  provider,
  engine,
  onChanged,
}: {
  readonly detail: DeliveryDetail;
  readonly provider: ProviderItem | undefined;
  readonly engine: ClockState | null;
  readonly onChanged: () => void;
}) {
  const { delivery, endpoint } = detail;
  const { id, status, reason, eventType } = delivery;
  const { busy, failure, run } = useAction();

  async function act(what: 'retry' | 'cancel'): Promise<void> {
    await run(() => send<DeliveryAnswer>('POST', `/api/deliveries/${id}/${what}`));
    onChanged();
  }

  return (
    <article class="stack detail">
      <header class="stack">
        <div class="row">
          <DeliveryTag status={status} />
          {delivery.trigger === 'test' && <span class="tag is-dim">test</span>}
          <span class="dim">{provider?.name ?? delivery.provider}</span>
          <span class="dim mono">{id}</span>
        </div>
        <h2 class="mono break">{eventType ?? 'an event without a type'}</h2>
        {reason !== null && <p>{reason}</p>}
        <div class="row">
          <button type="button" disabled={busy || status === 'sending'} onClick={() => void act('retry')}>
            Retry now
          </button>
          {status === 'pending' && (
            <button type="button" class="danger" disabled={busy} onClick={() => void act('cancel')}>
              Cancel
            </button>
          )}
        </div>
        <Failure failure={failure} />
      </header>
      <dl class="properties">
        <Property name="Endpoint">
          {endpoint === null ? (
            <span class="dim">deleted ({delivery.endpointId})</span>
          ) : (
            <span class="row">
              <Link class="mono break" href={hrefOf('endpoints', { id: endpoint.id })}>
                {endpoint.url}
              </Link>
              <EndpointTag status={endpoint.status} />
            </span>
          )}
        </Property>
        <Property name="Event">
          <span class="row">
            <span class="mono break">{delivery.eventId}</span>
            <button type="button" class="chip" onClick={() => change({ event: delivery.eventId })}>
              All of this event
            </button>
          </span>
        </Property>
        <Property name="Created">
          <Moment at={delivery.createdAt} />{' '}
          <span class="dim">
            (<EngineAge at={delivery.createdAt} engine={engine} />)
          </span>
        </Property>
        {delivery.finishedAt !== null && (
          <Property name="Finished">
            <Moment at={delivery.finishedAt} />
          </Property>
        )}
        {provider !== undefined && <Property name="Retries">{retriesText(provider)}</Property>}
        {delivery.interruptions > 0 && (
          <Property name="Interruptions">
            {delivery.interruptions}: an attempt may have been made though its outcome is not known, for its
            process ended
          </Property>
        )}
      </dl>
      <section class="stack" aria-labelledby="attempts-title">
        <h3 id="attempts-title">Attempts</h3>
        <Timeline detail={detail} engine={engine} />
      </section>
      <section class="stack" aria-labelledby="body-title">
        <h3 id="body-title">Payload</h3>
        <Body
          headers={delivery.attempts[0]?.request.headers ?? [['Content-Type', 'application/json']]}
          fields={delivery}
          size={delivery.bodySize}
          label="Payload"
        />
      </section>
    </article>
  );
}
