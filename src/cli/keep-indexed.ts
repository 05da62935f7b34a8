import type { CaptureStore } from '../store/store.ts';
import type { Context } from './context.ts';

/** Captures are taken into the full-text index this often; searching does it too. */
const INDEX_EVERY_MS = 2_000;

/** Keeps the full-text index up to date until the signal aborts. Never rejects: whatever fails, receiving goes on. */
export async function keepIndexed(
  captures: Pick<CaptureStore, 'indexText'>,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  onProblem: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(INDEX_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      await captures.indexText();
    } catch (error) {
      onProblem(error);
    }
  }
}
