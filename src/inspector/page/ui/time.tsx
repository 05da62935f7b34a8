import { useEffect, useState } from 'preact/hooks';
import { formatDuration } from '../../../model/duration.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let ticking = false;

/** One timer for all ages on the page. */
function useTick(): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const listener = (): void => set(Date.now());
    listeners.add(listener);
    if (!ticking) {
      ticking = true;
      setInterval(() => {
        for (const each of listeners) each();
      }, TICK_MS);
    }
    return () => void listeners.delete(listener);
  }, []);
  return now;
}

/** How long ago, going on; the exact time in its title. `now` is the engine's, where that is not the present. */
export function Age({ at, now: given }: { readonly at: string; readonly now?: number | undefined }) {
  const tick = useTick();
  const ms = Math.max(0, (given ?? Math.max(tick, Date.now())) - Date.parse(at));
  return (
    <time dateTime={at} title={at}>
      {ms < 1_000 ? 'now' : formatDuration(Math.floor(ms / 1_000) * 1_000).replace(/ (m|h|d) .*$/, ' $1')}
    </time>
  );
}

/** A time of day with its date, in the reader's zone; the exact one in its title. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at}>
      {new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  );
}
