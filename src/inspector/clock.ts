import { advance, advanceTo, settled } from '../engine/advance.ts';
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
  const options = { signal: gone };
  if (wanted.kind === 'by') return advance(engine, engine.clock.now() + wanted.ms, options);
  await settled(engine, gone);
  if (wanted.kind === 'next' && engine.nextDueAt() === null) throw new UsageError('nothing waits');
  const most = wanted.kind === 'next' ? 1 : MOST_STEPS;
  for (let made = 0; made < most && !gone.aborted; made += 1) {
    const due = engine.nextDueAt();
    if (due === null) return;
    await advanceTo(engine, due, options);
  }
}

function readMove(json: unknown): Move {
  const fields = readFields(json);
  const to = readText(fields, 'to');
  const by = readText(fields, 'by');
  if (by !== undefined && to === undefined) return { kind: 'by', ms: parseDuration(by, 'by') };
  if (by === undefined && (to === 'next' || to === 'end')) return { kind: to };
  throw new UsageError('say how far', "give either to: 'next' or 'end', or by: a duration such as 5m");
}
