import { useState } from 'preact/hooks';
import type { Deleted, EndpointItem, ProviderItem, TestAnswer } from '../../contract.ts';
import { send } from '../api.ts';
import { change, go, hrefOf } from '../location.ts';
import { useAction } from '../ui/action.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Headers } from '../ui/headers.tsx';
import { Link } from '../ui/link.tsx';
import { Property } from '../ui/property.tsx';
import { retriesText } from '../ui/retries.ts';
import { EndpointTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';
import { eventsText } from './event-choice.ts';
import { PublicKey } from './public-key.tsx';
import { SecretView } from './secret-view.tsx';
import { Switch } from './switch.tsx';
import { TestPanel } from './test-panel.tsx';

export function EndpointView({
  endpoint,
  provider,
  isNew,
  onChanged,
}: {
  readonly endpoint: EndpointItem;
  readonly provider: ProviderItem | undefined;
  readonly isNew: boolean;
  readonly onChanged: () => void;
}) {
  const { id, url, status, health, disabledReason, pausedUntil } = endpoint;
  const [deleting, setDeleting] = useState(false);
  const [result, setResult] = useState<TestAnswer['delivery'] | null>(null);
  const testing = useAction();

  async function test(type: string): Promise<void> {
    setResult(null);
    const body = type === '' ? {} : { type };
    const answer = await testing.run(() => send<TestAnswer>('POST', `/api/endpoints/${id}/test`, body));
    if (answer !== undefined) setResult(answer.delivery);
    onChanged();
  }

  return (
    <article class="stack detail">
      <header class="stack">
        <div class="row">
          <EndpointTag status={status} />
          <span class="dim">{provider?.name ?? endpoint.provider}</span>
          <span class="dim mono">{id}</span>
        </div>
        <h2 class="mono break">{url}</h2>
        <p>{health.outlook}</p>
        {pausedUntil !== null && (
          <p class="dim">
            Paused until <Moment at={pausedUntil} />. It is active again then, and the next failure disables
            it again.
          </p>
        )}
        {disabledReason !== null && pausedUntil === null && !health.outlook.includes(disabledReason) && (
          <p class="dim">{disabledReason}</p>
        )}
        <div class="row">
          <button type="button" onClick={() => change({ edit: '1' })}>
            Edit
          </button>
          <Switch endpoint={endpoint} onChanged={onChanged} onTest={() => void test('')} />
          <button type="button" class="danger" onClick={() => setDeleting(true)}>
            Delete…
          </button>
          <Link class="button" href={hrefOf('deliveries', { endpoint: id })}>
            Its deliveries
          </Link>
          {health.failed > 0 && (
            <Link
              href={hrefOf('deliveries', { endpoint: id, status: 'failed' })}
            >{`${health.failed} failed`}</Link>
          )}
        </div>
      </header>
      <dl class="properties">
        <Property name="Events">
          <span class="mono break" title={endpoint.eventTypes.join(', ')}>
            {eventsText(endpoint.eventTypes, 12)}
          </span>
        </Property>
        {endpoint.publicKey !== null && (
          <Property name="Public key">
            <PublicKey value={endpoint.publicKey} />
          </Property>
        )}
        <Property name={endpoint.publicKey === null ? 'Secret' : 'Private key'}>
          <SecretView endpoint={endpoint} provider={provider} isNew={isNew} onChanged={onChanged} />
        </Property>
        {Object.entries(endpoint.filters).map(([name, values]) => (
          <Property key={name} name={`Only ${name}`}>
            <span class="mono break">{values.join(', ')}</span>
          </Property>
        ))}
        {provider !== undefined && (
          <>
            <Property name="Retries">{retriesText(provider)}</Property>
            <Property name="Success">{provider.success}</Property>
          </>
        )}
        <Property name="Last tested">
          {endpoint.testedAt === null ? 'no test passed yet' : <Moment at={endpoint.testedAt} />}
        </Property>
        <Property name="Created">
          <Moment at={endpoint.createdAt} />
        </Property>
      </dl>
      {endpoint.headers.length > 0 && (
        <section class="stack" aria-label="Headers sent along">
          <h3>Headers sent along</h3>
          <Headers headers={endpoint.headers} label="Headers sent along" />
        </section>
      )}
      <TestPanel
        endpoint={endpoint}
        provider={provider}
        result={result}
        action={testing}
        onTest={(type) => void test(type)}
      />
      {deleting && (
        <Confirm
          title="Delete the endpoint"
          action="Delete endpoint"
          danger
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await send<Deleted>('DELETE', `/api/endpoints/${id}`);
            go('endpoints', {}, { replace: true });
            onChanged();
          }}
        >
          <p>
            <span class="mono break">{url}</span> gets nothing more. What waits for it is not delivered
            {health.waiting > 0 && ` (${health.waiting} deliveries wait now)`}, and its secret is gone.
          </p>
        </Confirm>
      )}
    </article>
  );
}
