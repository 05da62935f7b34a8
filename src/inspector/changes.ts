import type { ServerResponse } from 'node:http';
import type { Clock } from '../model/clock.ts';
import type { Store } from '../store/store.ts';
import type { Change, ClockState } from './contract.ts';

/** How often to look for what was written: by this process, or by others, which say nothing of it. */
const LOOK_MS = 25;
/** A comment now and then shows both sides that the connection still stands. */
const SIGN_OF_LIFE_MS = 15_000;

/** Tells over a stream of server-sent events that something was written, until `end` aborts. Never rejects. */
export async function streamChanges(
  response: ServerResponse,
  store: Pick<Store, 'changes'>,
  clockState: () => ClockState | null,
  clock: Clock,
  end: AbortSignal,
): Promise<void> {
  let number = 0;
  let told = '';
  let lastSign = clock.now();
  while (!end.aborted) {
    const engine = clockState();
    const mark = `${await store.changes().catch(() => '')} ${markOf(engine)}`;
    if (mark !== told) {
      told = mark;
      number += 1;
      const change: Change = { number, engine };
      await write(response, `event: change\ndata: ${JSON.stringify(change)}\n\n`, end);
      lastSign = clock.now();
    } else if (clock.now() - lastSign >= SIGN_OF_LIFE_MS) {
      await write(response, ':\n\n', end);
      lastSign = clock.now();
    }
    await clock.sleep(LOOK_MS, end);
  }
  response.end();
}

/** Time that runs is no change; time that was moved is one. */
function markOf(engine: ClockState | null): string {
  if (engine === null) return '';
  const moves = engine.clock === 'manual' || engine.clock === 'virtual';
  return `${moves ? engine.now : ''} ${engine.nextDueAt ?? ''}`;
}

/** Waits until a reader that is slower has taken it. */
function write(response: ServerResponse, text: string, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (response.write(text) || end.aborted) return resolve();
    const done = (): void => {
      response.off('drain', done);
      end.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    end.addEventListener('abort', done, { once: true });
  });
}
