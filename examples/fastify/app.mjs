import { createHmac, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';

/** An app that books the deals which Iverton says are won. */
export function createApp({ secret, bookDeal }) {
  const booked = new Set(); // In production a table in which the event's id is unique.
  const app = fastify();

  // The signature covers the bytes as they came: Fastify is kept from parsing them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request, body) => body);

  app.post('/webhooks/iverton', async (request, reply) => {
    if (!isSigned(request.body, request.headers['x-iverton-signature'], secret))
      return reply.code(401).send();
    const event = JSON.parse(request.body);
    // Deliveries come at least once, and types that did not exist yesterday may come tomorrow: neither is an error.
    if (event.type === 'deal.won' && !booked.has(event.id)) {
      booked.add(event.id);
      await bookDeal(event.data);
    }
    return reply.code(200).send();
  });
  return app;
}

function isSigned(body, header, secret) {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
