import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { TunnelError, UsageError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { parseUrl } from '../model/url.ts';
import { register, type Registration } from './localtunnel-registration.ts';
import { aborted, untilAborted, withinTime } from './opening.ts';
import type { OpenTunnel, TunnelDriver } from './tunnel.ts';

const PUBLIC_SERVER = 'https://localtunnel.me';
/** A peer that has gone silent is given up about ten seconds after this much idle time. */
const KEEP_ALIVE_MS = 30_000;
/** How long the last of the answers may take to the server. */
const END_GRACE_MS = 2_000;
const SHORT_LIFE_MS = 1_000;
const SHORT_LIVES_ALLOWED = 30;

export interface LocaltunnelOptions {
  /** The server, such as `https://tunnel.example.org`; the public one unless given. */
  readonly host?: string | undefined;
  /** Asked for at every opening; unless given, the one got at the first opening is asked for again. */
  readonly subdomain?: string | undefined;
  readonly openTimeoutMs?: number | undefined;
  readonly clock: Clock;
}

/**
 * A tunnel through a localtunnel server.
 *
 * Of the localtunnel client only the part that moves bytes is used. The rest cannot be stopped: it asks an unreachable
 * server again every second, for ever and with no way to cancel, and reports no connection failure but a refused one.
 * So asking for the tunnel, keeping its sockets up and noticing its death are done here. `local_host` is never passed:
 * with it the client decodes the first chunk of each connection as text.
 * @throws {UsageError} when `host` is no http(s) URL.
 */
export function localtunnelDriver({
  host = PUBLIC_SERVER,
  subdomain,
  openTimeoutMs = 10_000,
  clock,
}: LocaltunnelOptions): TunnelDriver {
  const server = parseUrl(host);
  if (server === null || !/^https?:/i.test(host)) {
    throw new UsageError(`the tunnel server ${host} is no URL`, `write it as in ${PUBLIC_SERVER}`);
  }
  const late = (): TunnelError =>
    new TunnelError(
      'ERR_TUNNEL_TIMEOUT',
      `no tunnel from ${server.origin} within ${openTimeoutMs / 1000} s`,
      {
        hint: 'check the network, or use another tunnel',
      },
    );
  let wanted = subdomain;
  return {
    name: 'localtunnel',
    open: (port, signal) =>
      withinTime({ clock, timeoutMs: openTimeoutMs, signal, late }, async (opening) => {
        const registration = await register(server, wanted, opening);
        wanted ??= registration.id;
        return connect(registration, port, clock, opening);
      }),
  };
}

async function connect(
  { url, remoteHost, remotePort, connections }: Registration,
  port: number,
  clock: Clock,
  opening: AbortSignal,
): Promise<OpenTunnel> {
  const { default: TunnelCluster } = await import('localtunnel/lib/TunnelCluster.js');
  opening.throwIfAborted();
  const cluster = new TunnelCluster({ remote_host: remoteHost, remote_port: remotePort, local_port: port });
  // The sockets tell the same and more, but an unheard 'error' would end the process.
  cluster.on('error', () => {});

  const sockets = new Set<Socket>();
  let over = false;
  let shortLives = 0;
  let announce!: () => void;
  let fail!: (error: TunnelError) => void;
  let die!: (reason: string) => void;
  const ready = new Promise<void>((resolve, reject) => ([announce, fail] = [resolve, reject]));
  const dead = new Promise<string>((resolve) => (die = resolve));
  let vacate!: () => void;
  const vacated = new Promise<void>((resolve) => (vacate = resolve));

  for (let count = 0; count < connections; count += 1) openSocket();
  try {
    await Promise.race([ready, aborted(opening)]);
  } catch (error) {
    end();
    throw error;
  }
  return { url, dead, close };

  function openSocket(): void {
    for (const socket of socketsMadeBy(() => cluster.open())) {
      let connectedAt: number | null = null;
      let failure = 'connection closed';
      sockets.add(socket);
      socket.once('connect', () => {
        connectedAt = clock.now();
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        announce();
      });
      socket.once('error', (error) => (failure = error.message));
      socket.once('close', () => {
        sockets.delete(socket);
        if (over && sockets.size === 0) vacate();
        if (over) return;
        if (connectedAt === null) lose(`no connection to the tunnel server: ${failure}`);
        else if (turnedAway(socket, connectedAt)) lose('the tunnel server closes every connection');
        else openSocket();
      });
    }
  }

  /** Whether this was one closed connection too many, of those that lived shortly and carried nothing. */
  function turnedAway(socket: Socket, connectedAt: number): boolean {
    const wasted = socket.bytesRead === 0 && clock.now() - connectedAt < SHORT_LIFE_MS;
    shortLives = wasted ? shortLives + 1 : 0;
    return shortLives > SHORT_LIVES_ALLOWED;
  }

  function lose(reason: string): void {
    end();
    fail(new TunnelError('ERR_TUNNEL_UNREACHABLE', reason, { hint: 'a firewall may be in the way' }));
    die(reason);
  }

  async function close(drained?: AbortSignal): Promise<void> {
    if (drained !== undefined) await drain(drained);
    end();
  }

  /** Waits for the sockets that carry a request. Each ends by itself once its answer is through. */
  async function drain(drained: AbortSignal): Promise<void> {
    over = true;
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    if (sockets.size === 0) return;
    const through = new AbortController();
    const late = untilAborted(drained).then(() => clock.sleep(END_GRACE_MS, through.signal));
    await Promise.race([vacated, late]);
    through.abort();
  }

  function end(): void {
    over = true;
    for (const socket of sockets) socket.destroy();
  }
}

/**
 * The sockets that a piece of code connects. The client keeps its sockets to itself until they are connected, while
 * one that waits behind a silent firewall must be destroyed too when the opening is given up.
 */
function socketsMadeBy(code: () => void): Socket[] {
  const made: Socket[] = [];
  const note = (message: unknown): void => void made.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  try {
    code();
  } finally {
    unsubscribe('net.client.socket', note);
  }
  return made;
}
