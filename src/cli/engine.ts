import type { Command } from 'commander';
import { manualClock, realClock, scaledClock, virtualClock, type EngineClock } from '../engine/clock.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine/engine.ts';
import { UsageError, WebhookError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';

export interface EngineCommandOptions {
  readonly clock: string;
  readonly publicOnly?: boolean;
}

const LARGEST_FACTOR = 1_000_000;

export function declareEngine(command: Command, clocks: string, initial = 'real'): void {
  command
    .option('--clock <clock>', `what schedules follow: ${clocks}`, initial)
    .option('--public-only', 'refuse to deliver to private addresses, whatever name leads there');
}

/** Time begins at the later of now and the last stored time, so that it never runs back. */
export async function readClock(
  context: Context,
  text: string,
  store: Store,
  kinds: readonly EngineClock['kind'][],
): Promise<EngineClock> {
  const factor = Number(/^(?:x(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)x)$/i.exec(text)?.slice(1).find(Boolean));
  const kind = Number.isNaN(factor) ? text : 'scaled';
  const known = kinds.find((name) => name === kind);
  if (known === undefined || (known === 'scaled' && !(factor > 0 && factor <= LARGEST_FACTOR))) {
    const names = kinds.map((name) => (name === 'scaled' ? 'x60 (or any factor)' : name));
    throw new UsageError(`--clock takes ${names.join(', ')}, not "${text}"`);
  }
  if (known === 'real') return realClock(context.clock);
  const start = Math.max(context.clock.now(), (await store.deliveries.lastTime()) ?? 0);
  if (known === 'scaled') return scaledClock(context.clock, factor, start);
  return known === 'virtual' ? virtualClock(start) : manualClock(start);
}

/** An engine for as long as a command runs. */
export async function openEngine(
  context: Context,
  store: Store,
  options: Pick<EngineOptions, 'clock' | 'batch' | 'onEvent'> & { readonly publicOnly?: boolean | undefined },
): Promise<Engine> {
  const { publicOnly, ...rest } = options;
  const sender = await context.sender({
    addresses: publicOnly === true ? 'public' : 'any',
    connectionsPerOrigin: null,
  });
  const { clock: real, randomBytes } = context;
  const providers = await context.providers();
  return createEngine({ store, sender, real, randomBytes, providers, ...rest });
}

/** Whether an engine could not be opened because another one has the database for itself. */
export function isExcluded(error: unknown): boolean {
  return error instanceof WebhookError && error.code === 'ERR_ENGINE_RUNNING';
}
