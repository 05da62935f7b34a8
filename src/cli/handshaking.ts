import { makeAttempt } from '../engine/attempt.ts';
import { UsageError } from '../errors.ts';
import type { HandshakeVerdict } from '../handshake/judge.ts';
import { handshakeTrials, type HandshakeTrial, type TrialVariant } from '../handshake/trials.ts';
import type { Attempt } from '../model/attempt.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Handshake } from '../providers/handshake.ts';
import { ANY_2XX, type Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { Context } from './context.ts';
import { needSecrets } from './pick.ts';
import { readVerifyToken } from './receiving.ts';

/** A handshake that was sent, and what its provider makes of the answer. */
export interface HandshakeResult extends HandshakeVerdict {
  readonly name: string;
  readonly variant: TrialVariant;
  readonly attempt: Attempt;
}

interface HandshakingOptions {
  readonly verifyToken?: string;
}

/**
 * Sends the handshakes of a provider, or a named one, to a consumer.
 * @throws {UsageError} where the provider has none, or none of that name.
 */
export async function tryHandshakes(
  context: Context,
  provider: Provider,
  name: string | true,
  { url, timeoutMs }: { readonly url: URL; readonly timeoutMs: number },
  options: HandshakingOptions,
): Promise<HandshakeResult[]> {
  const handshakes = choose(provider, name);
  const verifyToken = await readVerifyToken(context, options);
  const secret = await secretFor(context, provider, handshakes);
  const sender = await context.sender();
  const results: HandshakeResult[] = [];
  for (const handshake of handshakes) {
    const trials = handshakeTrials(provider, handshake, {
      url: url.href,
      secret,
      verifyToken,
      randomBytes: context.randomBytes,
      now: context.clock.now(),
    });
    for (const trial of trials) {
      if (context.signal.aborted) return results;
      const attempt = await makeAttempt(
        trial.request,
        {
          number: results.length + 1,
          trigger: 'manual',
          provider: provider.id,
          eventType: null,
          messageId: null,
          success: ANY_2XX,
        },
        { sender, clock: context.clock },
        { timeoutMs, signal: context.signal },
      );
      results.push(judged(trial, attempt));
    }
  }
  return results;
}

/** What is about an event. */
const OF_EVENTS = [
  'all',
  'data',
  'set',
  'keepIds',
  'stressJson',
  'unsigned',
  'signatureForm',
  'header',
  'forwardedFor',
  'extraHeaders',
  'break',
  'success',
  'retry',
  'dryRun',
  'print',
];

/** @throws {UsageError} where something is asked for that handshakes do not have. */
export function refuseWithHandshake(
  eventType: string | undefined,
  options: Readonly<Record<string, unknown>>,
): void {
  if (eventType !== undefined) {
    throw new UsageError(
      `a handshake is no event, so "${eventType}" does not go with --handshake`,
      'leave one of them out; a handshake is named behind --handshake',
    );
  }
  const given = OF_EVENTS.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const option = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(
    `--${option} is for events, and does not go with --handshake`,
    'leave one of them out',
  );
}

function judged({ name, variant, judge }: HandshakeTrial, attempt: Attempt): HandshakeResult {
  const { response, error, durationMs } = attempt;
  const verdict: HandshakeVerdict =
    response === null
      ? { ok: false, problem: `no answer: ${error?.message ?? 'nothing came'}`, notes: [] }
      : judge({ ...response, durationMs });
  return { name, variant, ...verdict, attempt: { ...attempt, ok: verdict.ok } };
}

function choose({ id, name, handshakes }: Provider, wanted: string | true): readonly Handshake[] {
  if (handshakes.length === 0) {
    throw new UsageError(
      `${name} sends no handshakes that are known`,
      `send an event: webhook-cli send ${id}`,
    );
  }
  const chosen = wanted === true ? handshakes : handshakes.filter((one) => one.name === wanted);
  if (chosen.length > 0) return chosen;
  const names = handshakes.map((one) => one.name);
  const [near] = nearestNames(String(wanted), names);
  throw new UsageError(
    `${name} has no handshake "${wanted}"`,
    near === undefined ? `it has ${names.join(', ')}` : `did you mean ${near}?`,
  );
}

/** Only where one of them is signed, or answered with it. */
async function secretFor(
  context: Context,
  provider: Provider,
  handshakes: readonly Handshake[],
): Promise<Secret | null> {
  const isNeeded = handshakes.some(
    (one) =>
      (one.signed && provider.signature.value.kind !== 'none') ||
      /\{secret[|}]|\|hmac/.test(JSON.stringify([one.request, one.respond, one.accepts])),
  );
  return isNeeded ? (await needSecrets(context, provider))[0]! : null;
}
