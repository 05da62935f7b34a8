import { useEffect, useState } from 'preact/hooks';
import type { DeliveryItem, DeliveryPage, DeliveryQuery } from '../../contract.ts';
import { get, queryText } from '../api.ts';
import { useResource, type Resource } from '../live.ts';

const PAGE = 100;

interface Deliveries extends Resource<DeliveryPage> {
  more(): void;
}

/** The newest that match, as far as they were asked for, looked up anew with every change. */
export function useDeliveries(query: DeliveryQuery): Deliveries {
  const text = queryText(query);
  const [wanted, setWanted] = useState({ text, count: PAGE });
  const count = wanted.text === text ? wanted.count : PAGE;
  useEffect(() => setWanted({ text, count: PAGE }), [text]);
  const resource = useResource(`${text} ${count}`, (signal) => load(query, count, signal));
  return { ...resource, more: () => setWanted({ text, count: count + PAGE }) };
}

async function load(query: DeliveryQuery, count: number, signal: AbortSignal): Promise<DeliveryPage> {
  const deliveries: DeliveryItem[] = [];
  let cursor: string | null = null;
  do {
    const page: DeliveryPage = await get(
      '/api/deliveries',
      { ...query, limit: PAGE, cursor: cursor ?? '' },
      signal,
    );
    deliveries.push(...page.deliveries);
    cursor = page.nextCursor;
  } while (cursor !== null && deliveries.length < count);
  return { deliveries, nextCursor: cursor };
}
