import type { Clock } from '../model/clock.ts';
import type { RetentionRule } from '../model/retention.ts';
import type { Store } from '../store/store.ts';

type Pruning = Pick<Store, 'captures' | 'retention' | 'changes'>;

interface World {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** To look whether there is anything to prune costs next to nothing. */
const LOOK_EVERY_MS = 250;
/** At least so long the write lock is free for others between two steps. */
const LEAST_PAUSE_MS = 5;
/** So much of the file may stay free inside, for what comes next. */
const SPARE = 0.05;

/** Deletes all that is not kept, step by step. Ends early where the signal aborts. */
export async function pruneAll(
  { retention }: Pick<Pruning, 'retention'>,
  rule: RetentionRule,
  { clock, signal }: World,
): Promise<{ readonly captures: number; readonly deliveries: number }> {
  let [captures, deliveries] = [0, 0];
  await inSteps({ clock, signal }, async () => {
    const step = await retention.prune(rule, clock.now());
    captures += step.captures;
    deliveries += step.deliveries;
    return step.isDone;
  });
  return { captures, deliveries };
}

/** Makes the file as small as what it holds allows. */
export async function giveAllBack({ retention }: Pick<Pruning, 'retention'>, world: World): Promise<void> {
  await inSteps(world, async () => (await retention.giveBack(0)).isDone);
}

/**
 * Keeps the database to the rule until the signal aborts, and the file small while nobody writes. Never rejects: whatever fails,
 * the command goes on.
 */
export async function keepPruned(
  store: Pruning,
  rule: RetentionRule,
  { clock, signal }: World,
  onProblem: (error: unknown) => void,
): Promise<void> {
  let mark: string | null = null;
  while (!signal.aborted) {
    try {
      const { captures } = await pruneAll(store, rule, { clock, signal });
      // After a large part of it has gone the text is indexed anew.
      if (captures > 0 && !signal.aborted) await store.captures.indexText();
      mark = await tidy(mark);
    } catch (error) {
      if (!signal.aborted) onProblem(error);
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }

  /** Gives room back as long as nobody has written since the last look. */
  async function tidy(before: string | null): Promise<string | null> {
    if (signal.aborted) return before;
    const present = await store.changes();
    if (present !== before) return present;
    await inSteps({ clock, signal }, async () => {
      if ((await store.changes()) !== present) return true;
      return (await store.retention.giveBack(SPARE, rule.sizeBytes)).isDone;
    });
    return store.changes();
  }
}

/** Does step after step, and leaves others as much time as each takes. */
async function inSteps({ clock, signal }: World, step: () => Promise<boolean>): Promise<void> {
  while (!signal.aborted) {
    const begun = clock.now();
    if (await step()) return;
    await clock.sleep(Math.max(LEAST_PAUSE_MS, clock.now() - begun), signal);
  }
}
