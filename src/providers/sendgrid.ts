import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

/** SendGrid: what becomes of emails, many events at a time. */
export const sendgrid = defineProvider({
  id: 'sendgrid',
  name: 'SendGrid',
  signature: {
    kind: 'asymmetric',
    algorithm: 'ecdsa-p256-sha256',
    publicKey: 'spki-base64',
    signature: { header: 'X-Twilio-Email-Event-Webhook-Signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{timestamp}{body}',
    timestamp: {
      from: { header: 'X-Twilio-Email-Event-Webhook-Timestamp' },
      format: 'unix',
      toleranceSeconds: null,
    },
    optional: true,
  },
  signatureAssumptions: ['signing has to be switched on, so deliveries may come unsigned'],
  envelope: assumed(
    {
      type: [{ body: '0.event' }],
      id: [{ body: '0.sg_event_id' }],
      time: [{ body: '0.timestamp' }],
      data: '0',
      freshIds: ['0.sg_event_id'],
      batch: '',
    },
    'the fields are as integrations read them',
  ),
  ownHeaders: ['x-twilio-email-event-webhook-'],
  success: assumed([[200, 299]], 'that any 2xx counts is widely said and not confirmed'),
  retry: assumed(
    { delaysSeconds: exponentialOver(86_400, 11, 2) },
    'retries for up to 24 hours are widely said and not confirmed; the waits are a guess',
  ),
  endpoint: { secret: assumed('generated', 'SendGrid makes the pair of keys and shows the public one') },
  events: [
    { name: 'processed', description: 'An email was accepted for sending', payload: 'synthesized' },
    { name: 'deferred', description: 'The other server asked to try later', payload: 'synthesized' },
    { name: 'delivered', description: 'The other server took an email', payload: 'synthesized' },
    { name: 'bounce', description: 'The other server refused an email', payload: 'synthesized' },
    { name: 'dropped', description: 'An email was not sent at all', payload: 'synthesized' },
    { name: 'open', description: 'A recipient opened an email', payload: 'synthesized' },
    { name: 'click', description: 'A recipient followed a link', payload: 'synthesized' },
    { name: 'spamreport', description: 'A recipient reported spam', payload: 'synthesized' },
    { name: 'unsubscribe', description: 'A recipient wants no more emails', payload: 'synthesized' },
    {
      name: 'group_unsubscribe',
      description: 'A recipient wants no more emails of one group',
      payload: 'synthesized',
    },
    {
      name: 'group_resubscribe',
      description: 'A recipient wants the emails of a group again',
      payload: 'synthesized',
    },
  ],
  notes: [
    'the body is a list of events, signed as a whole; the secret is the public key',
    'the public key verifies, so forging needs a private key of your own',
    'the raw bytes count, line ends included: a body that was parsed and written again does not verify',
  ],
});
