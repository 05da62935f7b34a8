import { publish } from '../../../engine/publish.ts';
import { deliveryWithAttemptsJson } from '../../../json/delivery.ts';
import { subscribes } from '../../../model/endpoint.ts';
import { createId } from '../../../model/id.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint } from '../../endpoints.ts';
import { EXIT } from '../../exit-code.ts';
import { attemptLine } from '../../render/attempt.ts';
import { deliveryLines } from '../../render/delivery.ts';
import { runBatch, type BatchResult } from '../../run-batch.ts';

export default defineCommand<{ readonly publicOnly?: boolean }, BatchResult>({
  declare: (command) => {
    command
      .argument('[endpoint]', 'which')
      .argument('[event-type]', 'what to send; the first it subscribes to, where it is left out')
      .option('--public-only', 'refuse to deliver to private addresses, whatever name leads there');
  },
  run: async (context, { publicOnly }, [id, eventType]) => {
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, id);
    const provider = (await context.providers()).get(endpoint.provider);
    const first = provider.events.find(({ name }) => subscribes(endpoint.eventTypes, name));
    const batch = createId('evt', context.clock.now(), context.randomBytes);
    return runBatch(context, store, { batch, publicOnly }, async () => {
      const { deliveries } = await publish(
        store.deliveries,
        provider,
        eventType ?? first?.name ?? provider.events[0]!.name,
        { test: endpoint, batch },
        { now: context.clock.now(), randomBytes: context.randomBytes },
      );
      return deliveries.map((delivery) => delivery.id);
    });
  },
  render: ({ deliveries, attempts }, term) =>
    attempts.size === 0
      ? deliveryLines(deliveries, attempts, term)
      : [...attempts.values()].map((attempt) => attemptLine(attempt, term, { showBody: true })).join('\n'),
  json: ({ deliveries, attempts }) => {
    const [delivery] = deliveries;
    return delivery === undefined
      ? { delivery: null }
      : { delivery: deliveryWithAttemptsJson(delivery, [...attempts.values()]) };
  },
  exitCode: ({ deliveries, isEnqueued }) =>
    isEnqueued || deliveries.every(({ status }) => status === 'succeeded') ? EXIT.done : EXIT.no,
});
