import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Deal {
  readonly id: string;
  readonly amount: number;
}

interface Settings {
  readonly secret: string;
  readonly bookDeal: (deal: Deal) => Promise<void>;
}

/** A handler as Next's routes, Hono, Deno and Bun take it: it books the deals which Iverton says are won. */
export function createHandler({ secret, bookDeal }: Settings): (request: Request) => Promise<Response> {
  const booked = new Set<string>(); // In production a table in which the event's id is unique.

  return async (request) => {
    // The signature covers the bytes as they came: not request.json().
    const body = new Uint8Array(await request.arrayBuffer());
    if (!isSigned(body, request.headers.get('X-Iverton-Signature'), secret)) {
      return new Response('bad signature', { status: 401 });
    }
    const event = JSON.parse(new TextDecoder().decode(body)) as { id: string; type: string; data: Deal };
    // Deliveries come at least once, and types that did not exist yesterday may come tomorrow: neither is an error.
    if (event.type === 'deal.won' && !booked.has(event.id)) {
      booked.add(event.id);
      await bookDeal(event.data);
    }
    return new Response(null, { status: 200 });
  };
}

function isSigned(body: Uint8Array, header: string | null, secret: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
