import { assumed, defineProvider } from './provider.ts';

/** Intercom: conversations, contacts and tickets. */
export const intercom = defineProvider({
  id: 'intercom',
  name: 'Intercom',
  signature: {
    kind: 'hmac',
    hash: 'sha1',
    signature: { header: 'X-Hub-Signature' },
    forms: [{ prefix: 'sha1=', encoding: 'hex' }],
  },
  envelope: {
    type: [{ body: 'topic' }],
    id: [{ body: 'id' }],
    time: [{ body: 'created_at' }],
    data: 'data.item',
    freshIds: ['id'],
  },
  deadlineMs: 5_000,
  timeoutMs: 5_000,
  retry: assumed(
    { delaysSeconds: [60] },
    'that one more attempt follows after a minute is widely said and not confirmed',
  ),
  disable: assumed(
    {
      unit: 'attempt',
      threshold: 1_001,
      consecutive: true,
      pause: { firstSeconds: 900, factor: 1, atMostSeconds: 900 },
    },
    'more than 1000 errors in a row within 15 minutes pause it for 15 minutes; the window is left out here',
  ),
  endpoint: { secret: assumed('generated', 'it is the client secret of an app, which Intercom makes') },
  events: [
    {
      name: 'conversation.user.created',
      description: 'A customer started a conversation',
      payload: 'synthesized',
    },
    {
      name: 'conversation.user.replied',
      description: 'A customer replied in a conversation',
      payload: 'synthesized',
    },
    {
      name: 'conversation.admin.replied',
      description: 'A teammate replied in a conversation',
      payload: 'synthesized',
    },
    {
      name: 'conversation.admin.assigned',
      description: 'A conversation was given to a teammate or team',
      payload: 'synthesized',
    },
    {
      name: 'conversation.admin.closed',
      description: 'A teammate closed a conversation',
      payload: 'synthesized',
    },
    { name: 'contact.user.created', description: 'A user was added', payload: 'synthesized' },
    {
      name: 'contact.email.updated',
      description: 'The email address of a contact changed',
      payload: 'synthesized',
    },
    { name: 'company.created', description: 'A company was added', payload: 'synthesized' },
    { name: 'ticket.created', description: 'A ticket was opened', payload: 'synthesized' },
    { name: 'ping', description: 'Sent from the settings to try the endpoint', payload: 'synthesized' },
  ],
  notes: [
    'the key is the client secret of the app, and the digest SHA-1',
    'the number of the attempt is in the body (delivery_attempts), so the bytes and the signature of a retry differ; not acted out: it stays',
    'a 429 makes Intercom send more slowly, for between a minute and two hours',
    'the webhooks of a private app are suspended once they have failed for more than 7 days',
  ],
});
