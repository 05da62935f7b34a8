import { execFile } from 'node:child_process';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { execPath } from 'node:process';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import { isLocalhost } from '../model/address.ts';
import type { Network, ServerCertificate } from './network.ts';

/** Prints the addresses as JSON, or the code of the error. */
const LOOKUP = `require('node:dns').lookup(process.argv[1], { all: true, verbatim: true }, (error, found) =>
  console.log(JSON.stringify(error ? { code: error.code } : { addresses: found.map(({ address }) => address) })))`;

/**
 * The network of this machine.
 * @param node the program that looks names up: a look-up cannot be given up, but the process that makes it can be ended.
 */
export function nodeNetwork(node = execPath): Network {
  return {
    lookup: async (hostname, signal) => {
      const host = unbracketed(hostname);
      if (isIP(host) !== 0) return [host];
      return lookUp(node, host, signal);
    },
    connect: (address, port, signal) =>
      opened(connectTcp({ host: address, port }), 'connect', signal, () => undefined),
    handshake: (address, port, hostname, signal) => {
      const host = unbracketed(hostname);
      const socket = connectTls({
        host: address,
        port,
        servername: isIP(host) === 0 ? host : '',
        rejectUnauthorized: false,
        // Who it is for is looked at apart, so that one problem does not hide the other.
        checkServerIdentity: () => undefined,
      });
      return opened(socket, 'secureConnect', signal, () => certificateOf(socket, host));
    },
  };
}

function lookUp(node: string, host: string, signal: AbortSignal): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    execFile(node, ['-e', LOOKUP, '--', host], { signal }, (error, stdout) => {
      if (error !== null) return reject(error);
      const { code, addresses } = JSON.parse(stdout) as { code?: string; addresses?: string[] };
      // Resolvers take every name below it for loopback, though not all of them do.
      if (addresses === undefined && isLocalhost(host)) resolve(['127.0.0.1']);
      else if (addresses === undefined) reject(Object.assign(new Error(`lookup: ${code}`), { code }));
      else resolve([...new Set(addresses)]);
    });
  });
}

function opened<T>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  read: () => T,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => void socket.destroy(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once(event, () => {
      try {
        resolve(read());
      } catch (error) {
        reject(error as Error);
      }
      socket.destroy();
    });
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
    });
  });
}

function certificateOf(socket: TLSSocket, host: string): ServerCertificate {
  const certificate = socket.getPeerCertificate();
  const { O: organisation, CN: name } = certificate.issuer ?? {};
  return {
    chainError: socket.authorized ? null : chainErrorOf(socket),
    hostError: checkServerIdentity(host, certificate)?.message ?? null,
    hosts: certificate.subjectaltname ?? String(certificate.subject?.CN ?? ''),
    issuer: String(organisation ?? name ?? ''),
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
  };
}

/** Typed as an error, and in truth its code. */
function chainErrorOf({ authorizationError }: TLSSocket): string {
  const error: unknown = authorizationError;
  return String((error as { code?: unknown } | null)?.code ?? error);
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
