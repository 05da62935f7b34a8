import type { ErrorAnswer } from '../contract.ts';
import { token } from './token.ts';

/** What the server refused, in its words; or that it could not be reached (`status` 0). */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(status: number, { code, message, hint }: ErrorAnswer['error']) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** @throws {ApiFailure} */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path + queryText(query), undefined, signal);
}

/** @throws {ApiFailure} */
export async function send<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  return call<T>(method, path, body, signal);
}

/** The exact bytes of an answer. @throws {ApiFailure} */
export async function bytes(path: string): Promise<Blob> {
  return (await request('GET', path)).blob();
}

/** `?type=deal.won`, without what is empty. */
export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export async function request(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${token()}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, {
      code: 'unreachable',
      message: 'webhook-cli does not answer: is it still running?',
    });
  }
  if (response.ok) return response;
  const answer = (await response.json().catch(() => null)) as ErrorAnswer | null;
  throw new ApiFailure(
    response.status,
    answer?.error ?? { code: 'failed', message: `the request failed (${response.status})` },
  );
}

async function call<T>(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<T> {
  return (await (await request(method, path, body, signal)).json()) as T;
}
