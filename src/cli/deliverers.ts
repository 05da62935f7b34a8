import type { Engine, EngineEvent } from '../engine/engine.ts';
import { hasEnded, processes } from '../engine/processes.ts';
import type { Deliverer } from '../inspector/tools.ts';
import { createId } from '../model/id.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { isExcluded, openEngine } from './engine.ts';

interface Listeners {
  readonly tell: (event: EngineEvent) => void;
  readonly subscribe: Deliverer['subscribe'];
}

export function createListeners(): Listeners {
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    tell: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The engine of this process, which is at work on everything. */
export function wholeDeliverer(
  context: Context,
  engine: Engine,
  subscribe: Deliverer['subscribe'],
): Deliverer {
  return {
    delivers: async () => 'all',
    batch: createId('evt', context.clock.now(), context.randomBytes),
    now: () => engine.clock.now(),
    engine: async () => engine,
    shown: engine,
    subscribe,
  };
}

/**
 * An engine for what the page asks for and nothing else. It runs only while something of that waits, so that it keeps no other
 * engine from the database.
 */
export function ownDeliverer(context: Context, store: Store): Deliverer & { stop(): Promise<void> } {
  const { tell, subscribe } = createListeners();
  const batch = createId('evt', context.clock.now(), context.randomBytes);
  let opening: Promise<Engine | null> | null = null;
  let stopping = false;

  async function open(): Promise<Engine | null> {
    try {
      const engine = await openEngine(context, store, {
        batch,
        onEvent: (event) => {
          if (event.type === 'problem') context.warn('tried again', event.error);
          tell(event);
        },
      });
      void endWhenIdle(engine);
      return engine;
    } catch (error) {
      opening = null;
      if (!isExcluded(error)) throw error;
      return null;
    }
  }

  async function endWhenIdle(engine: Engine): Promise<void> {
    await engine.idle();
    opening = null;
    await engine.stop();
    // What was asked for just then would wait for the next time.
    if (!stopping && (await store.deliveries.count(batch)).pending > 0) await start();
  }

  function start(): Promise<Engine | null> {
    return (opening ??= open());
  }

  return {
    delivers: async () => {
      const engines = await store.engines.list();
      const isAlone = engines.some((engine) => engine.clock !== 'real' && !hasEnded(engine, processes));
      return isAlone ? 'elsewhere' : 'own';
    },
    batch,
    now: () => context.clock.now(),
    engine: start,
    shown: null,
    subscribe,
    stop: async () => {
      stopping = true;
      await (await opening)?.stop();
    },
  };
}
