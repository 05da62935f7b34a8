import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ListenError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { pairHeaders, type RawRequest } from '../model/request.ts';
import { createCapacity, type CapacityLimits } from './capacity.ts';
import { createConnections, type Connection } from './connections.ts';
import { declaredLength, readBody } from './read-body.ts';
import { closeWith, explainParseError, MAX_HEADER_BYTES, refuseBody } from './refusal.ts';

/** The shortest pause between two looks for senders that are too slow, in milliseconds. */
const SHORTEST_CHECK_MS = 50;
/** When a sender should come again for whom there is no room, in seconds. */
const RETRY_AFTER_SECONDS = '1';
const NO_ROOM = 'more came at once than is held in memory: the sender is asked to come again';
const UNLIMITED: CapacityLimits = {
  maxHeldBytes: Number.POSITIVE_INFINITY,
  maxHeldRequests: Number.POSITIVE_INFINITY,
};

/** Something arrived that is not a complete request, and was not kept. */
export interface RefusedRequest {
  /** The status answered; null where the sender had gone. */
  readonly status: number | null;
  readonly message: string;
  readonly method: string | null;
  readonly path: string | null;
  /** How many requests, where several are told of as one. */
  readonly count?: number;
}

export interface RequestSender {
  readonly remoteAddress: string | null;
  /** When the request's head had arrived, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Aborts when the connection has closed: an answer would reach nobody. */
  readonly gone: AbortSignal;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** What is held at once until it is answered; beyond that, 503. Unlimited where it is left out. */
  readonly capacity?: CapacityLimits;
  /** How long a sender may take for a whole request, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  /** Must not reject. */
  readonly onRequest: (request: RawRequest, sender: RequestSender, response: ServerResponse) => Promise<void>;
  readonly onRefused: (refused: RefusedRequest) => void;
  /** The JSON that a body over the limit is answered with; nothing where it is left out. */
  readonly tooLargeAnswer?: object;
}

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Takes no further connections and resolves when every request under way has been answered. */
  close(): Promise<void>;
  /** Cuts every connection, takes none any more, and resolves when every request under way has come to its end. */
  destroy(): Promise<void>;
}

