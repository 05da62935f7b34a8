import type { EngineClock } from '../../engine/clock.ts';
import { deliverAlone } from '../../engine/deliver-alone.ts';
import { generateSecret } from '../../engine/endpoints.ts';
import { createDownSender, createScriptedSender, parseOutcomes } from '../../engine/scripted-sender.ts';
import type { Sender } from '../../engine/sender.ts';
import { UsageError } from '../../errors.ts';
import { attemptJson } from '../../json/attempt.ts';
import { parseDuration } from '../../model/duration.ts';
import { parseTarget } from '../../model/target.ts';
import type { Provider } from '../../providers/provider.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import {
  declareDeliverySettings,
  readEndpointSettings,
  type DeliverySettingsOptions,
} from '../endpoint-options.ts';
import { declareEngine, readClock, type EngineCommandOptions } from '../engine.ts';
import { EXIT } from '../exit-code.ts';
import { declareSecrets } from '../options.ts';
import { declarePayload, readPayloadOptions, type PayloadCommandOptions } from '../payload.ts';
import { pickProvider } from '../pick.ts';
import { chooseSecret } from '../rendering-options.ts';
import { renderSimulation, type Simulation } from '../render/simulation.ts';

interface SimulateOptions extends PayloadCommandOptions, EngineCommandOptions, DeliverySettingsOptions {
  readonly responses?: string;
  readonly to?: string;
  readonly downFor?: string;
}

/** Where nothing is sent to; reserved for that (RFC 6761). */
const NOWHERE = 'https://your-app.invalid/webhooks';

export default defineCommand<SimulateOptions, Simulation>({
  declare: (command) => {
    command
      .argument('[provider]', 'who delivers')
      .argument('[event-type]', 'what it says; the first of the catalog where it is left out')
      .option(
        '--responses <list>',
        'what your app answers, the last for ever: 500,timeout,refused,200; sends nothing',
      )
      .option('--to <url>', 'your app: real requests, signed as of the time of each attempt')
      .option('--down-for <duration>', 'your app is down for so long from the first attempt on, then there');
    declarePayload(command);
    declareSecrets(command);
    declareDeliverySettings(command);
    declareEngine(command, 'virtual, real, x60', 'virtual');
    command.addHelpText(
      'after',
      `
Records nothing. Exit code 3 where the delivery fails in the end.

Examples:
  webhook-cli simulate iverton --responses 500,500,200
  webhook-cli simulate taskplatform --down-for 1h
  webhook-cli simulate iverton deal.won --to :3000 --secret whsec_x`,
    );
  },
  run: simulate,
  render: renderSimulation,
  json: ({ attempts, delivery, endpoint }) => ({
    attempts: attempts.map((attempt) => attemptJson(attempt, attempts[0]!.startedAt)),
    delivery: { status: delivery.status },
    endpoint: { status: endpoint.status, disabledReason: endpoint.disabledReason },
  }),
  exitCode: ({ delivery }) => (delivery.status === 'succeeded' ? EXIT.done : EXIT.no),
});

async function simulate(context: Context, options: SimulateOptions, args: string[]): Promise<Simulation> {
  const { responses, to, downFor } = options;
  // A name that is wrong is told before what is missing; only then is a person asked.
  const named = args[0] === undefined ? null : await pickProvider(context, args[0]);
  if ([responses, to ?? downFor].filter((option) => option !== undefined).length !== 1) {
    throw new UsageError(
      responses === undefined ? 'what does your app do?' : '--responses sends nothing, so it goes alone',
      'give --responses 500,timeout,200, or --to URL, or --down-for 3h (with or without --to)',
    );
  }
  const outcomes = responses === undefined ? null : parseOutcomes(responses);
  const downForMs = downFor === undefined ? null : parseDuration(downFor, '--down-for');
  const target = to === undefined ? null : parseTarget(to, '--to');
  const provider = named ?? (await pickProvider(context, undefined));
  const payload = await readPayloadOptions(context, options);
  const eventType = args[1] ?? (payload.data === undefined ? provider.events[0]!.name : undefined);
  const settings = readEndpointSettings(options);
  const store = await context.passingStore();
  const clock = await readClock(context, options.clock, store, ['real', 'virtual', 'scaled']);
  const there = target === null ? undefined : await openSender(context, options);
  const sender = outcomes === null ? createSender(clock, downForMs, there) : createScriptedSender(outcomes);
  const delivered = await deliverAlone(provider, eventType, {
    store,
    sender,
    clock,
    real: context.clock,
    randomBytes: context.randomBytes,
    payload,
    endpoint: {
      ...settings,
      url: target?.href ?? NOWHERE,
      secret: target === null ? placeholderFor(context, provider) : await chooseSecret(context, provider, {}),
    },
    signal: context.signal,
  });
  return { ...delivered, provider, downForMs, isSent: target !== null, endedAt: context.clock.now() };
}

function openSender(context: Context, { publicOnly }: SimulateOptions): Promise<Sender> {
  return context.sender({ addresses: publicOnly === true ? 'public' : 'any' });
}

function createSender(clock: EngineClock, downForMs: number | null, there: Sender | undefined): Sender {
  return downForMs === null ? there! : createDownSender(clock, clock.now() + downForMs, there);
}

/** Signs what is only shown, in the provider's way. */
function placeholderFor({ randomBytes }: Context, provider: Provider): string | null {
  const scheme = provider.signature.value;
  if (scheme.kind === 'none') return null;
  const isVerbatim = scheme.kind !== 'asymmetric' && !('key' in scheme) && scheme.kind !== 'token';
  return isVerbatim ? 'nothing is sent' : generateSecret(provider, randomBytes);
}
