import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A plain HTTP server on loopback that keeps what it gets and answers with the body's size. */
export interface PlainReceiver {
  readonly port: number;
  readonly received: readonly Received[];
  /** Takes the place of the usual answer until it is set back to null. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

export async function startPlainReceiver(): Promise<PlainReceiver> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    if (receiver.answer !== null) return receiver.answer(incoming, response);
    void buffer(incoming).then((body) => {
      const { method = '', url = '', rawHeaders } = incoming;
      received.push({ method, path: url, rawHeaders, body });
      response.end(String(body.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: PlainReceiver = {
    port: (server.address() as AddressInfo).port,
    received,
    answer: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/**
 * Sends one request to a port on loopback under any host name (names under `localhost` need not resolve), on a
 * connection of its own. A list of chunks is sent chunked.
 */
export function sendTo(
  port: number,
  host: string,
  {
    path = '/',
    headers = [],
    body = Buffer.alloc(0),
  }: { path?: string; headers?: readonly string[]; body?: Uint8Array | readonly Uint8Array[] } = {},
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const chunks = body instanceof Uint8Array ? [body] : body;
    const framing =
      body instanceof Uint8Array ? ['Content-Length', String(body.length)] : ['Transfer-Encoding', 'chunked'];
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent: false,
        headers: ['Host', host, ...framing, ...headers],
      },
      (response) => {
        buffer(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}
