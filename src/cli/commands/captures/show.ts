import type { Diagnosis } from '../../../diagnosis/cause.ts';
import { attemptJson } from '../../../json/attempt.ts';
import { captureJson } from '../../../json/capture.ts';
import { diagnosisJson } from '../../../json/diagnosis.ts';
import type { Attempt } from '../../../model/attempt.ts';
import type { Capture } from '../../../model/capture.ts';
import type { Store } from '../../../store/store.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { pickCapture } from '../../pick.ts';
import { attemptLine } from '../../render/attempt.ts';
import { captureDetails } from '../../render/capture.ts';

interface ShowResult {
  readonly capture: Capture;
  readonly replays: readonly Attempt[];
  /** Why its signature does not verify; empty where it does, and where no secret is known any more. */
  readonly diagnosis: readonly Diagnosis[];
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
    const raw = options.raw === true;
    return {
      capture,
      replays: await store.attempts.ofCapture(capture.id),
      diagnosis: raw ? [] : await diagnose(context, store, capture),
      raw,
    };
  },
  render: ({ capture, replays, diagnosis, raw }, term) => {
    if (raw) return capture.body;
    const again = replays.map(
      (attempt) => `${attempt.request.url}  ${attemptLine(attempt, term, { showBody: false })}`,
    );
    return [
      captureDetails(capture, term, diagnosis),
      ...(again.length === 0 ? [] : ['', term.paint.bold('replays'), ...again]),
    ].join('\n');
  },
  json: ({ capture, replays, diagnosis }) => ({
    capture: captureJson(capture),
    diagnosis: diagnosis.map(diagnosisJson),
    replays: replays.map((attempt) => attemptJson(attempt, replays[0]!.startedAt)),
  }),
});

async function diagnose(context: Context, store: Store, capture: Capture): Promise<readonly Diagnosis[]> {
  if (capture.verdict?.ok !== false) return [];
  const provider = capture.provider === null ? undefined : (await context.providers()).find(capture.provider);
  if (provider === undefined) return [];
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length === 0) return [];
  const { diagnoseRequest } = await import('../../diagnosing.ts');
  const known = { store, at: capture.receivedAt };
  return (await diagnoseRequest(context, capture, provider, secrets, known)).diagnosis;
}
