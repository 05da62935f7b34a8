import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { standardEnvelope, standardHeaders, standardScheme } from './standard.ts';

/** Standard Webhooks: no sender, but the specification that many senders keep to. */
export const standardWebhooks = defineProvider({
  id: 'standard-webhooks',
  name: 'Standard Webhooks',
  signature: standardScheme('webhook'),
  signatureAssumptions: [
    'signatures of the kind v1a, which are made with a private key, are passed over: only v1 is compared',
  ],
  generic: true,
  envelope: standardEnvelope,
  headers: standardHeaders('webhook'),
  success: [[200, 299]],
  deadlineMs: 15_000,
  timeoutMs: assumed(15_000, 'senders should wait 15 to 30 seconds; the shorter time is kept to'),
  retry: assumed(
    {
      delaysSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
      hints: { statuses: [429, 502, 503, 504], atMostSeconds: 86_400 },
      goneStatuses: [410],
    },
    'the specification gives these ten attempts over 75 hours as an example and leaves the schedule to each sender; no longest Retry-After is named, so a day is',
  ),
  disable: assumed(
    { unit: 'time', seconds: 432_000 },
    'endpoints that go on failing should be disabled, and when is left to each sender: five days, as Svix has it',
  ),
  https: assumed('not-required', 'HTTPS is recommended, and whether to insist is left to each sender'),
  endpoint: {
    secret: assumed('generated', 'who makes the secret is left to each sender; most make it themselves'),
    secretPrefix: 'whsec_',
  },
  events: eventTypes('synthetic', {
    'user.created': 'A user was created',
    'user.deleted': 'A user was deleted',
    'invoice.paid': 'An invoice was paid',
    'order.shipped': 'An order was handed to its carrier',
  }),
  notes: [
    'the specification names no event types: these four are examples of the recommended shape',
    'the key is what the text after whsec_ decodes to from base64, 24 to 64 bytes',
    'libraries that read the body as text before they sign it never accept bytes that are not UTF-8',
  ],
});
