import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { headerValue } from '../../src/model/request.ts';
import { TEST_SECRET } from './endpoints.ts';
import { startServer, type Received } from './http.ts';

/** What became of one event at one path of a receiver. */
export interface Tally {
  readonly eventId: string;
  /** Its requests, as far as they arrived whole. */
  requests: number;
  acknowledged: number;
  /** The bytes of the first. */
  readonly body: Buffer;
  /** Whether each of its requests had these very bytes, and a valid signature. */
  alike: boolean;
}

export interface FickleReceiver {
  readonly url: string;
  /** By the path and the event's id, with a space between. */
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly requests: number;
  /** Resolves when there have been so many requests in all. */
  reached(requests: number): Promise<void>;
  close(): Promise<void>;
}

/** A receiver of de.iterate's events that fails at random: an error, a reset, no answer at all. */
export async function startFickleReceiver(random: () => number): Promise<FickleReceiver> {
  const tallies = new Map<string, Tally>();
  const used = new WeakSet<object>();
  let waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  const server = await startServer((request, response, { socket }) => {
    const tally = note(request);
    const chance = random();
    // A connection that is closed as it is taken up again is dialled anew for the same attempt, so only a fresh one is cut
    // before any answer.
    if (chance < 0.15) response.writeHead(500).end('no');
    else if (chance < 0.22 && !used.has(socket)) socket.destroy();
    else if (chance < 0.3) cut(response);
    else if (chance >= 0.315) {
      tally.acknowledged += 1;
      response.end('ok');
    }
    // What is left gets no answer.
    used.add(socket);
    waiting = waiting.filter(({ at, resolve }) => server.received.length < at || resolve());
  });

  function note({ path, headers, body }: Received): Tally {
    const { id } = JSON.parse(body.toString()) as { id: string };
    const key = `${path} ${id}`;
    const tally = tallies.get(key) ?? { eventId: id, requests: 0, acknowledged: 0, body, alike: true };
    tallies.set(key, tally);
    tally.requests += 1;
    const signature = createHmac('sha256', TEST_SECRET).update(body).digest('hex');
    const isSigned = headerValue(headers, 'X-Deiterate-Signature') === signature;
    if (!tally.body.equals(body) || !isSigned) tally.alike = false;
    return tally;
  }

  return {
    url: server.url,
    tallies,
    get requests() {
      return server.received.length;
    },
    reached: (requests) =>
      new Promise((resolve) => {
        if (server.received.length >= requests) resolve();
        else waiting.push({ at: requests, resolve });
      }),
    close: server.close,
  };
}

/** An answer that breaks off. */
function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' });
  response.write('the beginning', () => response.destroy());
}
