import type { ClockState } from '../../contract.ts';
import { dueText } from './due.ts';
import { useEngineTime } from './use-engine-time.ts';

/** How far ahead a time is for the engine, going on; the exact one in its title. */
export function Due({ at, engine }: { readonly at: string; readonly engine: ClockState | null }) {
  const now = useEngineTime(engine);
  return (
    <time dateTime={at} title={at}>
      {dueText(Date.parse(at), now)}
    </time>
  );
}
