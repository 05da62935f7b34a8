import type { ServerResponse } from 'node:http';

export interface JsonAnswer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function respondJson(response: ServerResponse, { status, body, headers = {} }: JsonAnswer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': bytes.length,
      'Cache-Control': 'no-store',
      ...headers,
    })
    .end(bytes);
}
