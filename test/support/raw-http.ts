import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import type { Header } from '../../src/model/request.ts';

export interface WireRequest {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly headers?: readonly Header[];
  /** What stands after the head, chunk sizes and all. */
  readonly rest?: Uint8Array | string;
}

/** A request as bytes on the wire; nothing is added to it. */
export function wire({
  method = 'POST',
  target = '/',
  version = '1.1',
  headers = [],
  rest = '',
}: WireRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(rest)]);
}

/** A body in chunks of these sizes, the last size for all that is left. */
export function chunked(body: Uint8Array, sizes: readonly number[], trailers = ''): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0, index = 0; at < body.length; index += 1) {
    const size = sizes[index] ?? body.length;
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...pieces, Buffer.from(`0\r\n${trailers}\r\n`)]);
}

export interface WireResponse {
  readonly statusLine: string;
  readonly status: number;
  readonly headers: readonly Header[];
  /** Without the chunks' sizes. */
  readonly body: Buffer;
}

/** The response that text (one character per byte) begins with, and what follows it; null while it is not whole. */
export function readResponse(
  text: string,
  method = 'POST',
): { readonly response: WireResponse; readonly rest: string } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = lines.map((line): Header => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  const status = Number(statusLine.split(' ')[1]);
  const value = (name: string): string | undefined =>
    headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const after = text.slice(headEnd + 4);
  const done = (body: string, rest: string) => ({
    response: { statusLine, status, headers, body: Buffer.from(body, 'latin1') },
    rest,
  });
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return done('', after);
  if (value('transfer-encoding') === 'chunked') return readChunks(after, done);
  const length = Number(value('content-length') ?? Number.POSITIVE_INFINITY);
  if (after.length < length && length !== Number.POSITIVE_INFINITY) return null;
  return done(after.slice(0, length), after.slice(length));
}

function readChunks<T>(text: string, done: (body: string, rest: string) => T): T | null {
  const pieces: string[] = [];
  for (let at = 0; ;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    const from = lineEnd + 2;
    if (text.length < from + size + 2) return null;
    if (size === 0) return done(pieces.join(''), text.slice(from + 2));
    pieces.push(text.slice(from, from + size));
    at = from + size + 2;
  }
}

/** The response in what a connection gave until it was closed. */
export function onlyResponse(text: string, method?: string): WireResponse {
  const read = readResponse(text, method);
  if (read === null) throw new Error(`no whole response: ${JSON.stringify(text.slice(0, 500))}`);
  if (read.rest !== '') throw new Error(`more than a response: ${JSON.stringify(read.rest.slice(0, 500))}`);
  return read.response;
}

export interface RawConnection {
  readonly socket: Socket;
  /** Everything that came so far, one character per byte. */
  text(): string;
  /** Resolves with what came once it passes; rejects when the connection closes before. */
  until(passes: (text: string) => boolean): Promise<string>;
  /** The next whole response, taken off the text. */
  response(method?: string): Promise<WireResponse>;
  /** Resolves with everything that came when the connection has closed, in whatever way. */
  readonly closed: Promise<string>;
}

/** @param heedsEnd Whether our side ends when the other has. */
export async function openRaw(url: string, { heedsEnd = true } = {}): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let text = '';
  let over = false;
  const watchers = new Set<() => void>();
  const tell = (): void => watchers.forEach((watcher) => watcher());
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
    tell();
  });
  if (heedsEnd) socket.on('end', () => socket.end());
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      over = true;
      tell();
      resolve(text);
    });
  });
  const until = (passes: (text: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!passes(text) && !over) return;
        watchers.delete(look);
        if (passes(text)) resolve(text);
        else reject(new Error(`closed after ${JSON.stringify(text.slice(0, 500))}`));
      };
      watchers.add(look);
      look();
    });
  await connected;
  return {
    socket,
    text: () => text,
    until,
    closed,
    response: async (method) => {
      await until((all) => readResponse(all, method) !== null);
      const { response, rest } = readResponse(text, method)!;
      text = rest;
      return response;
    },
  };
}

export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** The heads of the requests so far. */
  readonly heads: readonly string[];
  /** Listens no more and cuts every connection. */
  close(): Promise<void>;
}

/** A server of plain sockets that answers with bytes of the test's own, once a request's head is there. */
export async function startRawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        // A body would be taken for the beginning of the next head.
        text = /content-length: [1-9]/i.test(head) ? '' : text.slice(end + 4);
        heads.push(head);
        answer(socket, head);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  running.add(close);
  return { url: `http://127.0.0.1:${port}`, port, heads, close };
}

const running = new Set<() => Promise<void>>();

afterAll(async () => {
  await Promise.all(Array.from(running, (close) => close()));
});
