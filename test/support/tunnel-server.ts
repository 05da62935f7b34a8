import { once } from 'node:events';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';

/** A localtunnel server on loopback. */
export interface TunnelServer {
  readonly port: number;
  /** What a client takes as its host. */
  readonly url: string;
  /** Resolves once a tunnel's client has no socket connected. */
  abandoned(id: string): Promise<void>;
  /** Resolves once a tunnel's client has so many sockets connected. */
  untilSockets(id: string, count: number): Promise<void>;
  /** Drops every connection and listens no more; forgets all tunnels. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

interface Tunnel {
  readonly server: Server;
  readonly idle: Socket[];
  readonly waiting: ((socket: Socket) => void)[];
  readonly sockets: Set<Socket>;
}

/**
 * Speaks the localtunnel protocol: `GET /<subdomain>` or `GET /?new` on the public port creates a tunnel and answers
 * where its client is to connect; a public connection whose first request names `<subdomain>.localhost` as its host is
 * joined with one of the client's sockets. Nothing but that first head is ever looked at, so bytes pass as they come.
 */
export async function startTunnelServer({ maxConnections = 10 } = {}): Promise<TunnelServer> {
  const tunnels = new Map<string, Tunnel>();
  const visitors = new Set<Socket>();
  const publicServer = net.createServer(visit);
  let counter = 0;
  await listen(publicServer, 0);
  const { port } = publicServer.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async abandoned(id) {
      await Promise.all(Array.from(tunnels.get(id)?.sockets ?? [], (socket) => once(socket, 'close')));
    },
    async untilSockets(id, count) {
      const { sockets } = tunnels.get(id)!;
      while (sockets.size !== count)
        await Promise.race(Array.from(sockets, (socket) => once(socket, 'close')));
    },
    start: () => listen(publicServer, port),
    async stop() {
      const servers = [publicServer, ...Array.from(tunnels.values(), ({ server }) => server)];
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of visitors) socket.destroy();
      for (const { sockets } of tunnels.values()) for (const socket of sockets) socket.destroy();
      tunnels.clear();
      await Promise.all(closed);
    },
  };

  function visit(socket: Socket): void {
    track(socket, visitors);
    let head = Buffer.alloc(0);
    socket.on('data', function read(chunk: Buffer) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', read).pause();
      const text = head.subarray(0, end).toString('latin1');
      const id = /^host:[ \t]*([^.\s]+)\.localhost\b/im.exec(text)?.[1];
      if (id === undefined) return void answerClient(socket, text);
      const tunnel = tunnels.get(id);
      if (tunnel === undefined) return void socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      withIdleSocket(tunnel, (client) => join(socket, client, head));
    });
  }

  async function answerClient(socket: Socket, head: string): Promise<void> {
    const target = /^GET \/(\S*)/.exec(head)?.[1] ?? '';
    const wanted = target.startsWith('?') ? `random-${(counter += 1)}` : target;
    const id = tunnels.has(wanted) ? `${wanted}-${(counter += 1)}` : wanted;
    const grant = {
      id,
      port: await createTunnel(id),
      max_conn_count: maxConnections,
      url: `http://${id}.localhost:${port}`,
    };
    const body = JSON.stringify(grant);
    socket.end(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  }

  async function createTunnel(id: string): Promise<number> {
    const tunnel: Tunnel = { server: net.createServer(), idle: [], waiting: [], sockets: new Set() };
    tunnels.set(id, tunnel);
    tunnel.server.on('connection', (socket) => {
      track(socket, tunnel.sockets);
      socket.once('close', () => {
        const index = tunnel.idle.indexOf(socket);
        if (index !== -1) tunnel.idle.splice(index, 1);
      });
      const serve = tunnel.waiting.shift();
      if (serve === undefined) tunnel.idle.push(socket);
      else serve(socket);
    });
    await listen(tunnel.server, 0);
    return (tunnel.server.address() as AddressInfo).port;
  }
}

function withIdleSocket(tunnel: Tunnel, serve: (socket: Socket) => void): void {
  const socket = tunnel.idle.shift();
  if (socket === undefined) tunnel.waiting.push(serve);
  else serve(socket);
}

function join(visitor: Socket, client: Socket, head: Buffer): void {
  visitor.once('close', () => client.destroy());
  client.once('close', () => visitor.destroy());
  client.write(head);
  visitor.pipe(client).pipe(visitor);
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
