import { useId, useState } from 'preact/hooks';
import { subscribes } from '../../../model/endpoint.ts';
import type { DeliveryDetail, EndpointItem, ProviderItem, TestAnswer } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource } from '../live.ts';
import { hrefOf } from '../location.ts';
import type { Action } from '../ui/action.ts';
import { Answer, Outcome, Sent } from '../ui/exchange.tsx';
import { Failure } from '../ui/failure.tsx';
import { Link } from '../ui/link.tsx';

/** Sends a test to an endpoint, and shows what came of it. */
export function TestPanel({
  endpoint,
  provider,
  result,
  action,
  onTest,
}: {
  readonly endpoint: EndpointItem;
  readonly provider: ProviderItem | undefined;
  readonly result: TestAnswer['delivery'] | null;
  readonly action: Action;
  readonly onTest: (type: string) => void;
}) {
  const [type, setType] = useState('');
  const id = useId();
  const types = (provider?.events ?? []).filter(({ name }) => subscribes(endpoint.eventTypes, name));
  return (
    <section class="stack" aria-labelledby={id}>
      <h3 id={id}>Send a test</h3>
      <div class="row">
        <label class="row-label">
          <span>Event type</span>
          <select value={type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">the first it subscribes to</option>
            {types.map(({ name, description }) => (
              <option key={name} value={name} title={description}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={action.busy} onClick={() => onTest(type)}>
          {action.busy ? 'Sending…' : 'Send test'}
        </button>
      </div>
      <Failure failure={action.failure} />
      {result !== null && <Result delivery={result} />}
    </section>
  );
}

function Result({ delivery }: { readonly delivery: TestAnswer['delivery'] }) {
  const detail = useResource(delivery.id, (signal) =>
    get<DeliveryDetail>(`/api/deliveries/${delivery.id}`, {}, signal),
  );
  const attempt = delivery.attempts.at(-1) ?? detail.data?.delivery.attempts.at(-1);
  return (
    <div class="panel test-result">
      <div role="status">
        {attempt === undefined ? <p class="dim">On its way.</p> : <Outcome attempt={attempt} />}
        {delivery.reason !== null && <p class="dim">{delivery.reason}</p>}
      </div>
      {attempt !== undefined && (
        <div class="two-details">
          <details>
            <summary>Answer</summary>
            <Answer attempt={attempt} />
          </details>
          <details>
            <summary>Request</summary>
            <Sent attempt={attempt} body={detail.data?.delivery ?? null} />
          </details>
        </div>
      )}
      <Failure failure={detail.failure} />
      <Link href={hrefOf('deliveries', { id: delivery.id })}>{`Delivery ${delivery.id}`}</Link>
    </div>
  );
}
