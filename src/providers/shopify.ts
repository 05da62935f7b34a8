import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { exponentialOver } from './schedules.ts';

/** Shopify: orders, products and customers of a shop. */
export const shopify = defineProvider({
  id: 'shopify',
  name: 'Shopify',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    // The second is that of the newer events.
    signature: { header: 'X-Shopify-Hmac-Sha256', also: ['Shopify-Hmac-Sha256'] },
    forms: [{ prefix: '', encoding: 'base64' }],
  },
  envelope: {
    type: [{ header: 'X-Shopify-Topic' }],
    id: [{ header: 'X-Shopify-Event-Id' }],
    time: [{ header: 'X-Shopify-Triggered-At' }, { body: 'updated_at' }, { body: 'created_at' }],
    data: '',
    idLike: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
  },
  headers: [
    { name: 'X-Shopify-Topic', value: { from: 'eventType' } },
    { name: 'X-Shopify-Shop-Domain', value: { text: 'example.myshopify.com' } },
    {
      name: 'X-Shopify-API-Version',
      value: { text: '2026-01' },
      assumed: 'it is the version that the subscription was made with; here it is that of the examples',
    },
    { name: 'X-Shopify-Webhook-Id', value: { from: 'deliveryUuid' } },
    { name: 'X-Shopify-Event-Id', value: { from: 'eventId' } },
    {
      name: 'X-Shopify-Triggered-At',
      value: { from: 'attemptIso8601' },
      assumed: 'at Shopify it stays the same over retries; here it is the time of the attempt',
    },
  ],
  success: ANY_2XX,
  deadlineMs: 5_000,
  timeoutMs: 5_000,
  retry: assumed(
    { delaysSeconds: exponentialOver(4 * 3_600, 8, 2) },
    'eight retries over four hours with growing waits are documented: each wait is taken as twice the one before',
  ),
  disable: assumed(
    { unit: 'retry', threshold: 8, consecutive: true },
    'the subscription is deleted after eight failures in a row: read as the eight retries of one delivery',
  ),
  https: assumed('required', 'an https address is asked for; whether http is refused is not said'),
  endpoint: { secret: 'generated' },
  events: eventTypes('synthesized', {
    'orders/create': 'An order was placed',
    'orders/paid': 'An order was paid',
    'orders/updated': 'An order changed',
    'orders/cancelled': 'An order was cancelled',
    'orders/fulfilled': 'All of an order was sent',
    'refunds/create': 'An order was paid back, in whole or in part',
    'fulfillments/create': 'Goods of an order were sent',
    'products/create': 'A product was added',
    'products/update': 'A product changed',
    'products/delete': 'A product was removed',
    'customers/create': 'A customer was added',
    'customers/update': 'A customer changed',
    'inventory_levels/update': 'The stock of an item changed',
    'checkouts/create': 'A checkout was begun',
    'app/uninstalled': 'The app was uninstalled from a shop',
    'customers/data_request': 'A customer asks for the data that is kept (mandatory)',
    'customers/redact': "A customer's data has to be deleted (mandatory)",
    'shop/redact': "A shop's data has to be deleted (mandatory)",
  }),
  notes: [
    'a connection has to be made within 1 second of the 5',
    'the topic stands in a header only; the body is the resource itself',
    'the secret is the client secret of the app, the same for all its webhooks',
    'X-Shopify-Webhook-Id stays the same over retries; what one event sends to several subscriptions shares X-Shopify-Event-Id',
  ],
});
