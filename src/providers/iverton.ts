import { plainLog } from './log.ts';
import { ANY_2XX, assumed, defineProvider, documented } from './provider.ts';

/** Iverton AI: marketing and sales automation. */
export const iverton = defineProvider({
  id: 'iverton',
  name: 'Iverton AI',
  stability: 'stable',
  signature: documented({
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Iverton-Signature' },
    forms: [
      { prefix: 'sha256=', encoding: 'hex' },
      {
        prefix: '',
        encoding: 'hex',
        warning: 'the signature lacks the sha256= prefix, which Iverton documents and its sample code wants',
      },
    ],
  }),
  signatureAssumptions: [
    'signed over the raw body: the sample passes the parsed body, which cannot work',
    'a bare digest without sha256= is accepted with a warning',
  ],
  envelope: documented({
    type: [{ body: 'type' }],
    id: [{ body: 'id' }],
    time: [{ body: 'created_at' }],
    endpointId: [],
    data: 'data',
    freshIds: ['id'],
  }),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json' },
      assumed: 'the content type is not documented; the body is JSON',
    },
  ],
  success: documented(ANY_2XX),
  deadlineMs: documented(5_000),
  timeoutMs: assumed(5_000, 'the 5 seconds are advice to consumers; how long Iverton waits is not said'),
  retry: documented({ delaysSeconds: [60, 300, 1_800, 7_200, 86_400] }),
  disable: assumed(
    { unit: 'retry', threshold: 5, consecutive: true },
    'documented as "after 5 failures": read as the 5 retries of one delivery, set back by a success',
  ),
  ipRanges: assumed(null, 'no addresses are published'),
  https: assumed('not-required', 'nothing is said of HTTPS'),
  endpoint: {
    secret: assumed('given', 'the configuration holds one; whether Iverton can make one is not said'),
    secretPrefix: 'whsec_',
    headers: assumed(false, 'headers of an endpoint of its own are not mentioned'),
    filters: [],
    enable: assumed('nothing', 'how a disabled endpoint comes back is not said'),
    log: assumed(plainLog, 'what the log shows is documented, and its form is not'),
  },
  events: [
    { name: 'contact.created', description: 'A contact was added', payload: 'documented' },
    { name: 'contact.updated', description: 'A contact changed', payload: 'synthesized' },
    { name: 'contact.deleted', description: 'A contact was removed', payload: 'synthesized' },
    { name: 'contact.subscribed', description: 'A contact opted in', payload: 'synthesized' },
    { name: 'contact.unsubscribed', description: 'A contact opted out', payload: 'synthesized' },
    { name: 'campaign.created', description: 'A campaign was drafted', payload: 'synthesized' },
    { name: 'campaign.scheduled', description: 'A campaign got its send time', payload: 'synthesized' },
    { name: 'campaign.sent', description: 'A campaign went out', payload: 'synthesized' },
    {
      name: 'campaign.completed',
      description: 'A campaign finished, with its figures',
      payload: 'synthesized',
    },
    { name: 'email.delivered', description: 'An email reached its mailbox', payload: 'synthesized' },
    { name: 'email.opened', description: 'A recipient opened an email', payload: 'synthesized' },
    { name: 'email.clicked', description: 'A recipient followed a link', payload: 'synthesized' },
    { name: 'email.bounced', description: 'An email was returned', payload: 'synthesized' },
    { name: 'email.complained', description: 'A recipient reported spam', payload: 'synthesized' },
    { name: 'deal.created', description: 'A deal was opened', payload: 'synthesized' },
    { name: 'deal.updated', description: 'A deal changed', payload: 'synthesized' },
    { name: 'deal.stage_changed', description: 'A deal moved to another stage', payload: 'synthesized' },
    { name: 'deal.won', description: 'A deal was won', payload: 'synthesized' },
    { name: 'deal.lost', description: 'A deal was lost', payload: 'synthesized' },
    { name: 'client.created', description: 'A client was added', payload: 'synthesized' },
    { name: 'client.updated', description: 'A client changed', payload: 'synthesized' },
    { name: 'client.deleted', description: 'A client was removed', payload: 'synthesized' },
  ],
  notes: ['the secret is the whole whsec_… text; it is not base64-decoded as in Standard Webhooks'],
});
