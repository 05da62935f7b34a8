import { randomBytes as systemRandomBytes } from 'node:crypto';
import type { Attempt } from '../model/attempt.ts';
import { systemClock, type Clock } from '../model/clock.ts';
import type { DeliveryStatus } from '../model/delivery.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { createId, type RandomBytes } from '../model/id.ts';
import { builtIn, type Providers } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Claim, Store } from '../store/store.ts';
import { realClock, type EngineClock } from './clock.ts';
import { decide } from './decide.ts';
import { createEndpoint, type EndpointSettings } from './endpoints.ts';
import { createBell } from './bell.ts';
import { dispatch, type Dispatched, type DispatchTools, type Rendering } from './dispatch.ts';
import { enter } from './presence.ts';
import type { Policy } from './policy.ts';
import { processes as thisProcess, type Processes } from './processes.ts';
import { publish, type Published, type PublishOptions } from './publish.ts';
import { drawInBulk } from './random.ts';
import type { Sender } from './sender.ts';
import { createSlots } from './slots.ts';

export type EngineEvent =
  | {
      readonly type: 'attempt';
      readonly deliveryId: string;
      readonly endpointId: string;
      readonly attempt: Attempt;
      /** Null where another engine had taken the delivery meanwhile. */
      readonly status: DeliveryStatus | null;
      readonly nextAttemptAt: number | null;
    }
  | {
      readonly type: 'endpoint-disabled';
      readonly endpointId: string;
      readonly reason: string;
      readonly canceled: number;
    }
  /** Deliveries that an engine had which is gone. */
  | { readonly type: 'freed'; readonly deliveries: number }
  /** Something failed that is tried again: the database is full, locked, or the like. */
  | { readonly type: 'problem'; readonly error: unknown };

export interface EngineOptions {
  readonly store: Pick<Store, 'endpoints' | 'deliveries' | 'engines'>;
  /** One without a bound of its own on connections (`connectionsPerOrigin: null`): the engine sets the bounds. */
  readonly sender: Sender;
  /** What schedules follow; real time where it is left out. */
  readonly clock?: EngineClock;
  /** What leases, deadlines and pauses follow. */
  readonly real?: Clock;
  readonly randomBytes?: RandomBytes;
  /** Requests under way in all, never more; 256 unless given. */
  readonly concurrency?: number;
  /** Requests under way at one endpoint; 32 unless given. */
  readonly endpointConcurrency?: number;
  /** Response bodies are kept up to this many bytes. */
  readonly maxResponseBytes?: number;
  /** How often to show that it lives, and to look whether its neighbours do, in milliseconds of real time; 5000 unless given. */
  readonly beatMs?: number;
  /** Works on the deliveries of this batch alone. */
  readonly batch?: string;
  /**
   * Whose deliveries it makes, besides those of providers that it is handed; those that are built in unless given. Others wait for an
   * engine that knows their provider.
   */
  readonly providers?: Pick<Providers, 'get' | 'has'> | undefined;
  /** How requests differ from what the provider sends, for all deliveries. */
  readonly rendering?: Rendering | undefined;
  /** Goes before what providers and endpoints have, for all deliveries. */
  readonly policy?: Partial<Policy> | undefined;
  readonly processes?: Processes;
  readonly onEvent?: (event: EngineEvent) => void;
}

export interface Engine {
  readonly clock: EngineClock;
  /** Has a provider deliver to a URL; see `createEndpoint`. */
  createEndpoint(provider: string | Provider, settings: EndpointSettings): Promise<Endpoint>;
  /** Publishes an event of a provider to its endpoints; see `publish`. */
  publish(
    provider: string | Provider,
    eventType: string | undefined,
    options?: PublishOptions,
  ): Promise<Published>;
  /** Resolves when nothing waits and nothing is under way. On a clock that stands still at a later due time: when it does. */
  idle(): Promise<void>;
  /** When the earliest of what waits is due, as of the last look; null where nothing waits, or all of it is due already. */
  nextDueAt(): number | null;
  /** Looks for work at once: after a step of a manual clock, or when deliveries were made due elsewhere. */
  wake(): void;
  /** Takes nothing more, and waits for what is under way, at most so long; what is cut short is due again. */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
}