/**
 * The bytes' way in: a plain HTTP server that reads whole requests as they stand on the wire.
 * @throws {ListenError} where the address cannot be taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { clock, maxBodyBytes, onRefused, requestTimeoutMs } = options;
  const capacity = createCapacity(options.capacity ?? UNLIMITED);
  const connectionOf = createConnections();
  const sockets = new Set<Socket>();
  const underway = new Set<Promise<void>>();
  let closing = false;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(60_000, requestTimeoutMs),
      connectionsCheckingInterval: Math.max(SHORTEST_CHECK_MS, Math.min(5_000, requestTimeoutMs)),
      keepAliveTimeout: 10_000,
    },
    take,
  );
  server.maxHeadersCount = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('checkContinue', (message, response) => take(message, response, true));
  server.on('checkExpectation', take);
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    const { method = null, url: path = null } = message;
    onRefused({ status: 405, message: 'this is no proxy', method, path });
    socket.on('error', () => {}).resume();
    void closeWith(405, socket, clock);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const connection = connectionOf(socket);
    const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    // A connection made in advance, as a tunnel's are. The time of a request runs from its first byte.
    if (timedOut && isSilent(socket)) return;
    const nobodyListens = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    if (nobodyListens || (timedOut && connection.refused)) socket.destroy();
    else if (connection.refused) void leave(socket, connection);
    else void refuse(error, socket, connection);
  });

  function take(message: IncomingMessage, response: ServerResponse, waitsForLeave = false): void {
    const connection = connectionOf(message.socket);
    const answered = receive(message, response, connection, waitsForLeave).then(() => {
      connection.underway.delete(message);
      underway.delete(answered);
      if (closing) setImmediate(closeWhatIsIdle);
    });
    connection.underway.set(message, answered);
    underway.add(answered);
  }

  async function receive(
    message: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    waitsForLeave: boolean,
  ): Promise<void> {
    const startedAt = clock.now();
    const { method = '', url: path = '' } = message;
    const refused = (status: number | null, why: string): void => {
      if (!connection.refused) onRefused({ status, message: why, method, path });
      connection.refused = true;
    };
    const refuseWith = (status: 413 | 503, isAtHead = false): void => {
      refused(status, status === 503 ? NO_ROOM : tooLarge(message, maxBodyBytes));
      const headers = status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
      const answer = status === 413 ? options.tooLargeAnswer : undefined;
      refuseBody(message, response, { status, headers, answer, isAtHead });
    };

    const declared = declaredLength(message) ?? 0;
    if (declared > maxBodyBytes) return refuseWith(413, true);
    const hold = capacity.admit(headBytes(message), declared);
    if (hold === null) return refuseWith(503, true);
    if (waitsForLeave) response.writeContinue();
    const result = await readBody(message, maxBodyBytes, hold);
    if (result.kind === 'too-large') refuseWith(413);
    else if (result.kind === 'no-room') refuseWith(503);
    else if (result.kind === 'aborted') {
      const of = message.headers['content-length'];
      const amount = `${result.receivedBytes}${of === undefined ? '' : ` of ${of}`} bytes`;
      refused(null, `the sender broke off after ${amount}`);
    } else if (message.httpVersion === '1.1' && message.headers.host === undefined) {
      refused(400, 'an HTTP/1.1 request needs a Host header');
      response.writeHead(400, { connection: 'close', 'content-length': 0 }).end();
    } else {
      const request = { method, path, headers: pairHeaders(message.rawHeaders), body: result.body };
      const remoteAddress = message.socket.remoteAddress ?? null;
      await options.onRequest(request, { remoteAddress, startedAt, gone: connection.gone }, response);
    }
    hold.release();
  }

  /** Closes a connection whose sender was refused and has ended, after the answers that it still waits for. */
  async function leave(socket: Socket, { underway: requests }: Connection): Promise<void> {
    await Promise.all(requests.values());
    socket.end();
  }

  /** Turns away what is no HTTP. Requests that came whole before it on the same connection get their answers first. */
  async function refuse(fault: NodeJS.ErrnoException, socket: Socket, connection: Connection): Promise<void> {
    const requests = Array.from(connection.underway);
    const broken = requests.find(([message]) => !message.complete)?.[0];
    const { status, message } = explainParseError(fault);
    // A body that ends too soon is reported where it is read, with how much of it came.
    if (broken === undefined || fault.code !== 'HPE_INVALID_EOF_STATE') {
      onRefused({ status, message, method: broken?.method ?? null, path: broken?.url ?? null });
      connection.refused = true;
    }
    const whole = requests.filter(([{ complete }]) => complete);
    await Promise.all(whole.map(([, answered]) => answered));
    await closeWith(status, socket, clock);
  }

  /** Node counts a connection that has not sent anything yet as busy; with no request under way, none is. */
  function closeWhatIsIdle(): void {
    if (underway.size === 0) server.closeAllConnections();
    else server.closeIdleConnections();
    for (const socket of sockets) if (isSilent(socket)) socket.destroy();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { port, family, address } = server.address() as AddressInfo;
  const shown =
    address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return {
    port,
    url: `http://${shown}:${port}`,
    close: async () => {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      closeWhatIsIdle();
      await closed;
      await Promise.all(underway);
    },
    destroy: async () => {
      // It may be closed already, which is as well.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(underway);
    },
  };
}

/** Whether nothing has ever come over a connection. */
function isSilent(socket: Socket): boolean {
  return socket.bytesRead === 0;
}

/** What a request's head takes, in bytes. */
function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length);
}

function tooLarge(message: IncomingMessage, limit: number): string {
  const declared = message.headers['content-length'];
  return `the body${declared === undefined ? '' : ` of ${declared} bytes`} is over the limit of ${limit} bytes (--max-body)`;
}

function explainListenError(error: NodeJS.ErrnoException, { host, port }: ServerOptions): ListenError {
  const place = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new ListenError('ERR_PORT_IN_USE', `port ${port} on ${host} is in use`, {
      hint: `stop the other program, or take another port with --port ${port === 65_535 ? 0 : port + 1} (0 takes any free one)`,
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new ListenError('ERR_PORT_FORBIDDEN', `not allowed to listen on ${place}`, {
      hint: 'ports below 1024 often need privileges: take one above with --port',
      cause: error,
    });
  }
  return new ListenError('ERR_LISTEN', `cannot listen on ${place}: ${error.message}`, {
    hint: 'check --host: it must be an address of this machine',
    cause: error,
  });
}
