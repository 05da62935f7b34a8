import type { DeliveryDetail, DeliveryQuery, State } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource } from '../live.ts';
import { change, hrefOf, usePlace } from '../location.ts';
import { Failure } from '../ui/failure.tsx';
import { Link } from '../ui/link.tsx';
import { useEndpoints, useProviders } from '../ui/lists.ts';
import { Listbox } from '../ui/listbox.tsx';
import { Split } from '../ui/split.tsx';
import { Bulk } from './bulk.tsx';
import { ClockBar } from './clock-bar.tsx';
import { DeliveryView } from './delivery-detail.tsx';
import { DeliveryRow } from './delivery-row.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf } from './filters.ts';
import { useDeliveries } from './use-deliveries.ts';
import { useEngine } from './use-engine-time.ts';

const WHO_DELIVERS: Readonly<Record<State['delivers'], string | null>> = {
  all: null,
  own: 'Waiting deliveries that were not started here are made by webhook-cli serve.',
  elsewhere: 'Another engine has this database and makes the deliveries.',
};

export function Deliveries({ state }: { readonly state: State | null }) {
  const { params } = usePlace();
  const query = filtersOf(params);
  const id = params['id'];
  const engine = useEngine(state);
  const list = useDeliveries(query);
  const providers = useProviders();
  const endpoints = useEndpoints();
  const detail = useResource(id ?? null, (signal) =>
    get<DeliveryDetail>(`/api/deliveries/${encodeURIComponent(id!)}`, {}, signal),
  );
  const urlOf = (endpoint: string): string =>
    endpoints.data?.find((each) => each.id === endpoint)?.url ?? endpoint;
  const back = (): void => change({ id: undefined });
  const who = state === null ? null : WHO_DELIVERS[state.delivers];
  const items = list.data?.deliveries;
  const shown = detail.data?.delivery.id === id ? detail.data : null;

  return (
    <>
      {engine !== null && <ClockBar engine={engine} />}
      <Split
        title="Deliveries"
        detailLabel="Delivery"
        onBack={back}
        list={(focusDetail) => (
          <>
            <div class="row view-head">
              <span class="view-title" aria-hidden="true">
                Deliveries
              </span>
              <span class="row section-end">
                <Bulk query={query} urlOf={urlOf} />
              </span>
            </div>
            <FilterBar query={query} endpoints={endpoints.data ?? []} providers={providers.data ?? []} />
            {who !== null && <p class="view-note">{who}</p>}
            <Failure failure={list.failure ?? endpoints.failure ?? providers.failure} />
            {items?.length === 0 && <Empty query={query} />}
            {items !== undefined && items.length > 0 && (
              <Listbox
                label="Deliveries"
                items={items}
                selected={id}
                onSelect={(next, isStep) => change({ id: next }, { replace: !isStep })}
                onEnter={focusDetail}
                onLeave={back}
              >
                {(delivery) => (
                  <DeliveryRow delivery={delivery} url={urlOf(delivery.endpointId)} engine={engine} />
                )}
              </Listbox>
            )}
            {list.data !== null && list.data.nextCursor !== null && (
              <button type="button" class="load-more" disabled={list.loading} onClick={list.more}>
                Load more
              </button>
            )}
          </>
        )}
        detail={
          id === undefined ? null : (
            <>
              <Failure failure={detail.failure} />
              {shown !== null && (
                <DeliveryView
                  key={id}
                  detail={shown}
                  provider={providers.data?.find((each) => each.id === shown.delivery.provider)}
                  engine={engine}
                  onChanged={detail.reload}
                />
              )}
            </>
          )
        }
      />
    </>
  );
}

function Empty({ query }: { readonly query: DeliveryQuery }) {
  const isFiltered = Object.keys(query).length > 0;
  return (
    <div class="empty">
      {isFiltered ? (
        <p>No delivery matches these filters.</p>
      ) : (
        <>
          <p>No deliveries yet.</p>
          <p>
            <Link href={hrefOf('endpoints')}>Create an endpoint</Link>, then{' '}
            <Link href={hrefOf('send', { mode: 'publish' })}>publish an event to it</Link>.
          </p>
        </>
      )}
    </div>
  );
}
