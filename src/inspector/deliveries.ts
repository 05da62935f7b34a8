import { policyOf } from '../engine/policy.ts';
import { retryRefusal } from '../engine/retry-refusal.ts';
import { NotFoundError, WebhookError } from '../errors.ts';
import type { Route } from '../http/router.ts';
import { deliveryJson, deliveryWithAttemptsJson } from '../json/delivery.ts';
import { iso } from '../json/values.ts';
import type { Attempt } from '../model/attempt.ts';
import { CANCELED_BY_HAND, type Delivery } from '../model/delivery.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { readDeliveryFilter } from '../store/filter-text.ts';
import { cancelMatching, retryMatching } from './bulk.ts';
import type { BulkAnswer, DeliveryAnswer, DeliveryDetail, DeliveryItem, DeliveryPage } from './contract.ts';
import { fieldsOf, readFilterText, readPage } from './delivery-fields.ts';
import { scheduleAhead } from './schedule-ahead.ts';
import type { Handler, InspectorTools } from './tools.ts';

/** Deliveries as the page sees them, and what it does with them. */
export function deliveryRoutes(tools: InspectorTools): Route<Handler>[] {
  const { store, deliverer } = tools;

  async function find(id: string): Promise<Delivery> {
    const delivery = await store.deliveries.get(id);
    if (delivery === null) throw new NotFoundError(`there is no delivery ${id}`);
    return delivery;
  }

  const list: Handler = async ({ query }) => {
    const fields = fieldsOf(query);
    const filter = readDeliveryFilter(readFilterText(fields), deliverer.now());
    const { deliveries, nextCursor } = await store.deliveries.list(filter, readPage(fields));
    return { deliveries: deliveries.map(item), nextCursor } satisfies DeliveryPage;
  };

  const detail: Handler = async ({ params }) => {
    const delivery = await find(params['id']!);
    const attempts = await store.attempts.ofDelivery(delivery.id);
    const body = (await store.deliveries.body(delivery.id)) ?? new Uint8Array();
    const endpoint = await store.endpoints.get(delivery.endpointId);
    return {
      delivery: deliveryWithAttemptsJson(delivery, attempts, body) as DeliveryDetail['delivery'],
      endpoint: endpoint === null ? null : { id: endpoint.id, url: endpoint.url, status: endpoint.status },
      ahead: endpoint === null ? [] : ahead(delivery, attempts, endpoint).map(iso),
    } satisfies DeliveryDetail;
  };

  /** Of one that is being sent at this moment: what follows if that fails at once. */
  function ahead(delivery: Delivery, attempts: readonly Attempt[], endpoint: Endpoint): readonly number[] {
    const { trigger, status, nextAttemptAt } = delivery;
    const provider = tools.providers.find(({ id }) => id === endpoint.provider);
    if (provider === undefined) return [];
    const { delaysMs } = policyOf(provider, endpoint);
    const step = attempts.filter((attempt) => attempt.trigger === 'scheduled').length;
    if (status !== 'sending') return scheduleAhead(delaysMs, { trigger, step, nextAttemptAt });
    return scheduleAhead(delaysMs, { trigger, step, nextAttemptAt: deliverer.now() }).slice(1);
  }

  const retry: Handler = async ({ params }) => {
    const delivery = await find(params['id']!);
    const answer = await store.deliveries.retry(delivery.id, deliverer.now(), deliverer.batch);
    if (answer !== 'due') throw await retryRefusal(store.endpoints, answer, delivery);
    (await deliverer.engine())?.wake();
    return { delivery: item(await find(delivery.id)) } satisfies DeliveryAnswer;
  };

  const cancel: Handler = async ({ params }) => {
    const { id } = await find(params['id']!);
    const canceled = await store.deliveries.cancel([id], CANCELED_BY_HAND, deliverer.now());
    const delivery = await find(id);
    if (canceled === 0) throw notWaiting(delivery);
    return { delivery: item(delivery) } satisfies DeliveryAnswer;
  };

  return [
    { method: 'GET', path: '/api/deliveries', target: list },
    {
      method: 'POST',
      path: '/api/deliveries/retry',
      target: async ({ json }) => ({ deliveries: await retryMatching(tools, json) }) satisfies BulkAnswer,
    },
    {
      method: 'POST',
      path: '/api/deliveries/cancel',
      target: async ({ json }) => ({ deliveries: await cancelMatching(tools, json) }) satisfies BulkAnswer,
    },
    { method: 'GET', path: '/api/deliveries/:id', target: detail },
    { method: 'POST', path: '/api/deliveries/:id/retry', target: retry },
    { method: 'POST', path: '/api/deliveries/:id/cancel', target: cancel },
  ];
}

function item(delivery: Delivery): DeliveryItem {
  return deliveryJson(delivery) as DeliveryItem;
}

function notWaiting({ id, status }: Delivery): WebhookError {
  return status === 'sending' || status === 'pending'
    ? new WebhookError('ERR_SENDING', `${id} is being sent at this moment`, {
        hint: 'try again when it has ended',
      })
    : new WebhookError('ERR_NOT_WAITING', `${id} does not wait any more: it is ${status}`);
}
