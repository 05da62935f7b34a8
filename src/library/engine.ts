import { advance as advanceClock } from '../engine/advance.ts';
import * as engines from '../engine/engine.ts';
import type { Sender } from '../engine/sender.ts';
import { createUndiciSender } from '../engine/undici-sender.ts';
import { UsageError } from '../errors.ts';
import { parseDuration } from '../model/duration.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';

/** What an engine asks of a store. */
export type EngineStores = engines.EngineOptions['store'];

export interface EngineSettings<S extends EngineStores = Store> extends Omit<
  engines.EngineOptions,
  'store' | 'sender'
> {
  /** In memory unless given, and then closed by `stop`. */
  readonly store?: S;
  /**
   * Over HTTP unless given, and then closed by `stop`. One of yours should have no bound of its own on connections
   * (`connectionsPerOrigin: null`): the engine sets the bounds.
   */
  readonly sender?: Sender;
}

export interface Engine<S extends EngineStores = Store> extends engines.Engine {
  /** Where endpoints, deliveries and attempts are looked up, until it is stopped. */
  readonly store: S;
  /**
   * Moves a manual clock, from due time to due time, and resolves when all that came due has been attempted.
   * @param by milliseconds, or a duration such as `5m` or `2h`.
   * @throws {UsageError} on any other clock.
   */
  advance(by: number | string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an engine: it claims due deliveries, sends them, and settles each attempt in one transaction with what follows from it.
 * Delivers at least once, with the same id and bytes each time.
 * @throws {UsageError} `ERR_ENGINE_RUNNING` where another engine excludes it: one with another clock than the real one works
 * alone on its database.
 */
export async function createEngine<S extends EngineStores = Store>(
  settings: EngineSettings<S> = {},
): Promise<Engine<S>> {
  const own: { close(): Promise<void> }[] = [];
  const closeOwn = async (): Promise<void> => {
    for (const one of own) await one.close();
  };
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    own.push(one);
    return one;
  };
  try {
    const sender = settings.sender ?? keep(await createUndiciSender({ connectionsPerOrigin: null }));
    // Where no store is given, S is what it is by default.
    const store = settings.store ?? (keep(await openStore({ path: ':memory:' })) as EngineStores as S);
    const engine = await engines.createEngine({ ...settings, store, sender });
    let stopping: Promise<void> | undefined;
    const stop: engines.Engine['stop'] = (options) => (stopping ??= engine.stop(options).then(closeOwn));
    return {
      ...engine,
      store,
      stop,
      advance: (by) => advance(engine, by),
      [Symbol.asyncDispose]: () => stop(),
    };
  } catch (error) {
    await closeOwn();
    throw error;
  }
}

async function advance(engine: engines.Engine, by: number | string): Promise<void> {
  const { clock } = engine;
  if (clock.kind !== 'manual') {
    throw new UsageError(
      `only a manual clock is moved by hand, and this one is ${clock.kind}`,
      'create the engine with clock: manualClock(Date.now())',
    );
  }
  const ms = typeof by === 'number' ? by : parseDuration(by, 'advance');
  if (!(ms >= 0 && Number.isFinite(ms))) throw new UsageError(`time cannot be moved by ${by} ms`);
  await advanceClock(engine, clock.now() + ms);
}
