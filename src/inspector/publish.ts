import { publish, type Published } from '../engine/publish.ts';
import type { Route } from '../http/router.ts';
import { deliveryJson } from '../json/delivery.ts';
import type { DeliveryItem, PublishAnswer } from './contract.ts';
import { delivered } from './delivered.ts';
import { needText, readFields, readText } from './input.ts';
import { findProvider } from './providers.ts';
import type { Handler, InspectorTools } from './tools.ts';

/** How long an answer waits for the first outcomes, in milliseconds. */
const OUTCOMES_MS = 5_000;

export function publishRoutes(tools: InspectorTools): Route<Handler>[] {
  const { store, deliverer, randomBytes } = tools;

  const publishEvent: Handler = async ({ json, gone }) => {
    const fields = readFields(json);
    const provider = findProvider(tools, needText(fields, 'provider'));
    const type = needText(fields, 'type');
    const body = readText(fields, 'body');
    const data = body === undefined ? undefined : Buffer.from(body);
    let published: Published | undefined;
    await delivered(
      tools,
      async () => {
        const world = { now: deliverer.now(), randomBytes };
        const options = { data, batch: deliverer.batch };
        published = await publish(store.deliveries, provider, type, options, world);
        return published.deliveries.map(({ id }) => id);
      },
      { atMostMs: OUTCOMES_MS, gone },
    );
    const { event, deliveries } = published!;
    const present = await Promise.all(deliveries.map(({ id }) => store.deliveries.get(id)));
    return {
      event,
      deliveries: present.flatMap((one) => (one === null ? [] : [deliveryJson(one) as DeliveryItem])),
    } satisfies PublishAnswer;
  };

  return [{ method: 'POST', path: '/api/publish', target: publishEvent }];
}
