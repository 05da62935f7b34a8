import { assumed, defineProvider } from './provider.ts';

/** WooCommerce: the shop of a WordPress site, which sends its webhooks itself. */
export const woocommerce = defineProvider({
  id: 'woocommerce',
  name: 'WooCommerce',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-WC-Webhook-Signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
  },
  envelope: {
    type: [{ header: 'X-WC-Webhook-Topic' }],
    time: [{ body: 'date_modified_gmt' }, { body: 'date_created_gmt' }],
    endpointId: [{ header: 'X-WC-Webhook-ID' }],
    // There is no event id; another number of the resource keeps two forged events apart.
    freshIds: ['id'],
  },
  headers: [
    {
      name: 'User-Agent',
      value: { text: 'WooCommerce/9.8.1 Hookshot (WordPress/6.8)' },
      assumed: 'its form is documented; the versions are those of some shop',
    },
    {
      name: 'X-WC-Webhook-Source',
      value: { text: 'https://shop.example.com/' },
      assumed: 'the address of a shop that does not exist',
    },
    { name: 'X-WC-Webhook-Topic', value: { from: 'eventType' } },
    { name: 'X-WC-Webhook-Resource', value: { from: 'eventType', before: '.' } },
    { name: 'X-WC-Webhook-Event', value: { from: 'eventType', after: '.' } },
    { name: 'X-WC-Webhook-ID', value: { from: 'endpointId', otherwise: '27' } },
    { name: 'X-WC-Webhook-Delivery-ID', value: { from: 'deliveryId' } },
  ],
  ownHeaders: ['x-wc-'],
  success: [[200, 302]],
  timeoutMs: 60_000,
  retry: { delaysSeconds: [] },
  // Its counter has to be beyond 5 when a delivery fails, and counts up afterwards: that is the seventh failure.
  disable: { unit: 'attempt', threshold: 7, consecutive: true },
  endpoint: {
    secret: assumed('generated', 'one can be given too; a random one is made where it is left empty'),
  },
  handshakes: [
    {
      name: 'ping',
      description: 'sent once when a webhook is saved, before anything is delivered',
      request: { method: 'POST', form: { webhook_id: '{webhookId}' } },
      signed: false,
      respond: { status: 200 },
    },
  ],
  events: [
    { name: 'order.created', description: 'An order was placed', payload: 'synthesized' },
    { name: 'order.updated', description: 'An order changed', payload: 'synthesized' },
    { name: 'order.deleted', description: 'An order was put in the trash', payload: 'synthesized' },
    { name: 'product.created', description: 'A product was added', payload: 'synthesized' },
    { name: 'product.updated', description: 'A product changed', payload: 'synthesized' },
    { name: 'product.deleted', description: 'A product was put in the trash', payload: 'synthesized' },
    { name: 'customer.created', description: 'A customer signed up', payload: 'synthesized' },
    { name: 'customer.updated', description: 'A customer changed', payload: 'synthesized' },
    { name: 'customer.deleted', description: 'A customer was removed', payload: 'synthesized' },
    { name: 'coupon.created', description: 'A coupon was added', payload: 'synthesized' },
    { name: 'coupon.updated', description: 'A coupon changed', payload: 'synthesized' },
    { name: 'coupon.deleted', description: 'A coupon was put in the trash', payload: 'synthesized' },
  ],
  notes: [
    'a failed delivery is not tried again, and the 7th failure in a row disables the webhook; a success sets the count back',
    'redirects are not followed: 301 and 302 count as success, 303 and above do not',
    'requests are made with HTTP/1.0',
    'the secret is used as WordPress keeps it, with &quot;, &#039; and &amp; written as the characters they stand for',
    'a deleted resource is told by its id alone',
    'times that end in _gmt are UTC and do not say so',
  ],
});
