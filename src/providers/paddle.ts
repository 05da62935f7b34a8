import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

/** Paddle Billing: transactions, subscriptions and the catalog they are made of. */
export const paddle = defineProvider({
  id: 'paddle',
  name: 'Paddle',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'Paddle-Signature' },
    items: { separator: ';', assign: '=', field: 'h1' },
    write: 'ts={timestamp};h1={signature}',
    forms: [{ prefix: '', encoding: 'hex' }],
    content: '{timestamp}:{body}',
    timestamp: { from: { field: 'ts' }, format: 'unix', toleranceSeconds: 5 },
  },
  envelope: {
    type: [{ body: 'event_type' }],
    id: [{ body: 'event_id' }],
    time: [{ body: 'occurred_at' }],
    data: 'data',
    freshIds: ['event_id', 'notification_id'],
  },
  success: [[200, 200]],
  deadlineMs: 5_000,
  timeoutMs: 5_000,
  retry: assumed(
    { delaysSeconds: exponentialOver(3 * 86_400, 60, 1.1) },
    '60 retries over 3 days are documented for live accounts; that each wait is a tenth longer is a guess',
  ),
  disable: null,
  endpoint: { secret: 'generated', secretPrefix: 'pdl_ntfset_' },
  events: [
    { name: 'transaction.created', description: 'A transaction was begun', payload: 'synthesized' },
    { name: 'transaction.paid', description: 'A transaction was paid', payload: 'synthesized' },
    { name: 'transaction.completed', description: 'A transaction was completed', payload: 'synthesized' },
    {
      name: 'transaction.payment_failed',
      description: 'A payment for a transaction failed',
      payload: 'synthesized',
    },
    { name: 'subscription.created', description: 'A subscription was begun', payload: 'synthesized' },
    { name: 'subscription.activated', description: 'A subscription became active', payload: 'synthesized' },
    { name: 'subscription.updated', description: 'A subscription changed', payload: 'synthesized' },
    {
      name: 'subscription.past_due',
      description: 'A subscription was not paid in time',
      payload: 'synthesized',
    },
    { name: 'subscription.canceled', description: 'A subscription ended', payload: 'synthesized' },
    { name: 'customer.created', description: 'A customer was added', payload: 'synthesized' },
    { name: 'customer.updated', description: 'A customer changed', payload: 'synthesized' },
    { name: 'address.created', description: 'An address was added to a customer', payload: 'synthesized' },
    {
      name: 'adjustment.created',
      description: 'A refund, credit or chargeback was made',
      payload: 'synthesized',
    },
    { name: 'product.created', description: 'A product was added', payload: 'synthesized' },
    { name: 'price.created', description: 'A price was added to a product', payload: 'synthesized' },
  ],
  notes: [
    "the parts of the signature stand between semicolons, and Paddle's own library refuses one older than 5 seconds",
    'the secret is the whole pdl_ntfset_… text',
    'event_id names the event, notification_id this one of its notifications',
    'a sandbox is believed to try 3 times within 15 minutes only',
  ],
});
