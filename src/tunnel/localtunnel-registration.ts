import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { TunnelError } from '../errors.ts';
import { isUrl } from '../model/url.ts';

/** What a localtunnel server gives to a client that asks for a tunnel. */
export interface Registration {
  readonly id: string;
  readonly url: string;
  /** Where the client connects its sockets to. */
  readonly remoteHost: string;
  readonly remotePort: number;
  /** How many sockets the server wants. */
  readonly connections: number;
}

/**
 * Asks a localtunnel server for a tunnel: the named subdomain if it is free, otherwise one of the server's choice.
 * A plain request on a connection of its own, so that the signal takes it down whatever state it is in.
 * @throws {TunnelError} when the server cannot be reached, refuses, or is not a localtunnel server; whatever reason
 * the signal aborts with.
 */
export async function register(
  server: URL,
  subdomain: string | undefined,
  signal: AbortSignal,
): Promise<Registration> {
  const base = server.href.replace(/\/?$/, '/');
  const url = new URL(subdomain === undefined ? '?new' : `./${encodeURIComponent(subdomain)}`, base);
  let response: { status: number; body: string };
  try {
    response = await get(url, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new TunnelError('ERR_TUNNEL_UNREACHABLE', `${server.origin} cannot be reached: ${reason(error)}`, {
      hint: 'check the network, or use another tunnel',
      cause: error,
    });
  }
  const answer = parseAnswer(response.body);
  if (response.status === 200 && isGrant(answer)) {
    return {
      id: answer.id,
      url: answer.url.replace(/\/$/, ''),
      remoteHost: answer.ip ?? unbracketed(server.hostname),
      remotePort: answer.port,
      connections: Math.max(1, answer.max_conn_count ?? 1),
    };
  }
  const said = typeof answer?.['message'] === 'string' ? answer['message'] : `status ${response.status}`;
  throw new TunnelError('ERR_TUNNEL_REFUSED', `${server.origin} gave no tunnel: ${said}`, {
    hint: 'choose another subdomain, or check that this is a localtunnel server',
  });
}

function get(url: URL, signal: AbortSignal): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    client
      .get(url, { agent: false, signal, headers: { accept: 'application/json' } }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      })
      .once('error', reject);
  });
}

interface Grant {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  readonly ip?: string;
  readonly max_conn_count?: number;
}

function parseAnswer(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function isGrant(answer: Record<string, unknown> | null): answer is Record<string, unknown> & Grant {
  if (answer === null) return false;
  const { id, url, port, ip, max_conn_count: connections } = answer;
  return (
    typeof id === 'string' &&
    typeof url === 'string' &&
    /^https?:\/\//.test(url) &&
    isUrl(url) &&
    Number.isInteger(port) &&
    (ip === undefined || ip === null || typeof ip === 'string') &&
    (connections === undefined || Number.isInteger(connections))
  );
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** A connection tried over IPv4 and IPv6 fails with an error that says nothing but holds both. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
