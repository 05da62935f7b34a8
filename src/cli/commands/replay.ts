import { makeAttempt } from '../../engine/attempt.ts';
import { UsageError } from '../../errors.ts';
import { parseOverride, type Override } from '../../forge/overrides.ts';
import { renderReplay } from '../../forge/replay.ts';
import { attemptJson } from '../../json/attempt.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Capture } from '../../model/capture.ts';
import { parseDuration } from '../../model/duration.ts';
import { parseHeader } from '../../model/header-line.ts';
import { createId } from '../../model/id.ts';
import type { Header, OutgoingRequest } from '../../model/request.ts';
import { joinTarget } from '../../model/target.ts';
import type { Providers } from '../../providers/index.ts';
import { ANY_2XX, type Provider } from '../../providers/provider.ts';
import type { Secret } from '../../signing/scheme.ts';
import { chooseCaptures, type ChoiceOptions } from '../choose-captures.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { editBody } from '../edit.ts';
import { EXIT } from '../exit-code.ts';
import { collect, declareFilters, declareSecrets, parseSuccess } from '../options.ts';
import { findCapture, needSecrets, pickTarget } from '../pick.ts';
import { attemptList } from '../render/attempt.ts';

interface ReplayOptions extends ChoiceOptions {
  readonly to?: string;
  readonly keepPath?: boolean;
  readonly resign?: boolean;
  readonly set?: string[];
  readonly edit?: boolean;
  readonly header?: string[];
  readonly rate?: string;
  readonly success?: string;
  readonly timeout: string;
}

export default defineCommand<ReplayOptions, readonly Attempt[]>({
  declare: (command) => {
    command
      .argument('[captures...]', 'which; last for the newest')
      .option('--to <url>', 'where to')
      .option('--last <number>', 'the newest so many (that pass the filters), oldest of them first');
    declareFilters(command);
    command
      .option('--search <words>', 'that hold these words')
      .option('--keep-path', "append each capture's path and query to the URL")
      .option('--resign', 'sign anew, with a fresh timestamp');
    declareSecrets(command);
    command
      .option('--set <path=value>', 'change the JSON body in that place and nowhere else', collect)
      .option('--edit', 'change the body in $EDITOR')
      .option('--header <header>', "'Name: value', besides or instead of the captured ones", collect)
      .option('--rate <rate>', 'at most so many: 10/s, 100/m')
      .option('--success <statuses>', "what counts as acknowledged (default: the provider's rule)")
      .option('--timeout <duration>', 'how long to wait for an answer', '30s')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli replay last --to http://localhost:3000/webhooks
  webhook-cli replay --last 10 --provider iverton --type 'deal.*' --to :3000
  webhook-cli replay cap_… --to :3000 --set data.amount=1 --resign --secret whsec_x`,
      );
  },
  run: replay,
  render: attemptList,
  json: (attempts) => ({ attempts: attempts.map((attempt) => attemptJson(attempt, attempts[0]!.startedAt)) }),
  exitCode: (attempts) => (attempts.every(({ ok }) => ok) ? EXIT.done : EXIT.no),
});

async function replay(context: Context, options: ReplayOptions, args: string[]): Promise<readonly Attempt[]> {
  const target = await pickTarget(context, options.to);
  const changes: Changes = {
    providers: await context.providers(),
    overrides: (options.set ?? []).map(parseOverride),
    headers: (options.header ?? []).map(parseHeader),
    urlOf: ({ path }) => (options.keepPath === true ? target.origin + joinTarget(target, path) : target.href),
    secretOf: options.resign === true ? askOnce(context) : null,
  };
  const pauseMs = options.rate === undefined ? 0 : parseRate(options.rate);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const ownSuccess = options.success === undefined ? undefined : parseSuccess(options.success);
  const store = await context.store();
  const ids = await chooseCaptures(context, store, options, args);
  if (options.edit !== true && (changes.secretOf !== null || changes.overrides.length > 0)) {
    // What cannot be signed or changed stops all before the first is sent.
    for (const id of ids) await render(await findCapture(store, id), changes, context.clock.now());
  }

  const sender = await context.sender();
  const attempts: Attempt[] = [];
  let isWarned = false;
  for (const id of ids) {
    if (attempts.length > 0 && pauseMs > 0) {
      const due = attempts.at(-1)!.startedAt + pauseMs;
      await context.clock.sleep(Math.max(0, due - context.clock.now()), context.signal);
    }
    if (context.signal.aborted) break;
    const capture = await findCapture(store, id);
    const body = options.edit === true ? await editBody(context, capture.body) : capture.body;
    const { request, provider } = await render({ ...capture, body }, changes, context.clock.now());
    const isSpoilt =
      changes.secretOf === null && capture.verdict?.reason === 'valid' && !isSame(request.body, capture.body);
    if (isSpoilt && !isWarned) {
      isWarned = true;
      context.note(
        'warning: the body was changed, so its signature no longer matches; --resign signs it anew',
      );
    }
    const made = await makeAttempt(
      request,
      {
        number: attempts.length + 1,
        trigger: 'replay',
        provider: capture.provider,
        eventType: capture.eventType,
        messageId: capture.eventId,
        success: ownSuccess ?? provider?.success.value ?? ANY_2XX,
      },
      { sender, clock: context.clock },
      { timeoutMs, signal: context.signal },
    );
    attempts.push(made);
    const attemptId = createId('atm', made.startedAt, context.randomBytes);
    await store.attempts.add({ ...made, id: attemptId, captureId: capture.id });
  }
  return attempts;
}

/** What is to differ from the captured request. */
interface Changes {
  readonly providers: Providers;
  readonly overrides: readonly Override[];
  readonly headers: readonly Header[];
  readonly urlOf: (capture: Capture) => string;
  /** Null leaves the signature as it was captured. */
  readonly secretOf: ((provider: Provider) => Promise<Secret>) | null;
}

async function render(
  capture: Capture,
  { providers, overrides, headers, urlOf, secretOf }: Changes,
  nowMs: number,
): Promise<{ readonly request: OutgoingRequest; readonly provider: Provider | null }> {
  const id = capture.provider;
  // One that this version does not know is no reason not to send.
  const provider = (id === null ? undefined : providers.find(id)) ?? null;
  if (secretOf !== null && provider === null) {
    throw new UsageError(`${capture.id} cannot be signed: nobody knows whose it is`, 'leave out --resign');
  }
  const resign =
    secretOf === null || provider === null ? null : { provider, secret: await secretOf(provider) };
  const url = urlOf(capture);
  return { request: await renderReplay(capture, { url, overrides, headers, resign }, nowMs), provider };
}

/** The secret of each provider, asked for at most once. */
function askOnce(context: Context): (provider: Provider) => Promise<Secret> {
  const secrets = new Map<string, Secret>();
  return async (provider) => {
    const secret = secrets.get(provider.id) ?? (await needSecrets(context, provider))[0]!;
    secrets.set(provider.id, secret);
    return secret;
  };
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** The least time between two starts, in milliseconds. */
function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text);
  const count = Number(match?.[1]);
  if (match === null || count === 0)
    throw new UsageError(`"${text}" is not a rate (--rate)`, 'write it like 10/s or 100/m');
  return parseDuration(`1${match[2]}`, '--rate') / count;
}
