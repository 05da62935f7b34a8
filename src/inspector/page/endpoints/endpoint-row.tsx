import type { EndpointItem, ProviderItem } from '../../contract.ts';
import { EndpointTag } from '../ui/tags.tsx';
import { eventsText } from './event-choice.ts';
import { rateTone, successRate } from './rate.ts';

export function EndpointRow({
  endpoint,
  provider,
}: {
  readonly endpoint: EndpointItem;
  readonly provider: ProviderItem | undefined;
}) {
  const { url, status, eventTypes, health } = endpoint;
  const percent = successRate(health);
  return (
    <span class="endpoint-row">
      <span class="mono clip endpoint-url" title={url}>
        {url}
      </span>
      <EndpointTag status={status} />
      <span class="dim clip">
        {provider?.name ?? endpoint.provider} · {eventsText(eventTypes)}
      </span>
      <span class="rate" title={`of its latest ${health.succeeded + health.failed} finished deliveries`}>
        {percent === null ? (
          <span class="dim">{health.waiting > 0 ? `${health.waiting} waiting` : 'no deliveries yet'}</span>
        ) : (
          <>
            <span class={`rate-bar is-${rateTone(percent)}`} aria-hidden="true">
              <span style={{ width: `${percent}%` }} />
            </span>
            {health.succeeded} of {health.succeeded + health.failed}
          </>
        )}
      </span>
      <span class={`outlook ${status === 'disabled' ? 'error-text' : 'dim'}`}>{health.outlook}</span>
    </span>
  );
}
