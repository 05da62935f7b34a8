import { randomBytes } from 'node:crypto';
import { startEmulator, type Emulator as RunningEmulator } from '../emulator/emulator.ts';
import type { EngineClock } from '../engine/clock.ts';
import type { Published } from '../engine/publish.ts';
import { UsageError } from '../errors.ts';
import type { Attempt } from '../model/attempt.ts';
import { systemClock } from '../model/clock.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { loadProviders } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { DeliveryFilter, EndpointFilter } from '../store/store.ts';
import { createEngine, type Engine } from './engine.ts';
import { payloadOf, type EventOptions } from './forge.ts';
import { toProvider } from './options.ts';

export interface EmulatorSettings {
  /** Whose API to serve, at the root as well as under `/<provider>`. */
  readonly provider?: string | Provider | undefined;
  /** Several, each under `/<provider>`; all of them unless given. */
  readonly providers?: readonly (string | Provider)[] | undefined;
  /** The bearer token to ask for; a new one unless given. */
  readonly apiKey?: string | undefined;
  /** What schedules follow; real time unless given. */
  readonly clock?: EngineClock | undefined;
  /** 0, which is any free one, unless given. */
  readonly port?: number | undefined;
  /** `127.0.0.1` unless given. */
  readonly host?: string | undefined;
}

/** Stands in for providers, in memory, until closed: their management APIs, and what they deliver. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** What requests have to bring as their bearer token. */
  readonly apiKey: string;
  readonly engine: Engine;
  /**
   * Publishes an event to every endpoint of its provider that subscribes to it. `engine.idle()` waits for the deliveries.
   * @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, `ERR_UNKNOWN_EVENT_TYPE`; {UsageError} for options that do not fit.
   */
  emit(provider: string | Provider, eventType: string, options?: EventOptions): Promise<Published>;
  /** Oldest first. */
  endpoints(filter?: EndpointFilter): Promise<readonly Endpoint[]>;
  /** The newest 10000, newest first. */
  deliveries(filter?: DeliveryFilter): Promise<readonly Delivery[]>;
  /** The attempts of a delivery, oldest first. */
  attempts(delivery: string | Pick<Delivery, 'id'>): Promise<readonly Attempt[]>;
  /** Stops the deliveries, and resolves when every socket and the store are closed. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const KEY_BYTES = 20;
const LONGEST_PAGE = 10_000;

/**
 * Starts an emulator on a free port of this machine, with an engine of its own. While it is open it keeps its process alive.
 * @throws {ListenError} where the port cannot be taken; {WebhookError} `ERR_UNKNOWN_PROVIDER`.
 */
export async function createEmulator(settings: EmulatorSettings = {}): Promise<Emulator> {
  const { clock, port = 0, host = '127.0.0.1' } = settings;
  const apiKey = settings.apiKey ?? randomBytes(KEY_BYTES).toString('hex');
  if (!/^\S+$/.test(apiKey)) throw new UsageError('apiKey is empty or holds white space');
  const providers = await providersOf(settings);
  let server: RunningEmulator | undefined;
  const engine = await createEngine({
    ...(clock === undefined ? {} : { clock }),
    onEvent: (event) => server?.onEngineEvent(event),
  });
  const { store } = engine;
  try {
    server = await startEmulator({
      providers,
      host,
      port,
      apiKey,
      store,
      engine,
      clock: systemClock,
      randomBytes: (size) => randomBytes(size),
    });
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const running = server;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= running.destroy().then(async () => {
      await engine.stop();
    }));
  return {
    url: running.url,
    port: running.port,
    apiKey,
    engine,
    emit: async (named, eventType, options = {}) => {
      const provider = await toProvider(named);
      return engine.publish(provider, eventType, payloadOf(options));
    },
    endpoints: (filter) => store.endpoints.list(filter),
    deliveries: async (filter = {}) =>
      (await store.deliveries.list(filter, { limit: LONGEST_PAGE })).deliveries,
    attempts: (delivery) => store.attempts.ofDelivery(typeof delivery === 'string' ? delivery : delivery.id),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function providersOf({ provider, providers }: EmulatorSettings): Promise<readonly Provider[]> {
  if (provider !== undefined && providers !== undefined) {
    throw new UsageError('provider and providers exclude each other', 'give one of the two');
  }
  const named = provider === undefined ? providers : [provider];
  return named === undefined ? loadProviders() : Promise.all(named.map(toProvider));
}