const CONCURRENCY = 256;
const ENDPOINT_CONCURRENCY = 32;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** Other processes enqueue too, and say nothing: how often to look, in milliseconds of real time. */
const POLL_MS = 250;
const BEAT_MS = 5_000;
/** How long to wait where the database refuses a write. */
const PROBLEM_PAUSE_MS = 1_000;

/**
 * Starts an engine: it claims due deliveries, sends them, and settles each attempt in one transaction with what follows from it.
 * Delivers at least once, with the same id and bytes each time.
 * @throws {UsageError} `ERR_ENGINE_RUNNING` where another engine excludes it: one with another clock than the real one works
 * alone on its database.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { store, sender, onEvent = () => {}, batch, providers = builtIn } = options;
  const real = options.real ?? systemClock;
  const clock = options.clock ?? realClock(real);
  const randomBytes = drawInBulk(options.randomBytes ?? ((size) => systemRandomBytes(size)));
  const slots = createSlots({
    concurrency: options.concurrency ?? CONCURRENCY,
    endpointConcurrency: options.endpointConcurrency ?? ENDPOINT_CONCURRENCY,
  });

  /** A provider that came as such, to be found again by the name that its endpoints have. */
  const handed = new Map<string, Provider>();
  const stopped = new AbortController();
  const cut = new AbortController();
  const bell = createBell();
  const attempts = new Set<Promise<void>>();
  let stopping = false;
  let lastEnd = 0;
  let polling = false;
  let alarmAt = Number.POSITIVE_INFINITY;
  let passes = 0;
  let nextDue: number | null = null;
  let idleWaiters: { readonly since: number; readonly resolve: () => void }[] = [];
  const presence = await enter({
    engines: store.engines,
    clock,
    real,
    here: options.processes ?? thisProcess,
    beatMs: options.beatMs ?? BEAT_MS,
    onFreed: (deliveries) => {
      onEvent({ type: 'freed', deliveries });
      wake();
    },
    onProblem: (error) => onEvent({ type: 'problem', error }),
  });
  const tools: DispatchTools = {
    sender,
    clock,
    real,
    randomBytes,
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
    signal: cut.signal,
    providers: { get: toProvider },
    rendering: options.rendering,
    policy: options.policy,
  };
  const working = work();
  // To the very end: what drains is still under way.
  const living = presence.keepUp(cut.signal);

  async function work(): Promise<void> {
    while (!stopping) {
      // Whatever ends looks again.
      if (slots.free() === 0) {
        await bell.rung();
        continue;
      }
      passes += 1;
      try {
        const { claims, nextDueAt, isEntered } = await store.deliveries.claim({
          owner: presence.owner(),
          now: clock.now(),
          room: slots.free(),
          reserved: slots.reserved,
          roomAtEndpoint: slots.perEndpoint,
          underWay: slots.underWay,
          isSlow: slots.isSlow,
          makes: (id) => handed.has(id) || providers.has(id),
          batch,
        });
        if (!isEntered) {
          await presence.enterAgain();
          continue;
        }
        nextDue = nextDueAt;
        for (const claim of claims) begin(claim);
        if (claims.length === 0 && attempts.size === 0) rest(nextDueAt);
        lookLater(nextDueAt);
      } catch (error) {
        onEvent({ type: 'problem', error });
        await real.sleep(PROBLEM_PAUSE_MS, stopped.signal);
        continue;
      }
      await bell.rung();
    }
  }

  /** There is nothing to claim, and nothing is under way. */
  function rest(nextDueAt: number | null): void {
    if (clock.kind === 'virtual') {
      clock.advanceTo?.(nextDueAt ?? lastEnd);
      if (nextDueAt !== null) return wake();
    }
    if (nextDueAt === null || clock.kind === 'manual') becomeIdle();
  }

  /** Has it look again when something comes due, and every now and then besides. */
  function lookLater(nextDueAt: number | null): void {
    if (!polling) {
      polling = true;
      void real.sleep(POLL_MS, stopped.signal).then(() => {
        polling = false;
        wake();
      });
    }
    // A clock that jumps is told to, and whoever tells it has the engine look.
    if (clock.advanceTo !== undefined || nextDueAt === null || nextDueAt >= alarmAt) return;
    alarmAt = nextDueAt;
    void clock.sleep(Math.max(0, nextDueAt - clock.now()), stopped.signal).then(() => {
      if (alarmAt === nextDueAt) alarmAt = Number.POSITIVE_INFINITY;
      wake();
    });
  }

  function begin(claim: Claim): void {
    const { id } = claim.endpoint;
    slots.take(id);
    const attempt = deliver(claim).finally(() => {
      attempts.delete(attempt);
      if (attempts.size === 0) wake();
    });
    attempts.add(attempt);
  }

  async function deliver(claim: Claim): Promise<void> {
    const dispatched = await dispatch(claim, tools);
    slots.giveBack(claim.endpoint.id, dispatched.attempt);
    if (dispatched.attempt.error?.code === 'aborted') {
      await store.deliveries.release([claim]).catch((error: unknown) => onEvent({ type: 'problem', error }));
      return;
    }
    lastEnd = Math.max(lastEnd, dispatched.endedAt);
    const settled = settle(claim, dispatched);
    // In the same turn, so that the next claim shares the settlement's commit.
    wake();
    await settled;
  }

  async function settle(claim: Claim, { attempt, endedAt, policy }: Dispatched): Promise<void> {
    const id = createId('atm', attempt.startedAt, randomBytes);
    const step = claim.step + (claim.trigger === 'scheduled' ? 1 : 0);
    const random = (): number => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32;
    const settled = await untilDone(() =>
      store.deliveries.settle(claim, { ...attempt, id, endedAt }, (state) =>
        decide(
          policy,
          { ...state, trigger: claim.trigger, step, resumeAt: claim.resumeAt },
          attempt,
          endedAt,
          random,
        ),
      ),
    );
    if (settled === null) return;
    const { status, nextAttemptAt, disabled } = settled;
    const { deliveryId, endpoint } = claim;
    if (nextAttemptAt !== null) lookLater(nextAttemptAt);
    if (nextAttemptAt !== null && nextAttemptAt <= clock.now()) wake();
    onEvent({ type: 'attempt', deliveryId, endpointId: endpoint.id, attempt, status, nextAttemptAt });
    if (disabled !== null) onEvent({ type: 'endpoint-disabled', endpointId: endpoint.id, ...disabled });
  }

  /** An outcome is kept until it is written down. Null where the engine ends before. */
  async function untilDone<T>(write: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        onEvent({ type: 'problem', error });
        if (cut.signal.aborted) return null;
        await real.sleep(PROBLEM_PAUSE_MS, cut.signal);
      }
    }
  }

  function wake(): void {
    bell.ring();
  }

  /** Only for those who asked before the look that found nothing. */
  function becomeIdle(): void {
    const waiters = idleWaiters;
    idleWaiters = waiters.filter(({ since }) => since >= passes);
    for (const { since, resolve } of waiters) if (since < passes) resolve();
  }

  function toProvider(provider: string | Provider): Provider {
    if (typeof provider === 'string') return handed.get(provider) ?? providers.get(provider);
    handed.set(provider.id, provider);
    return provider;
  }

  return {
    clock,
    wake,
    nextDueAt: () => nextDue,
    createEndpoint: async (provider, settings) => {
      const endpoint = createEndpoint(toProvider(provider), settings, {
        now: clock.now(),
        randomBytes,
      });
      await store.endpoints.add(endpoint);
      return endpoint;
    },
    publish: async (provider, eventType, publishOptions = {}) => {
      const published = await publish(
        store.deliveries,
        toProvider(provider),
        eventType,
        { ...(batch === undefined ? {} : { batch }), ...publishOptions },
        { now: clock.now(), randomBytes },
      );
      wake();
      return published;
    },
    idle: () =>
      new Promise((resolve) => {
        if (stopping) return resolve();
        idleWaiters.push({ since: passes, resolve });
        wake();
      }),
    stop: async ({ drainMs = 0 } = {}) => {
      stopping = true;
      stopped.abort();
      wake();
      await working;
      const limit = new AbortController();
      const ended = Promise.all(attempts).then(() => limit.abort());
      if (drainMs > 0) await Promise.race([ended, real.sleep(drainMs, limit.signal)]);
      cut.abort();
      limit.abort();
      await Promise.all(attempts);
      await living;
      passes += 1;
      becomeIdle();
      await presence.leave();
    },
  };
}
