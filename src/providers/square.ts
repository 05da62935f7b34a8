import { assumed, defineProvider } from './provider.ts';
import { every, exponential } from './schedules.ts';

const UNCONFIRMED = 'the name is as receivers know it, and not confirmed';

/** Square: payments, orders, customers and bookings. */
export const square = defineProvider({
  id: 'square',
  name: 'Square',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'x-square-hmacsha256-signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{url}{body}',
  },
  envelope: {
    type: [{ body: 'type' }],
    id: [{ body: 'event_id' }],
    time: [{ body: 'created_at' }],
    data: 'data.object',
    freshIds: ['event_id'],
  },
  headers: [
    { name: 'square-retry-number', value: { from: 'retryNumber' }, assumed: UNCONFIRMED },
    { name: 'square-retry-reason', value: { from: 'retryReason' }, assumed: UNCONFIRMED },
  ],
  success: [[200, 299]],
  deadlineMs: 10_000,
  timeoutMs: 10_000,
  // 1, 2, 4 ... 32 minutes are 63 together; the hours after them fill 72.
  retry: assumed(
    {
      delaysSeconds: [...exponential(6, { firstSeconds: 60, factor: 2 }), ...every(3_600, 70)],
      reasons: {
        status: 'http_error',
        timeout: 'http_timeout',
        tls: 'ssl_error',
        refused: 'connection_failed',
        dns: 'connection_failed',
        reset: 'connection_failed',
        network: 'connection_failed',
        blocked: 'connection_failed',
      },
    },
    'older documents give these waits, newer ones speak of up to 11 attempts in 24 hours; the words for the reasons are guesses',
  ),
  disable: { unit: 'time', seconds: 21 * 86_400 },
  endpoint: { secret: assumed('generated', 'it is the signature key of a subscription, which Square makes') },
  events: [
    { name: 'payment.created', description: 'A payment was begun', payload: 'synthesized' },
    { name: 'payment.updated', description: 'A payment changed', payload: 'synthesized' },
    { name: 'refund.created', description: 'A refund was begun', payload: 'synthesized' },
    { name: 'refund.updated', description: 'A refund changed', payload: 'synthesized' },
    { name: 'order.created', description: 'An order was placed', payload: 'synthesized' },
    { name: 'order.updated', description: 'An order changed', payload: 'synthesized' },
    { name: 'customer.created', description: 'A customer was added', payload: 'synthesized' },
    { name: 'customer.updated', description: 'A customer changed', payload: 'synthesized' },
    {
      name: 'invoice.payment_made',
      description: 'An invoice was paid, in full or in part',
      payload: 'synthesized',
    },
    { name: 'inventory.count.updated', description: 'The stock of an item changed', payload: 'synthesized' },
    { name: 'booking.created', description: 'A booking was made', payload: 'synthesized' },
  ],
  notes: [
    'signed are the notification URL, as it stands in the subscription, and the body: behind a tunnel or proxy the public URL has to be told',
    'an answer of 3xx is a failure',
    'three weeks without a single 2xx disable the subscription',
  ],
});
