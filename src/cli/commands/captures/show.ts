import { attemptJson } from '../../../json/attempt.ts';
import { captureJson } from '../../../json/capture.ts';
import type { Attempt } from '../../../model/attempt.ts';
import type { Capture } from '../../../model/capture.ts';
import { defineCommand } from '../../command.ts';
import { pickCapture } from '../../pick.ts';
import { attemptLine } from '../../render/attempt.ts';
import { captureDetails } from '../../render/capture.ts';

interface ShowResult {
  readonly capture: Capture;
  readonly replays: readonly Attempt[];
  readonly raw: boolean;
}

export default defineCommand<{ readonly raw?: boolean }, ShowResult>({
  declare: (command) => {
    command
      .argument('[capture]', 'which; last for the newest')
      .option('--raw', 'write the exact bytes of the body and nothing else');
  },
  run: async (context, options, args) => {
    const store = await context.store();
    const capture = await pickCapture(context, store, args[0]);
    return { capture, replays: await store.attempts.ofCapture(capture.id), raw: options.raw === true };
  },
  render: ({ capture, replays, raw }, term) => {
    if (raw) return capture.body;
    const again = replays.map(
      (attempt) => `${attempt.request.url}  ${attemptLine(attempt, term, { showBody: false })}`,
    );
    return [
      captureDetails(capture, term),
      ...(again.length === 0 ? [] : ['', term.paint.bold('replays'), ...again]),
    ].join('\n');
  },
  json: ({ capture, replays }) => ({
    capture: captureJson(capture),
    replays: replays.map((attempt) => attemptJson(attempt, replays[0]!.startedAt)),
  }),
});
