import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../model/clock.ts';

/** Larger request heads are answered with 431, in bytes. */
export const MAX_HEADER_BYTES = 128 * 1024;

/** How long a refused sender may go on writing before it is cut off, in milliseconds. */
const LINGER_MS = 5_000;
const TLS_HANDSHAKE = 0x16;

/** Why what came is no request, and the status that says so. */
export function explainParseError(error: NodeJS.ErrnoException & { rawPacket?: Uint8Array }): {
  status: number;
  message: string;
} {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return { status: 431, message: `the headers are over ${MAX_HEADER_BYTES / 1024} KiB` };
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, message: 'the request did not arrive whole in time (--request-timeout)' };
  }
  if (error.code === 'HPE_INVALID_EOF_STATE') {
    return { status: 400, message: 'the sender broke off within the headers' };
  }
  if (error.rawPacket?.[0] === TLS_HANDSHAKE) {
    return { status: 400, message: 'not HTTP but TLS: the URL here begins with http://, not https://' };
  }
  return { status: 400, message: `not HTTP: ${error.message.replace(/^Parse Error: /, '')}` };
}

/**
 * Answers on a socket whose request cannot be answered as such, and closes it. What still comes is read and dropped for a
 * while: a connection that is cut while its sender writes often loses the answer.
 */
export async function closeWith(status: number, socket: Socket, clock: Clock): Promise<void> {
  if (!socket.writable) return void socket.destroy();
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  await clock.sleep(LINGER_MS, closed.signal);
  socket.destroy();
}

/**
 * Answers before a body has come whole, and lets the sender finish: a connection that is cut while the sender still writes often
 * loses the answer. What comes is dropped, and the server's request time-out bounds how long it may go on.
 */
export function refuseBody(
  message: IncomingMessage,
  response: ServerResponse,
  refusal: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** JSON to answer with. */
    readonly answer: object | undefined;
    /** Whether nothing has been read of the body, nor asked for. */
    readonly isAtHead: boolean;
  },
): void {
  const { status, headers, answer, isAtHead } = refusal;
  const body = answer === undefined ? '' : JSON.stringify(answer);
  response.writeHead(status, {
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body),
    ...(answer === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  });
  response.flushHeaders();
  response.write(body);
  message.resume();
  const finish = (): void => void response.end();
  message.once('end', finish);
  message.once('close', finish);
  const waitsForLeave = isAtHead && message.headers.expect !== undefined;
  if (waitsForLeave) finish();
}
