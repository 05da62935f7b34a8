import { WebhookError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { OpenTunnel, TunnelDriver, TunnelEvent } from './tunnel.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export interface KeepOpenOptions {
  /** The port on loopback that the tunnel leads to. */
  readonly port: number;
  readonly clock: Clock;
  /** Ends it all, but for requests under way. */
  readonly signal: AbortSignal;
  /** Aborts, after `signal`, when no request is under way any more; left out where none is waited for. */
  readonly drained?: AbortSignal | undefined;
  /** Must not throw. Not called any more once the signal has aborted. */
  readonly onEvent: (event: TunnelEvent) => void;
}

export interface KeptTunnel {
  /** The public URL, or null where the first try failed (more follow) or was called off. Never rejects. */
  readonly first: Promise<string | null>;
  /** Resolves once the signal has aborted and the tunnel is closed. */
  readonly closed: Promise<void>;
}

/**
 * Opens a tunnel and reopens it whenever it dies, until the signal aborts. The wait before another try starts at 1 s,
 * doubles up to 30 s, and is set back by a try that succeeds.
 */
export function keepTunnelOpen(
  driver: TunnelDriver,
  { port, clock, signal, drained, onEvent }: KeepOpenOptions,
): KeptTunnel {
  let settleFirst!: (url: string | null) => void;
  const first = new Promise<string | null>((resolve) => (settleFirst = resolve));
  const stopped = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  return { first, closed: keep() };

  async function keep(): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const attempt = await open();
      let end:
        { type: 'lost'; reason: string } | { type: 'failed'; reason: string; hint: string | undefined };
      if ('error' in attempt) {
        end = { type: 'failed', ...describe(attempt.error) };
      } else {
        waitMs = FIRST_WAIT_MS;
        end = { type: 'lost', reason: await outlive(attempt.tunnel) };
      }
      settleFirst(null);
      if (signal.aborted) break;
      onEvent({ ...end, retryInMs: waitMs });
      await clock.sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
    settleFirst(null);
  }

  async function open(): Promise<{ tunnel: OpenTunnel } | { error: unknown }> {
    try {
      return { tunnel: await driver.open(port, signal) };
    } catch (error) {
      return { error };
    }
  }

  /** Announces a tunnel, waits for its death or for the signal, and closes what is left of it. */
  async function outlive(tunnel: OpenTunnel): Promise<string> {
    if (!signal.aborted) {
      settleFirst(tunnel.url);
      onEvent({ type: 'open', url: tunnel.url });
    }
    const reason = await Promise.race([tunnel.dead, stopped]);
    await tunnel.close(signal.aborted ? drained : undefined);
    return reason ?? 'closed';
  }
}

function describe(error: unknown): { reason: string; hint: string | undefined } {
  return {
    reason: error instanceof Error ? error.message : String(error),
    hint: error instanceof WebhookError ? error.hint : undefined,
  };
}
