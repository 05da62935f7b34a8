import { useState } from 'preact/hooks';
import type { ClockMove, ClockState } from '../../contract.ts';
import { send } from '../api.ts';
import { useAction } from '../ui/action.ts';
import { Failure } from '../ui/failure.tsx';
import { Moment } from '../ui/time.tsx';
import { Due } from './due-time.tsx';
import { CLOCK_SENTENCES } from './engine-clock.ts';
import { useEngineTime } from './use-engine-time.ts';

/** The engine's clock, which may be far from now, and what moves it. */
export function ClockBar({ engine }: { readonly engine: ClockState }) {
  const now = useEngineTime(engine);
  return (
    <section class="clock-bar" aria-label="Engine clock">
      <div class="row">
        <span class="tag is-dim">{engine.clock} clock</span>
        <b>
          <Moment at={new Date(now).toISOString()} />
        </b>
        <span class="dim">
          {engine.nextDueAt === null ? (
            'nothing is due'
          ) : (
            <>
              next due <Due at={engine.nextDueAt} engine={engine} />
            </>
          )}
        </span>
        {engine.clock === 'manual' ? <Moves /> : <span class="dim">{CLOCK_SENTENCES[engine.clock]}</span>}
      </div>
    </section>
  );
}

function Moves() {
  const [by, setBy] = useState('5m');
  const { busy, failure, run } = useAction();
  const move = (to: ClockMove): void => void run(() => send<ClockState>('POST', '/api/clock', to));
  return (
    <>
      <span class="row section-end">
        <button type="button" disabled={busy} onClick={() => move({ to: 'next' })}>
          Step to next due time
        </button>
        <form
          class="with-button"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) move({ by: by.trim() });
          }}
        >
          <input
            class="duration"
            aria-label="Advance the clock by"
            value={by}
            autocomplete="off"
            onInput={(event) => setBy(event.currentTarget.value)}
          />
          <button type="submit" disabled={busy}>
            Advance
          </button>
        </form>
        <button type="button" disabled={busy} onClick={() => move({ to: 'end' })}>
          Run to the end
        </button>
      </span>
      <Failure failure={failure} />
    </>
  );
}
