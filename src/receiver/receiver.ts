import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Diagnosis } from '../diagnosis/cause.ts';
import { startServer, type RefusedRequest, type RequestSender, type RunningServer } from '../http/server.ts';
import type { Capture } from '../model/capture.ts';
import type { Clock } from '../model/clock.ts';
import { createId, type RandomBytes } from '../model/id.ts';
import type { RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import type { CaptureStore } from '../store/store.ts';
import { plainAnswer, type Answer, type Answerer } from './answer.ts';
import { onDeparture } from './departure.ts';
import { createDiagnoser } from './diagnoser.ts';
import { createHandshakeFinder, type HandshakeSettings, type ReceivedHandshake } from './handshakes.ts';
import { handedSecrets } from './handed-secrets.ts';
import { inspect, type Inspection, type InspectSettings } from './inspect.ts';
import { clientAddress, inRanges } from './ip.ts';
import { tellRefusals } from './refusals.ts';
import { wireHeaders } from './wire-headers.ts';

export interface ReceiverOptions extends InspectSettings {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  /** How many bytes of requests are held in memory at once, until they are answered; beyond that, 503. 32 MB unless given. */
  readonly maxHeldBytes?: number;
  /** And how many requests. 10,000 unless given. */
  readonly maxHeldRequests?: number;
  readonly captures: Pick<CaptureStore, 'add' | 'recordResponse'>;
  readonly answer: Answerer;
  /** Left out, handshakes are told apart and answered by `answer`, as everything is. */
  readonly handshakes?: HandshakeSettings;
  /** Answers 401 unless the signature verifies. */
  readonly strict: boolean;
  /** Answers 403 to addresses outside the provider's published ranges, where it publishes any. */
  readonly enforceIp: boolean;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly onEvent: (event: ReceiverEvent) => void;
}

export type ReceiverEvent =
  /** A request was kept and answered. */
  | {
      readonly type: 'capture';
      readonly capture: Capture;
      readonly remarks: readonly string[];
      /** The provider's name of the handshake that it is; null where it is none. */
      readonly handshake: string | null;
      /** Why its signature does not verify, best first; empty where it does, and where too much came at once to look. */
      readonly diagnosis: readonly Diagnosis[];
    }
  /** A handshake handed a secret over. */
  | {
      readonly type: 'secret';
      readonly captureId: string;
      readonly provider: Provider;
      readonly handshake: string;
      readonly secret: string;
      /** Whether it verifies from now on: where none was given. */
      readonly isUsed: boolean;
    }
  /** Something was not kept, because it was no complete request. */
  | { readonly type: 'refused'; readonly refused: RefusedRequest }
  /** A request could not be kept, and its sender was told so; or it is kept, and only its answer was not recorded. */
  | {
      readonly type: 'error';
      readonly error: unknown;
      readonly status: number | null;
      readonly kept: boolean;
    };

/** Several large bodies at once; every further one would be memory for as long as the disk and the app take. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;
const MAX_HELD_REQUESTS = 10_000;

/** Receives, verifies, keeps and answers webhooks until closed. Nothing is acknowledged before it is committed. */
export async function startReceiver(options: ReceiverOptions): Promise<RunningServer> {
  const { captures, clock, onEvent } = options;
  const handed = handedSecrets(options.secretsFor);
  const settings = { ...options, secretsFor: handed.secretsFor };
  const findHandshake = createHandshakeFinder(settings, options.handshakes ?? { answers: () => false });
  const diagnose = createDiagnoser(settings, clock);

  async function handle(
    request: RawRequest,
    { remoteAddress, startedAt, gone }: RequestSender,
    response: ServerResponse,
  ): Promise<void> {
    const inspected = inspect(request, settings, startedAt);
    const handshake = findHandshake(request, inspected.provider, startedAt);
    const inspection =
      handshake === null ? inspected : asHandshake(request, inspected, handshake, settings, startedAt);
    const id = createId('cap', startedAt, options.randomBytes);
    const captured = {
      id,
      receivedAt: startedAt,
      remoteAddress,
      provider: inspection.provider?.id ?? null,
      eventType: inspection.eventType,
      eventId: inspection.eventId,
      verdict: inspection.verdict,
      ...request,
    };
    let duplicateOf: string | null;
    try {
      ({ duplicateOf } = await captures.add({ ...captured, dedupeKey: inspection.dedupeKey }));
    } catch (error) {
      // Not kept, so not acknowledged: the provider will deliver it again.
      await write(response, plainAnswer(503, 'webhook-cli: not stored\n', [['Retry-After', '5']]), gone);
      return onEvent({ type: 'error', error, status: 503, kept: false });
    }

    const handedOver = handshake === null ? null : takeSecret(handshake);
    const refusal =
      refuseForeign(request, remoteAddress, inspection, options) ??
      handshake?.answer ??
      refuseUnverified(inspection, handshake, options);
    const answer = refusal ?? (await options.answer(request, gone, inspection.provider));
    const unanswered = gone.aborted;
    const problem = unanswered
      ? 'the sender left before it was answered'
      : await write(response, answer, gone);
    const status = answer.kind === 'drop' || unanswered ? null : answer.status;
    const outcome = { status, durationMs: Math.max(0, clock.now() - startedAt) };
    const kept = answer.kind === 'response' ? (answer.kept?.() ?? null) : null;
    captures
      .recordResponse(id, outcome, kept)
      .catch((error: unknown) => onEvent({ type: 'error', error, status, kept: true }));
    const remarks = [
      ...(answer.kind === 'response' && !unanswered ? (answer.remarks?.(inspection.verdict) ?? []) : []),
      ...(status === null ? [] : (handshake?.remarksOn(status, kept) ?? [])),
      ...(problem === null ? [] : [problem]),
    ];
    // Only now, since the sender does not wait for it.
    const diagnosis = diagnose(request, inspection);
    onEvent({
      type: 'capture',
      capture: { ...captured, duplicateOf, response: outcome },
      remarks,
      handshake: handshake?.name ?? null,
      diagnosis,
    });
    if (handedOver !== null) onEvent({ type: 'secret', captureId: id, ...handedOver });
  }

  /** Before it is answered: what comes next may be signed with it. */
  function takeSecret({ name, provider, secret }: ReceivedHandshake) {
    if (provider === null || secret === null) return null;
    return { provider, handshake: name, secret, isUsed: handed.take(provider.id, secret) };
  }

  const refusals = tellRefusals(clock, (refused) => onEvent({ type: 'refused', refused }));
  const server = await startServer({
    ...options,
    capacity: {
      maxHeldBytes: options.maxHeldBytes ?? MAX_HELD_BYTES,
      maxHeldRequests: options.maxHeldRequests ?? MAX_HELD_REQUESTS,
    },
    onRequest: async (request, sender, response) => {
      try {
        await handle(request, sender, response);
      } catch (error) {
        onEvent({ type: 'error', error, status: 500, kept: false });
        await write(response, plainAnswer(500), sender.gone);
      }
    },
    onRefused: refusals.add,
  });
  return {
    ...server,
    close: () => server.close().finally(refusals.end),
    destroy: () => server.destroy().finally(refusals.end),
  };
}

/**
 * A handshake may name its provider. One that its provider does not sign has no verdict, unless it is signed after all; and two that
 * are alike are no duplicates.
 */
function asHandshake(
  request: RawRequest,
  inspected: Inspection,
  { provider, isSigned }: ReceivedHandshake,
  settings: InspectSettings,
  receivedAt: number,
): Inspection {
  const named =
    inspected.provider === null && provider !== null
      ? inspect(request, { ...settings, provider }, receivedAt)
      : inspected;
  const isVerified = isSigned || named.verdict?.ok === true;
  return { ...named, dedupeKey: null, verdict: isVerified ? named.verdict : null };
}

function refuseForeign(
  request: RawRequest,
  peer: string | null,
  { provider }: Inspection,
  { enforceIp }: ReceiverOptions,
): Answer | null {
  const ranges = provider?.ipRanges.value ?? null;
  if (!enforceIp || ranges === null) return null;
  const address = clientAddress(request.headers, peer);
  if (address !== null && inRanges(ranges, address)) return null;
  const remark = `${address ?? 'the sender'} is not an address of ${provider!.name} (${ranges.join(', ')})`;
  return { ...plainAnswer(403, 'Forbidden\n'), remarks: () => [remark] } as Answer;
}

/**
 * Only a signature that matches will do: that a provider need not sign is nothing to go by. A handshake that its provider never signs
 * is none to verify; but anybody can dress an event up as one, or name another provider by the path.
 */
function refuseUnverified(
  { verdict, eventType }: Inspection,
  handshake: ReceivedHandshake | null,
  { strict, provider }: ReceiverOptions,
): Answer | null {
  const isExempt =
    handshake !== null &&
    !handshake.isSigned &&
    eventType === null &&
    (provider === null || handshake.provider === null || handshake.provider === provider);
  const isRefused = strict && !isExempt && verdict?.reason !== 'valid';
  return isRefused ? plainAnswer(401, 'Invalid signature\n') : null;
}

/** Writes an answer to its end. Resolves with what went wrong, or null. */
async function write(response: ServerResponse, answer: Answer, gone: AbortSignal): Promise<string | null> {
  if (answer.kind === 'drop') {
    response.destroy();
    return null;
  }
  try {
    response.sendDate = false;
    const head = wireHeaders(answer.headers);
    if (answer.statusMessage === undefined) response.writeHead(answer.status, head);
    else response.writeHead(answer.status, answer.statusMessage, head);
  } catch (error) {
    response.destroy();
    return `the app's answer cannot be passed on: ${(error as Error).message}`;
  }
  const { body } = answer;
  try {
    if (body instanceof Readable) {
      // Node keeps the head back until there is some body; its flushHeaders would write it as UTF-8.
      response.write(new Uint8Array());
      await pipeline(body, response, { signal: gone });
    } else await end(response, body, gone);
    return gone.aborted && !response.writableFinished ? SENDER_LEFT : null;
  } catch (error) {
    return gone.aborted ? SENDER_LEFT : `the app broke off its answer: ${(error as Error).message}`;
  }
}

const SENDER_LEFT = 'the sender left before the answer was complete';

/** A response whose connection has closed never says that it is finished. */
function end(response: ServerResponse, body: Uint8Array, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      resolve();
    };
    const stop = onDeparture(gone, done);
    // A head without a body is one write and no gathering of two.
    if (body.length === 0) response.end(done);
    else response.end(body, done);
    if (gone.aborted) done();
  });
}
