import { useState } from 'preact/hooks';
import type { ProviderItem, State } from '../../contract.ts';
import { change, go, hrefOf, usePlace } from '../location.ts';
import { Failure } from '../ui/failure.tsx';
import { Link } from '../ui/link.tsx';
import { useEndpoints, useProviders } from '../ui/lists.ts';
import { Listbox } from '../ui/listbox.tsx';
import { Split } from '../ui/split.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { EndpointRow } from './endpoint-row.tsx';
import { EndpointView } from './endpoint-detail.tsx';

/** `?id=` looks at one, `&edit=1` edits it, `?new=iverton` creates one. */
export function Endpoints({ state }: { readonly state: State | null }) {
  const { params } = usePlace();
  const providers = useProviders();
  const endpoints = useEndpoints();
  const [created, setCreated] = useState<string | null>(null);
  const items = endpoints.data ?? undefined;
  const providerOf = (id: string): ProviderItem | undefined =>
    providers.data?.find((provider) => provider.id === id);
  const back = (): void => go('endpoints');

  return (
    <Split
      title="Endpoints"
      detailLabel={params['new'] === undefined ? 'Endpoint' : 'New endpoint'}
      onBack={back}
      list={(focusDetail) => (
        <>
          <div class="row view-head">
            <span class="view-title" aria-hidden="true">
              Endpoints
            </span>
            <span class="row section-end">
              <Link class="button" href={hrefOf('endpoints', { new: newProvider(providers.data) })}>
                New endpoint
              </Link>
            </span>
          </div>
          <Failure failure={endpoints.failure ?? providers.failure} />
          {state?.delivers === 'elsewhere' && (
            <p class="view-note">Another engine has this database and makes the deliveries.</p>
          )}
          {items?.length === 0 && (
            <div class="empty">
              <p>No endpoints yet.</p>
              <p>
                An endpoint is where a provider delivers to: its URL, its secret and the events it wants.
                Create one, then publish to it under Send.
              </p>
            </div>
          )}
          {items !== undefined && items.length > 0 && (
            <Listbox
              label="Endpoints"
              items={items}
              selected={params['id']}
              onSelect={(id, isStep) => go('endpoints', { id }, { replace: !isStep })}
              onEnter={focusDetail}
              onLeave={back}
            >
              {(endpoint) => <EndpointRow endpoint={endpoint} provider={providerOf(endpoint.provider)} />}
            </Listbox>
          )}
        </>
      )}
      detail={detail()}
    />
  );

  function detail() {
    if (providers.data === null) return null;
    if (params['new'] !== undefined) {
      return (
        <EndpointForm
          key="new"
          providers={providers.data}
          startWith={params['new']}
          before={null}
          onCancel={back}
          onDone={({ id }) => {
            setCreated(id);
            endpoints.reload();
            go('endpoints', { id }, { replace: true });
          }}
        />
      );
    }
    const id = params['id'];
    if (id === undefined || items === undefined) return null;
    const endpoint = items.find((item) => item.id === id);
    if (endpoint === undefined) {
      if (endpoints.loading || created === id) return null;
      return <p class="empty">There is no endpoint {id}: it may have been deleted.</p>;
    }
    if (params['edit'] !== undefined) {
      return (
        <EndpointForm
          key={`edit ${id}`}
          providers={providers.data}
          startWith={endpoint.provider}
          before={endpoint}
          onCancel={() => change({ edit: undefined })}
          onDone={() => {
            endpoints.reload();
            change({ edit: undefined }, { replace: true });
          }}
        />
      );
    }
    return (
      <EndpointView
        key={id}
        endpoint={endpoint}
        provider={providerOf(endpoint.provider)}
        isNew={created === id && providerOf(endpoint.provider)?.endpointSecret === 'generated'}
        onChanged={endpoints.reload}
      />
    );
  }
}

function newProvider(providers: readonly ProviderItem[] | null): string {
  return providers?.find(({ hasSecret }) => hasSecret)?.id ?? providers?.[0]?.id ?? 'first';
}
