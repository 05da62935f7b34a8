import { assumed, defineProvider } from './provider.ts';

const PER_STATUS =
  'Twilio gives its events no id: the SID of the message or call, with its status, stands for one';

/** Twilio: what becomes of messages and calls. Deliveries are forms. */
export const twilio = defineProvider({
  id: 'twilio',
  name: 'Twilio',
  body: 'form',
  signature: {
    kind: 'hmac',
    hash: 'sha1',
    signature: { header: 'X-Twilio-Signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{url}{body|formSorted}',
    bodyDigest: { query: 'bodySHA256', hash: 'sha256', encoding: 'hex', unless: 'form' },
  },
  envelope: assumed(
    {
      type: [{ form: 'MessageStatus' }, { form: 'CallStatus' }, { form: 'EventType' }, { form: 'SmsStatus' }],
      id: [
        { join: [{ form: 'MessageSid' }, { form: 'MessageStatus' }], with: '.' },
        { join: [{ form: 'CallSid' }, { form: 'CallStatus' }], with: '.' },
      ],
      time: [{ form: 'Timestamp' }, { form: 'DateCreated' }],
      freshIds: ['MessageSid', 'CallSid'],
    },
    PER_STATUS,
  ),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/x-www-form-urlencoded; charset=UTF-8' },
      assumed: 'the body is a form; whether its encoding is named is not said',
    },
    {
      name: 'I-Twilio-Idempotency-Token',
      value: { from: 'deliveryUuid' },
      assumed:
        'widely known and not confirmed; that it stays the same over the attempts and is a UUID is a guess',
    },
  ],
  timeoutMs: 15_000,
  retry: assumed(
    { delaysSeconds: [1], retryStatuses: [], failures: 'connection' },
    'one more attempt after a connection that failed is documented; how soon it follows is not',
  ),
  endpoint: { secret: assumed('generated', 'it is the auth token of the account, which Twilio makes') },
  events: [
    { name: 'received', description: 'A message came in', payload: 'synthesized' },
    { name: 'queued', description: 'A message waits to be sent', payload: 'synthesized' },
    { name: 'sent', description: 'A message was handed to the carrier', payload: 'synthesized' },
    { name: 'delivered', description: 'A message reached its phone', payload: 'synthesized' },
    { name: 'undelivered', description: 'A message did not reach its phone', payload: 'synthesized' },
    { name: 'initiated', description: 'A call was begun', payload: 'synthesized' },
    { name: 'ringing', description: 'A call rings', payload: 'synthesized' },
    { name: 'in-progress', description: 'A call was answered', payload: 'synthesized' },
    { name: 'completed', description: 'A call ended', payload: 'synthesized' },
    { name: 'onMessageAdded', description: 'A message was added to a conversation', payload: 'synthesized' },
  ],
  notes: [
    'a connection has to be made within 5 seconds of the 15',
    'signed are the URL that Twilio was given, with its query, and the sorted parameters of the form: behind a tunnel or proxy the public URL has to be told',
    'a JSON body is not in the signed text itself; the URL holds its digest in bodySHA256',
    'the URL is tried with its port and without, as senders leave the default port out or not',
    'the fragment of a URL can change time-outs and retries (#rc=2&rt=5000), and a fallback URL is asked where the first fails: neither is acted out here',
    'the parameters sent depend on the product, and new ones are added: verify all that came',
  ],
});
