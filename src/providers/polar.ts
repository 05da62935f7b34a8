import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { exponential } from './schedules.ts';
import { standardHeaders, standardScheme } from './standard.ts';

/** Polar: payments and subscriptions for software. */
export const polar = defineProvider({
  id: 'polar',
  name: 'Polar',
  signature: standardScheme('webhook', { key: { encoding: 'utf8' } }),
  envelope: {
    type: [{ body: 'type' }],
    id: [{ header: 'webhook-id' }],
    time: [{ body: 'timestamp' }],
    data: 'data',
  },
  headers: standardHeaders('webhook'),
  success: assumed(ANY_2XX, 'stated in a copy of its documents that differs from the present ones elsewhere'),
  deadlineMs: assumed(2_000, 'an answer within 2 seconds is strongly recommended, not required'),
  timeoutMs: assumed(10_000, 'copies of its documents say 10 or 20 seconds; the shorter time is kept to'),
  retry: assumed(
    { delaysSeconds: exponential(10, { firstSeconds: 30, factor: 2 }) },
    'up to ten retries with growing waits are documented, and the waits themselves are not',
  ),
  disable: assumed(
    { unit: 'delivery', threshold: 10, consecutive: true },
    'ten failed deliveries in a row are named in a copy of its documents; whether those are events or attempts is not said',
  ),
  endpoint: {
    secret: assumed('generated', "the dashboard makes one, and takes one of the user's own too"),
    secretPrefix: 'polar_whs_',
  },
  events: eventTypes('synthesized', {
    'checkout.created': 'A checkout was opened',
    'checkout.updated': 'A checkout changed, its status for one',
    'order.created': 'An order was placed',
    'order.paid': 'An order was paid',
    'order.refunded': 'An order was paid back, in whole or in part',
    'subscription.created': 'A subscription was made',
    'subscription.active': 'A subscription became active',
    'subscription.canceled': 'A subscription was canceled, at its end or at once',
    'customer.created': 'A customer was added',
    'benefit_grant.created': 'A customer was granted a benefit',
  }),
  notes: [
    'the secret is the key as it is shown, not decoded: other Standard Webhooks libraries want it encoded as base64 first',
  ],
});
