import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What the receiver remembers of a connection besides its bytes. */
export interface Connection {
  /** Requests that are arriving or being answered, oldest first, each with the promise of its end. */
  readonly underway: Map<IncomingMessage, Promise<void>>;
  /** Aborts when the socket has closed. */
  readonly gone: AbortSignal;
  /** Whether its sender has been refused: nothing that still comes is a request. */
  refused: boolean;
}

/** Finds what belongs to a socket; forgotten with it. */
export function createConnections(): (socket: Socket) => Connection {
  const known = new WeakMap<Socket, Connection>();
  return (socket) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    const closing = new AbortController();
    if (socket.destroyed) closing.abort();
    else socket.once('close', () => closing.abort());
    const connection = { underway: new Map(), gone: closing.signal, refused: false };
    known.set(socket, connection);
    return connection;
  };
}
