import { makeAttempt } from '../engine/attempt.ts';
import { UsageError } from '../errors.ts';
import { renderReplay } from '../forge/replay.ts';
import { attemptJson } from '../json/attempt.ts';
import type { Capture } from '../model/capture.ts';
import { createId } from '../model/id.ts';
import { joinTarget, parseTarget } from '../model/target.ts';
import { ANY_2XX, type Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { needText, readFields, readFlag, readHeaders, readText, type Fields } from './input.ts';
import type { InspectorTools } from './tools.ts';

const TIMEOUT_MS = 30_000;

/** Sends a capture again as the page asks for it, and records what came of it. */
export async function replay(
  { store, providers, secretsFor, sender, clock, randomBytes }: InspectorTools,
  capture: Capture,
  json: unknown,
  gone: AbortSignal,
): Promise<object> {
  const fields = readFields(json);
  const provider = providers.find(({ id }) => id === capture.provider) ?? null;
  const request = await renderReplay(
    changed(capture, fields),
    {
      url: urlOf(capture, fields),
      overrides: [],
      headers: readHeaders(fields, 'headers') ?? [],
      resign: readFlag(fields, 'resign') === true ? signing() : null,
    },
    clock.now(),
  );
  const attempt = await makeAttempt(
    request,
    {
      number: 1,
      trigger: 'replay',
      provider: capture.provider,
      eventType: capture.eventType,
      messageId: capture.eventId,
      success: provider?.success.value ?? ANY_2XX,
    },
    { sender, clock },
    { timeoutMs: TIMEOUT_MS, signal: gone },
  );
  const id = createId('atm', attempt.startedAt, randomBytes);
  await store.attempts.add({ ...attempt, id, captureId: capture.id });
  return { attempt: attemptJson(attempt) };

  function signing(): { readonly provider: Provider; readonly secret: Secret } {
    if (provider === null) {
      throw new UsageError(
        `${capture.id} cannot be signed: nobody knows whose it is`,
        'replay it as it was captured',
      );
    }
    const secret = readText(fields, 'secret') || secretsFor(provider.id)[0];
    if (secret === undefined) {
      throw new UsageError(`there is no secret for ${provider.name}`, 'type one in the field for it');
    }
    return { provider, secret };
  }
}

function changed(capture: Capture, fields: Fields): Capture {
  const body = readText(fields, 'body');
  return body === undefined ? capture : { ...capture, body: Buffer.from(body) };
}

function urlOf(capture: Capture, fields: Fields): string {
  const target = parseTarget(needText(fields, 'to'), 'the target');
  return readFlag(fields, 'keepPath') === true
    ? target.origin + joinTarget(target, capture.path)
    : target.href;
}
