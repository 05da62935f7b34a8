import { UsageError } from '../errors.ts';
import type { Engine } from './engine.ts';

/** Later times are no ISO-8601 texts of four-digit years any more. */
const LATEST = Date.UTC(9999, 11, 31);

type Movable = Pick<Engine, 'clock' | 'nextDueAt' | 'wake' | 'idle'>;

export interface AdvanceOptions {
  /** Whoever asked has gone: it stops where it is, and waits for nothing that is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each time that the clock comes to, before what is due there is made. */
  readonly onStep?: ((now: number) => void) | undefined;
}

/**
 * Moves a manual clock to `target`, from due time to due time, so that each attempt is made at its own time. Resolves when all
 * that came due has been attempted, or when the engine is stopped meanwhile.
 * @param target milliseconds since the Unix epoch.
 * @throws {UsageError} beyond the year 9999, and then nothing has moved.
 */
export async function advance(engine: Movable, target: number, options: AdvanceOptions = {}): Promise<void> {
  checkTime(target);
  await settled(engine, options.signal);
  let due = engine.nextDueAt();
  while (due !== null && due < target) {
    await advanceTo(engine, due, options);
    if (options.signal?.aborted) return;
    const next = engine.nextDueAt();
    // It has been stopped meanwhile.
    if (next === due) return;
    due = next;
  }
  await advanceTo(engine, target, options);
}

/** One step: moves a manual clock, and resolves when all that has come due is done. */
export async function advanceTo(
  engine: Movable,
  to: number,
  { signal, onStep = () => {} }: AdvanceOptions = {},
): Promise<void> {
  if (signal?.aborted) return;
  checkTime(to);
  engine.clock.advanceTo?.(to);
  onStep(engine.clock.now());
  engine.wake();
  await settled(engine, signal);
}

/** Resolves when nothing is under way, or when the signal aborts. */
export async function settled(engine: Pick<Engine, 'idle'>, signal?: AbortSignal): Promise<void> {
  if (signal === undefined) return engine.idle();
  if (signal.aborted) return;
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  signal.addEventListener('abort', leave, { once: true });
  await Promise.race([engine.idle(), left]);
  signal.removeEventListener('abort', leave);
}

function checkTime(ms: number): void {
  if (ms > LATEST) throw new UsageError('the clock cannot go beyond the year 9999', 'move it by less');
}
