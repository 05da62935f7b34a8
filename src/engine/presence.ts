import { UsageError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { EngineRecord, EngineStore } from '../store/store.ts';
import type { EngineClock } from './clock.ts';
import { watchNeighbours } from './neighbours.ts';
import { hasEnded, type Processes } from './processes.ts';

/** An engine's entry among those at work on a database. */
export interface Presence {
  /** Its number, in whose name it claims. */
  readonly owner: () => number;
  /** Enters it anew, under another number: it was taken for dead, after the machine slept say. */
  enterAgain(): Promise<void>;
  /** Shows that it lives, until the signal aborts, and frees what engines had claimed that do not. */
  keepUp(signal: AbortSignal): Promise<void>;
  leave(): Promise<void>;
}

interface PresenceOptions {
  readonly engines: EngineStore;
  readonly clock: EngineClock;
  readonly real: Clock;
  readonly here: Processes;
  readonly beatMs: number;
  readonly onFreed: (deliveries: number) => void;
  readonly onProblem: (error: unknown) => void;
}

/** @throws {UsageError} `ERR_ENGINE_RUNNING` where another engine excludes it. */
export async function enter(options: PresenceOptions): Promise<Presence> {
  const { engines, clock, real, here, beatMs, onFreed, onProblem } = options;
  const neighbours = watchNeighbours(engines, here, real);
  let owner = await register();

  async function register(): Promise<number> {
    const registered = await engines.register(
      { clock: clock.kind, host: here.host, pid: here.pid, processStarted: here.startedAt },
      (engine) => hasEnded(engine, here),
    );
    if ('seq' in registered) return registered.seq;
    throw excluded(registered.excludedBy, clock);
  }

  return {
    owner: () => owner,
    enterAgain: async () => {
      owner = await register();
    },
    keepUp: async (signal) => {
      for (;;) {
        await real.sleep(beatMs, signal);
        if (signal.aborted) return;
        try {
          await engines.beat(owner);
          const deliveries = await neighbours.bury(owner);
          if (deliveries > 0) onFreed(deliveries);
        } catch (error) {
          onProblem(error);
        }
      }
    },
    leave: async () => void (await engines.remove(owner)),
  };
}

function excluded({ pid, host, clock }: EngineRecord, own: EngineClock): UsageError {
  return clock === 'real'
    ? new UsageError(
        `an engine is at work on this database (process ${pid} on ${host}), and a ${own.kind} clock works alone`,
        'stop it first, or name another database with --db',
        'ERR_ENGINE_RUNNING',
      )
    : new UsageError(
        `an engine with a ${clock} clock is at work on this database (process ${pid} on ${host}) and excludes others`,
        'stop it first, or name another database with --db',
        'ERR_ENGINE_RUNNING',
      );
}
