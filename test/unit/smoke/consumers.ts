import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { headerValue } from '../../../src/model/request.ts';
import { startServer, type Received, type RecordingServer } from '../../support/http.ts';

export const SECRET = 'whsec_kept+to/itself';

/** What each provider documents of its signature, told anew: nothing here is taken from what is tested. */
const SIGNATURES: Readonly<Record<string, readonly [header: string, prefix: string]>> = {
  deiterate: ['X-Deiterate-Signature', ''],
  filedgr: ['X-Filedgr-Signature', ''],
  taskplatform: ['X-Webhook-Signature', 'sha256='],
  compliancely: ['Compliancely-Signature', ''],
  iverton: ['X-Iverton-Signature', 'sha256='],
};

/** The providers whose signatures are told here; the others are in providers.test.ts. */
export const DOCUMENTED: readonly string[] = Object.keys(SIGNATURES);

function signatureOf(providerId: string, body: Uint8Array, secret = SECRET): string {
  const [, prefix] = SIGNATURES[providerId]!;
  return prefix + createHmac('sha256', secret).update(body).digest('hex');
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
}

/** How a consumer works; what is left out it does well. */
export interface Habits {
  /** Throws where the code would: that is answered 500. */
  readonly verify?: (signature: string | undefined, body: Buffer, providerId: string) => boolean;
  /** Looks at a verified event before the rest is done. */
  readonly handle?: (event: any, request: Received, before: readonly Received[]) => Answer | null;
  /** Takes the whole request out of the consumer's hands. */
  readonly first?: (request: Received, response: ServerResponse, before: readonly Received[]) => boolean;
  readonly success?: number;
}

export function verifyWell(signature: string | undefined, body: Buffer, providerId: string): boolean {
  const given = Buffer.from(signature ?? '', 'latin1');
  const right = Buffer.from(signatureOf(providerId, body));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** A consumer as the providers' documents want it, but for its habits. */
export async function startConsumer(providerId: string, habits: Habits = {}): Promise<RecordingServer> {
  const [header] = SIGNATURES[providerId]!;
  const verified: Received[] = [];
  const all: Received[] = [];
  return startServer((request, response) => {
    const before = all.slice();
    all.push(request);
    if (habits.first?.(request, response, before) === true) return;
    const { status, body = '' } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });

  function answer(request: Received): Answer {
    if (request.method !== 'POST') return { status: 405 };
    if (!headerValue(request.headers, 'content-type')?.startsWith('application/json')) return { status: 415 };
    try {
      const { verify = verifyWell } = habits;
      if (!verify(headerValue(request.headers, header), request.body, providerId)) {
        return { status: 401, body: '{"error": "invalid signature"}' };
      }
    } catch (error) {
      return { status: 500, body: JSON.stringify({ error: (error as Error).message }) };
    }
    let event: any;
    try {
      event = JSON.parse(request.body.toString());
      if (typeof event !== 'object' || event === null || Object.keys(event).length === 0) throw new Error();
    } catch {
      return { status: 400, body: '{"error":"invalid payload"}' };
    }
    const before = verified.slice();
    verified.push(request);
    return habits.handle?.(event, request, before) ?? { status: habits.success ?? 200 };
  }
}
