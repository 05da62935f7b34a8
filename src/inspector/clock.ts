import type { Engine } from '../engine/engine.ts';
import { UsageError } from '../errors.ts';
import type { Route } from '../http/router.ts';
import { iso, isoOrNull } from '../json/values.ts';
import { parseDuration } from '../model/duration.ts';
import type { ClockState } from './contract.ts';
import { readFields, readText } from './input.ts';
import type { Handler, InspectorTools } from './tools.ts';

/** A clock is moved to its end by at most so many steps. */
const MOST_STEPS = 10_000;
/** Later times are no ISO-8601 texts of four-digit years any more. */
const LATEST = Date.UTC(9999, 11, 31);

type Move =
  { readonly kind: 'next' } | { readonly kind: 'end' } | { readonly kind: 'by'; readonly ms: number };

export function clockRoutes({ deliverer }: InspectorTools): Route<Handler>[] {
  return [
    {
      method: 'POST',
      path: '/api/clock',
      target: async ({ json, gone }) => {
        const engine = deliverer.shown;
        if (engine?.clock.kind !== 'manual') {
          throw new UsageError('only a manual clock can be moved', 'start serve with --clock manual');
        }
        await move(engine, readMove(json), gone);
        return clockState(engine);
      },
    },
  ];
}

export function clockState(engine: Engine): ClockState {
  const { clock } = engine;
  return { clock: clock.kind, now: iso(clock.now()), nextDueAt: isoOrNull(engine.nextDueAt()) };
}

async function move(engine: Engine, wanted: Move, gone: AbortSignal): Promise<void> {
  await idle(engine, gone);
  if (wanted.kind === 'by') return step(engine, engine.clock.now() + wanted.ms, gone);
  if (wanted.kind === 'next' && engine.nextDueAt() === null) throw new UsageError('nothing waits');
  const most = wanted.kind === 'next' ? 1 : MOST_STEPS;
  for (let made = 0; made < most && !gone.aborted; made += 1) {
    const due = engine.nextDueAt();
    if (due === null) return;
    await step(engine, due, gone);
  }
}

/** Moves time on, and waits until all that has come due is done. */
async function step({ clock, ...engine }: Engine, to: number, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return;
  if (to > LATEST) throw new UsageError('the clock cannot go beyond the year 9999', 'move it by less');
  clock.advanceTo?.(to);
  engine.wake();
  await idle(engine, gone);
}

/** Requests under way take the time they take: nobody waits for them who has gone. */
async function idle(engine: Pick<Engine, 'idle'>, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return;
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  gone.addEventListener('abort', leave, { once: true });
  await Promise.race([engine.idle(), left]);
  gone.removeEventListener('abort', leave);
}

function readMove(json: unknown): Move {
  const fields = readFields(json);
  const to = readText(fields, 'to');
  const by = readText(fields, 'by');
  if (by !== undefined && to === undefined) return { kind: 'by', ms: parseDuration(by, 'by') };
  if (by === undefined && (to === 'next' || to === 'end')) return { kind: to };
  throw new UsageError('say how far', "give either to: 'next' or 'end', or by: a duration such as 5m");
}
