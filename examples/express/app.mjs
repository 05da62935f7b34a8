import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';

/** An app that books the deals which Iverton says are won. */
export function createApp({ secret, bookDeal }) {
  const booked = new Set(); // In production a table in which the event's id is unique.
  const app = express();

  // The signature covers the bytes as they came: the body is parsed only after it has been checked.
  app.post('/webhooks/iverton', express.raw({ type: '*/*' }), async (request, response) => {
    if (!isSigned(request.body, request.get('X-Iverton-Signature'), secret)) return response.sendStatus(401);
    const event = JSON.parse(request.body);
    // Deliveries come at least once, and types that did not exist yesterday may come tomorrow: neither is an error.
    if (event.type === 'deal.won' && !booked.has(event.id)) {
      booked.add(event.id);
      await bookDeal(event.data);
    }
    response.sendStatus(200);
  });
  return app;
}

function isSigned(body, header, secret) {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
