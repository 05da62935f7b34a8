import { publish } from '../../engine/publish.ts';
import { deliveryJson } from '../../json/delivery.ts';
import { iso } from '../../json/values.ts';
import { createId } from '../../model/id.ts';
import type { Provider } from '../../providers/provider.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { declareEngine, readClock, type EngineCommandOptions } from '../engine.ts';
import { EXIT } from '../exit-code.ts';
import {
  chooseTypes,
  declareEvents,
  declarePayload,
  readPayloadOptions,
  type EventsCommandOptions,
} from '../payload.ts';
import { pickProvider } from '../pick.ts';
import { strictness } from '../render/attempt.ts';
import { deliveryLines } from '../render/delivery.ts';
import { runBatch, type BatchResult } from '../run-batch.ts';

const PUBLISHED_TOGETHER = 64;
const NOTICEABLE_MS = 1_000;

interface EmitOptions extends EventsCommandOptions, EngineCommandOptions {
  readonly wait: boolean;
}

interface EmitResult extends BatchResult {
  readonly provider: Provider;
  readonly events: readonly { readonly id: string; readonly type: string | null }[];
  readonly warnings: readonly string[];
}

export default defineCommand<EmitOptions, EmitResult>({
  declare: (command) => {
    command
      .argument('[provider]', 'who sends')
      .argument('[event-type]', 'what happened; may be left out with --data or --all');
    declarePayload(command);
    declareEvents(command);
    declareEngine(command, 'real, virtual (to the end at once), x60');
    command.option('--no-wait', 'only write the deliveries down, for an engine to make').addHelpText(
      'after',
      `
Waits for the first outcome of each delivery; on a virtual clock, for the last one.

Examples:
  webhook-cli endpoints create --provider iverton --url :3000 --secret whsec_x
  webhook-cli emit iverton deal.won --set data.amount=15000
  webhook-cli emit iverton --all --clock virtual`,
    );
  },
  run: emit,
  render: (result, term) => {
    const { provider, events, deliveries, attempts, warnings, isEnqueued, isTaken } = result;
    const waiting = deliveries.filter(({ status }) => status === 'pending').length;
    const strict = strictness(provider.name, provider.success.value, attempts.values());
    const notes = [
      ...(strict === null ? [] : [strict]),
      ...warnings.map((warning) => `warning: ${warning}`),
      ...(deliveries.length === 0
        ? [
            `no endpoint of ${provider.id} subscribes to ${events.length === 1 ? (events[0]!.type ?? 'it') : 'them'}; ` +
              `create one with: webhook-cli endpoints create --provider ${provider.id} --url http://localhost:3000/`,
          ]
        : []),
      ...(waiting > 0 && !isTaken
        ? [
            `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for ${isEnqueued ? 'an engine' : 'the next attempt'}: webhook-cli serve makes ${waiting === 1 ? 'it' : 'them'} in time`,
          ]
        : []),
    ];
    return {
      out: deliveryLines(deliveries, attempts, term),
      ...(notes.length === 0 ? {} : { err: notes.join('\n') }),
    };
  },
  json: ({ events, deliveries, warnings }) => ({
    events,
    deliveries: deliveries.map(deliveryJson),
    ...(warnings.length === 0 ? {} : { warnings }),
  }),
  exitCode: ({ deliveries, isEnqueued }) =>
    isEnqueued || deliveries.every(({ status }) => status === 'succeeded' || status === 'discarded')
      ? EXIT.done
      : EXIT.no,
});

async function emit(context: Context, options: EmitOptions, args: string[]): Promise<EmitResult> {
  const provider = await pickProvider(context, args[0]);
  const types = await chooseTypes(context, provider, args[1], options);
  const payload = await readPayloadOptions(context, options);
  const store = await context.store();
  const clock = await readClock(context, options.clock, store, ['real', 'virtual', 'scaled']);
  if (clock.kind === 'virtual' && clock.now() > context.clock.now() + NOTICEABLE_MS) {
    context.note(`clock: virtual, from ${iso(clock.now())}, where earlier runs have left it`);
  }
  const batch = createId('evt', context.clock.now(), context.randomBytes);
  const events: EmitResult['events'][number][] = [];
  const warnings = new Set<string>();
  const settings = { batch, clock, publicOnly: options.publicOnly, wait: options.wait };
  const result = await runBatch(context, store, settings, async (wake) => {
    const ids: string[] = [];
    for (let at = 0; at < types.length && !context.signal.aborted; at += PUBLISHED_TOGETHER) {
      // Together they share a commit.
      const portion = types.slice(at, at + PUBLISHED_TOGETHER).map((type) => {
        const world = { now: clock.now(), randomBytes: context.randomBytes };
        return publish(store.deliveries, provider, type, { ...payload, batch }, world);
      });
      for (const published of await Promise.all(portion)) {
        events.push(published.event);
        for (const { id } of published.deliveries) ids.push(id);
        for (const warning of published.warnings) warnings.add(warning);
      }
      wake();
    }
    return ids;
  });
  return { ...result, provider, events, warnings: [...warnings] };
}
