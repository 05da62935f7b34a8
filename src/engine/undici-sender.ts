import type { Client, Dispatcher } from 'undici';
import type { AttemptError } from '../model/attempt.ts';
import type { OutgoingRequest } from '../model/request.ts';
import type { Lookup } from './address-guard.ts';
import { createAborts } from './aborts.ts';
import { createConnector } from './connector.ts';
import { createDeadlines } from './deadlines.ts';
import { Exchange } from './exchange.ts';
import { describeFailure } from './failure.ts';
import { createDestinations, sendableHeaders, type Destination } from './sendable.ts';
import type { Outcome, Sender, SendOptions } from './sender.ts';

export interface UndiciSenderOptions {
  /** `public` refuses whatever is not on the public internet, with the error code `blocked`; `any` unless given. */
  readonly addresses?: 'any' | 'public';
  /** 64 unless given; null for as many as there are requests at a time. */
  readonly connectionsPerOrigin?: number | null;
  /** How names are resolved where addresses have to be public; `dns.lookup` unless given. */
  readonly lookup?: Lookup;
}

/** Enough to show why an app refused, little enough never to matter. */
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024;
const CONNECTIONS_PER_ORIGIN = 64;

/** A sender over one shared pool of keep-alive connections. On loopback, HTTPS takes any certificate. */
export async function createUndiciSender({
  addresses = 'any',
  connectionsPerOrigin = CONNECTIONS_PER_ORIGIN,
  lookup = systemLookup,
}: UndiciSenderOptions = {}): Promise<Sender> {
  const { Agent, buildConnector, Client } = await import('undici');
  const connector = createConnector(buildConnector, addresses === 'public' ? lookup : null);
  const client = { connect: connector.connect, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
  const agent = new Agent({ ...client, connections: connectionsPerOrigin });
  const deadlines = createDeadlines();
  const onAbort = createAborts();
  const destination = createDestinations();
  const single = new Set<Client>();
  let closed = false;

  function exchange(request: Dispatcher.DispatchOptions, options: SendOptions): Promise<Outcome> {
    return new Promise((resolve) => {
      let again: Client | null = null;
      let giveUp = (): void => {};
      const handler = new Exchange(options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES, {
        answered: (response) => finish({ kind: 'response', response }),
        failed: (error, begun) => {
          const stale =
            !begun && !closed && again === null && isClosing(error) && connector.endedReused(error);
          if (stale) sendAgain();
          else finish({ kind: 'failure', error: describeFailure(error) });
        },
      });
      const forget = deadlines.after(options.timeoutMs, () => stop(late(options.timeoutMs)));
      const ignore = options.signal === undefined ? null : onAbort(options.signal, () => stop(ABORTED));
      giveUp = connector.opening(() => agent.dispatch(request, handler));

      // The server closed a connection that was being kept for reuse, just as it was taken up again: most likely nothing was
      // read of the request. Another one of those kept may be just as dead, so this goes over a new one.
      function sendAgain(): void {
        again = new Client(request.origin!, client);
        single.add(again);
        giveUp = connector.opening(() => again!.dispatch(request, handler));
      }

      function stop(error: AttemptError): void {
        handler.stop(new Error(error.message));
        giveUp();
        finish({ kind: 'failure', error });
      }

      function finish(outcome: Outcome): void {
        forget();
        ignore?.();
        if (again !== null) {
          single.delete(again);
          void again.destroy();
        }
        resolve(outcome);
      }
    });
  }

  return {
    send: (request, options) => {
      if (options.signal?.aborted) return Promise.resolve({ kind: 'failure', error: ABORTED });
      try {
        return exchange(dispatchable(request, destination(request.url)), options);
      } catch (error) {
        return Promise.resolve({ kind: 'failure', error: describeFailure(error) });
      }
    },
    close: async () => {
      closed = true;
      connector.close();
      await Promise.all([agent.destroy(), ...Array.from(single, (one) => one.destroy())]);
    },
  };
}

const ABORTED: AttemptError = { code: 'aborted', message: 'interrupted' };

function late(timeoutMs: number): AttemptError {
  return { code: 'timeout', message: `no complete answer within ${timeoutMs / 1_000} s` };
}

function dispatchable(request: OutgoingRequest, { origin, path }: Destination): Dispatcher.DispatchOptions {
  return {
    origin,
    path,
    method: request.method as Dispatcher.HttpMethod,
    headers: sendableHeaders(request),
    // An empty body goes out as none at all, with Content-Length: 0.
    body: request.body.length === 0 ? null : request.body,
  };
}

function isClosing(error: Error): boolean {
  return /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(String((error as { code?: unknown }).code));
}

async function systemLookup(...[hostname]: Parameters<Lookup>): ReturnType<Lookup> {
  const { lookup } = await import('node:dns/promises');
  return lookup(hostname, { all: true });
}
