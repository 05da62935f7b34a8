import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

const DAY = 86_400;

/** Razorpay: payments, orders, refunds and subscriptions. */
export const razorpay = defineProvider({
  id: 'razorpay',
  name: 'Razorpay',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Razorpay-Signature' },
    forms: [{ prefix: '', encoding: 'hex' }],
  },
  envelope: {
    type: [{ body: 'event' }],
    id: [{ header: 'x-razorpay-event-id' }],
    time: [{ body: 'created_at' }],
    data: 'payload',
    // An event has no id in the body; another resource keeps two forged events apart.
    freshIds: [
      'payload.payment.entity.id',
      'payload.order.entity.id',
      'payload.refund.entity.id',
      'payload.subscription.entity.id',
      'payload.invoice.entity.id',
      'payload.payment_link.entity.id',
    ],
  },
  headers: [
    {
      name: 'x-razorpay-event-id',
      value: { from: 'deliveryUuid' },
      assumed: 'the id of the event is sent here; what it looks like is not said',
    },
  ],
  deadlineMs: 5_000,
  timeoutMs: 5_000,
  success: [[200, 299]],
  retry: assumed(
    { delaysSeconds: exponentialOver(DAY, 11, 2) },
    'retries with growing waits for 24 hours are documented; the waits themselves are not',
  ),
  disable: { unit: 'time', seconds: DAY },
  endpoint: { secret: assumed('given', 'it is typed into the dashboard together with the URL') },
  events: [
    {
      name: 'payment.authorized',
      description: 'A payment was authorized and can be captured',
      payload: 'synthesized',
    },
    { name: 'payment.captured', description: 'A payment was captured', payload: 'synthesized' },
    { name: 'payment.failed', description: 'A payment failed', payload: 'synthesized' },
    { name: 'order.paid', description: 'An order was paid in full', payload: 'synthesized' },
    { name: 'refund.created', description: 'A refund was begun', payload: 'synthesized' },
    { name: 'refund.processed', description: 'A refund went through', payload: 'synthesized' },
    { name: 'subscription.activated', description: 'A subscription became active', payload: 'synthesized' },
    { name: 'subscription.charged', description: 'A subscription was charged', payload: 'synthesized' },
    { name: 'invoice.paid', description: 'An invoice was paid', payload: 'synthesized' },
    { name: 'payment_link.paid', description: 'A payment link was paid', payload: 'synthesized' },
  ],
  notes: [
    'amounts are in the smallest unit of the currency (50000 is 500 rupees)',
    'the event id is in a header only, and repeats when an event is delivered again',
    'events may come in any order: a payment can be told as captured before it is told as authorized',
  ],
});
