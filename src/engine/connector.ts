import type { LookupAddress } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { isLoopbackHost, isPublicAddress } from '../model/address.ts';
import { BlockedAddressError, vetHost, type Lookup } from './address-guard.ts';

export interface Connector {
  readonly connect: buildConnector.connector;
  /** Runs what may begin to open a connection. Returns what gives that connection up, should it still not be open then. */
  opening(begin: () => void): () => void;
  /** Whether this error ended a connection that had carried an answer before. */
  endedReused(error: Error): boolean;
  /** Gives up everything that is still being opened. */
  close(): void;
}

interface Opening {
  socket: Socket | null;
  givenUp: Error | null;
}

/**
 * Opens the connections of a client.
 *
 * @param lookup how names are resolved where addresses have to be public; null where any address will do
 */
export function createConnector(build: typeof buildConnector, lookup: Lookup | null): Connector {
  // Deadlines are those of the requests, connecting included. What nobody waits for any more, and what is still connecting
  // when the sender is closed, the client would leave to itself, and so keep the process alive.
  const strict = build({ timeout: 0, ...(lookup === null ? {} : { lookup: vettedLookup }) });
  // A certificate of the developer's own making is normal on loopback.
  const lenient = build({ timeout: 0, rejectUnauthorized: false });
  const openings = new Set<Opening>();
  const reused = new WeakSet<Error>();
  let begun: Opening | null = null;
  let vetted: { readonly hostname: string; readonly addresses: readonly LookupAddress[] } | null = null;

  /** Sockets look names up while they are made, that is within `dial`. */
  function vettedLookup(...[hostname, options, callback]: Parameters<LookupFunction>): void {
    const [first] = vetted?.hostname === hostname ? vetted.addresses : [];
    if (vetted === null || first === undefined) callback(new BlockedAddressError(hostname), '');
    else if (options.all) callback(null, [...vetted.addresses]);
    else callback(null, first.address, first.family);
  }

  function dial(options: buildConnector.Options, opening: Opening, callback: buildConnector.Callback): void {
    const open = lookup === null && isLoopbackHost(options.hostname) ? lenient : strict;
    const socket = open(options, (error, connected) => {
      openings.delete(opening);
      if (error !== null) return callback(error, null);
      const refusal = lookup === null ? null : refusePeer(options.hostname, connected);
      if (refusal !== null) {
        connected.destroy();
        return callback(refusal, null);
      }
      connected.on('error', (cause) => {
        if (connected.bytesRead > 0) reused.add(cause);
      });
      callback(null, connected);
    }) as unknown as Socket;
    opening.socket = socket;
  }

  async function vetAndDial(
    resolve: Lookup,
    options: buildConnector.Options,
    opening: Opening,
    callback: buildConnector.Callback,
  ): Promise<void> {
    try {
      const addresses = await vetHost(options.hostname, resolve);
      if (opening.givenUp !== null) throw opening.givenUp;
      vetted = { hostname: options.hostname, addresses };
      dial(options, opening, callback);
    } catch (error) {
      openings.delete(opening);
      callback(error as Error, null);
    } finally {
      vetted = null;
    }
  }

  function giveUp(opening: Opening): void {
    if (!openings.delete(opening)) return;
    opening.givenUp = new Error('nobody waits for this connection');
    opening.socket?.destroy(opening.givenUp);
  }

  return {
    connect: (options, callback) => {
      const opening: Opening = { socket: null, givenUp: null };
      openings.add(opening);
      begun = opening;
      if (lookup === null) dial(options, opening, callback);
      else void vetAndDial(lookup, options, opening, callback);
    },
    opening: (begin) => {
      begun = null;
      begin();
      const opening = begun as Opening | null;
      return () => {
        if (opening !== null) giveUp(opening);
      };
    },
    endedReused: (error) => reused.has(error),
    close: () => openings.forEach(giveUp),
  };
}

/** The last line: whatever was resolved and dialled, nothing is written to a peer that is not public. */
function refusePeer(hostname: string, { remoteAddress }: Socket): Error | null {
  if (remoteAddress === undefined) return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
  return isPublicAddress(remoteAddress) ? null : new BlockedAddressError(hostname);
}
