import type { Emulator } from '../emulator/emulator.ts';
import type { EngineClock } from '../engine/clock.ts';
import type { Engine, EngineEvent } from '../engine/engine.ts';
import { UsageError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { openEngine } from './engine.ts';

/** The providers' APIs and the engine that delivers what they emit, for as long as a command runs. */
export interface Serving {
  readonly engine: Engine;
  readonly url: string;
  readonly apis: readonly { readonly provider: string; readonly url: string }[];
  /** Ends when what is under way has ended, or after a while. */
  stop(): Promise<void>;
  /** Ends at once. */
  abandon(): Promise<void>;
}

interface ServingOptions {
  readonly providers: readonly Provider[];
  readonly host: string;
  readonly port: number;
  readonly apiKey: string;
  readonly clock: EngineClock;
  readonly publicOnly?: boolean | undefined;
  readonly onEvent: (event: EngineEvent) => void;
}

/** How long the end waits for requests under way, in milliseconds. */
const DRAIN_MS = 5_000;
const KEY_BYTES = 20;

export async function startServing(
  context: Context,
  store: Store,
  options: ServingOptions,
): Promise<Serving> {
  const { providers, host, port, apiKey, clock, publicOnly } = options;
  let emulator: Emulator | undefined;
  const engine = await openEngine(context, store, {
    clock,
    publicOnly,
    onEvent: (event) => {
      emulator?.onEngineEvent(event);
      options.onEvent(event);
    },
  });
  let server: Emulator;
  try {
    const { startEmulator } = await import('../emulator/emulator.ts');
    server = emulator = await startEmulator({
      providers,
      host,
      port,
      apiKey,
      store,
      engine,
      clock: context.clock,
      randomBytes: context.randomBytes,
    });
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const { url, served } = server;
  return {
    engine,
    url,
    apis: served.map((id) => ({ provider: id, url: served.length === 1 ? url : `${url}/${id}` })),
    stop: async () => {
      const limit = new AbortController();
      const closed = Promise.all([engine.stop({ drainMs: DRAIN_MS }), server.close()]).then(() =>
        limit.abort(),
      );
      await Promise.race([closed, context.clock.sleep(DRAIN_MS, limit.signal)]);
      await server.destroy();
      await closed;
    },
    abandon: async () => {
      await engine.stop();
      await server.destroy();
    },
  };
}

/** The key that requests have to bring: given, or one for this run. */
export function chooseKey(
  { env, randomBytes }: Pick<Context, 'env' | 'randomBytes'>,
  option?: string,
): { readonly apiKey: string; readonly isGenerated: boolean } {
  const given = option ?? (env['WEBHOOK_API_KEY'] || undefined);
  if (given === undefined) {
    return { apiKey: Buffer.from(randomBytes(KEY_BYTES)).toString('hex'), isGenerated: true };
  }
  if (/^\S+$/.test(given)) return { apiKey: given, isGenerated: false };
  throw new UsageError('the API key is empty or holds white space', 'give another with --api-key');
}
