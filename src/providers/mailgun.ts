import { assumed, defineProvider } from './provider.ts';

/** Mailgun: what becomes of emails. */
export const mailgun = defineProvider({
  id: 'mailgun',
  name: 'Mailgun',
  signature: assumed(
    {
      kind: 'hmac',
      hash: 'sha256',
      signature: { body: 'signature.signature' },
      forms: [{ prefix: '', encoding: 'hex' }],
      content: '{timestamp}{token}',
      values: { token: { body: 'signature.token' } },
      timestamp: { from: { body: 'signature.timestamp' }, format: 'unix', toleranceSeconds: null },
    },
    'integrations check it this way; it was not compared with what Mailgun itself says',
  ),
  envelope: {
    type: [{ body: 'event-data.event' }],
    id: [{ body: 'event-data.id' }],
    time: [{ body: 'event-data.timestamp' }],
    data: 'event-data',
    freshIds: ['event-data.id', 'signature.token'],
  },
  success: [[200, 200]],
  retry: { delaysSeconds: [600, 600, 900, 1_800, 3_600, 7_200, 14_400], finalStatuses: [406] },
  endpoint: {
    secret: assumed('generated', 'it is the webhook signing key of the account, which Mailgun makes'),
  },
  events: [
    { name: 'accepted', description: 'An email was accepted for sending', payload: 'synthesized' },
    { name: 'delivered', description: 'The other server took an email', payload: 'synthesized' },
    {
      name: 'failed',
      description: 'An email could not be delivered, for now or for good',
      payload: 'synthesized',
    },
    { name: 'opened', description: 'A recipient opened an email', payload: 'synthesized' },
    { name: 'clicked', description: 'A recipient followed a link', payload: 'synthesized' },
    { name: 'unsubscribed', description: 'A recipient wants no more emails', payload: 'synthesized' },
    { name: 'complained', description: 'A recipient reported spam', payload: 'synthesized' },
    { name: 'stored', description: 'An incoming email was stored', payload: 'synthesized' },
  ],
  notes: [
    'the signature is in the body and covers a time and a random token, nothing else: whoever has one delivery can put any event beside its signature',
    'remember tokens for a while and refuse those that come again; how old a time may be is for the consumer to say',
    'an answer of 406 tells Mailgun not to try again',
    'event-data.timestamp has decimals, signature.timestamp is text',
  ],
});
