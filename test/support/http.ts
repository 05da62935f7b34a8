import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import { pairHeaders, type Header } from '../../src/model/request.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export interface RecordingServer {
  readonly url: string;
  readonly port: number;
  /** Whole requests in the order in which they were complete. */
  readonly received: readonly Received[];
  /** Cuts every connection and listens again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A plain HTTP server on a free loopback port that keeps what it gets byte for byte. Answers 200 unless told otherwise. */
export async function startServer(
  answer: (request: Received, response: ServerResponse, message: IncomingMessage) => void = (
    _request,
    response,
  ) => void response.end(),
): Promise<RecordingServer> {
  const received: Received[] = [];
  const listener: RequestListener = (message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const request = {
        method: message.method ?? '',
        path: message.url ?? '',
        headers: pairHeaders(message.rawHeaders),
        body: Buffer.concat(chunks),
      };
      received.push(request);
      answer(request, response, message);
    });
  };
  const server = createServer({ maxHeaderSize: 256 * 1024 }, listener);
  server.maxHeadersCount = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const restart = async (): Promise<void> => {
    await close();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  running.add(close);
  return { url: `http://127.0.0.1:${port}`, port, received, restart, close };
}

const running = new Set<() => Promise<void>>();

// Not within startServer: a hook that a test itself asks for never runs.
afterAll(async () => {
  await Promise.all(Array.from(running, (close) => close()));
});

/** Sends bytes as they are and resolves with everything that comes back until the other side closes. */
export function sendRaw(
  url: string,
  bytes: string | Uint8Array,
  onSocket?: (socket: Socket) => void,
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      onSocket?.(socket);
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
