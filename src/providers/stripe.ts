import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { exponentialWithin } from './schedules.ts';
import { stripeEvents } from './stripe-events.ts';

const DAY = 86_400;

/** Stripe: payments, invoices and subscriptions. */
export const stripe = defineProvider({
  id: 'stripe',
  name: 'Stripe',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'Stripe-Signature' },
    items: { separator: ',', assign: '=', field: 'v1' },
    write: 't={timestamp},v1={signature}',
    forms: [{ prefix: '', encoding: 'hex' }],
    content: '{timestamp}.{body}',
    timestamp: { from: { field: 't' }, format: 'unix', toleranceSeconds: 300 },
  },
  signatureAssumptions: [
    "what is signed more than 300 seconds ahead of the clock is refused too: Stripe's libraries refuse only what is too old",
  ],
  envelope: {
    type: [{ body: 'type' }],
    id: [{ body: 'id' }],
    time: [{ body: 'created' }],
    data: 'data.object',
    freshIds: ['id'],
  },
  headers: [
    {
      name: 'User-Agent',
      value: { text: 'Stripe/1.0 (+https://stripe.com/docs/webhooks)' },
      assumed: 'Stripe/1.0 is documented; what follows it is as deliveries are seen to have it',
    },
  ],
  success: ANY_2XX,
  retry: assumed(
    {
      delaysSeconds: exponentialWithin(3 * DAY, { firstSeconds: 300, factor: 2, atMostSeconds: DAY / 2 }),
    },
    'up to three days with growing waits are documented for live mode, and the waits themselves are not',
  ),
  disable: assumed(
    { unit: 'time', seconds: 3 * DAY },
    'an endpoint is disabled after days of failures, and how many is not said: as long as it is tried again',
  ),
  https: assumed('in-production', 'live mode wants HTTPS; test mode is more lenient'),
  endpoint: { secret: 'generated', secretPrefix: 'whsec_' },
  events: stripeEvents,
  notes: [
    'the key is the whole whsec_… text: it is not decoded from base64 as in Standard Webhooks',
    'of several v1 signatures any may match; v0 is a test signature and is passed over',
    'in a sandbox a delivery is tried again three times within a few hours only',
    'the catalog holds the most used of about 275 event types; thin events (v2) have another body, signed in the same way',
    'real bodies are indented by two spaces; the examples here are compact',
  ],
});
