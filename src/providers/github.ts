import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { githubEvents } from './github-events.ts';

/** GitHub: repositories, pull requests, workflows. */
export const github = defineProvider({
  id: 'github',
  name: 'GitHub',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Hub-Signature-256' },
    forms: [{ prefix: 'sha256=', encoding: 'hex' }],
    optional: true,
  },
  otherSignatures: [
    {
      name: 'sha1',
      description: 'the older HMAC-SHA1 in X-Hub-Signature, sent for the sake of old consumers',
      scheme: {
        kind: 'hmac',
        hash: 'sha1',
        signature: { header: 'X-Hub-Signature' },
        forms: [{ prefix: 'sha1=', encoding: 'hex' }],
        optional: true,
      },
      sent: true,
    },
  ],
  envelope: {
    type: [{ join: [{ header: 'X-GitHub-Event' }, { body: 'action' }], with: '.' }],
    id: [{ header: 'X-GitHub-Delivery' }],
    endpointId: [{ header: 'X-GitHub-Hook-ID' }],
    data: '',
  },
  headers: [
    {
      name: 'User-Agent',
      value: { text: 'GitHub-Hookshot/044aadd' },
      assumed: 'documented to begin with GitHub-Hookshot/; what follows differs from release to release',
    },
    { name: 'X-GitHub-Event', value: { from: 'eventType', before: '.' } },
    { name: 'X-GitHub-Delivery', value: { from: 'deliveryUuid' } },
    {
      name: 'X-GitHub-Hook-ID',
      value: { from: 'endpointId', otherwise: '512387425' },
      assumed:
        "at GitHub it is a number; deliveries to an endpoint have the endpoint's id, others always the same number",
    },
    {
      name: 'X-GitHub-Hook-Installation-Target-Type',
      value: { text: 'repository' },
      assumed: 'it is the kind of what the webhook was made on; most are made on repositories',
    },
    {
      name: 'X-GitHub-Hook-Installation-Target-ID',
      value: { text: '186853002' },
      assumed: 'it is the number of what the webhook was made on: that of the repository in the examples',
    },
  ],
  success: ANY_2XX,
  deadlineMs: 10_000,
  timeoutMs: 10_000,
  retry: { delaysSeconds: [] },
  disable: null,
  ipRanges: assumed(null, 'they change, and the API tells them (GET /meta, under hooks)'),
  https: assumed('not-required', 'HTTPS is advised; an http address is taken'),
  endpoint: { secret: 'given' },
  events: githubEvents,
  notes: [
    'nothing is tried again: what failed is redelivered by hand or by the API, with the same X-GitHub-Delivery',
    'an event type is the X-GitHub-Event header with the action of the body, where it has one: issues.opened',
    'a webhook without a secret is not signed',
    "webhooks can be set to send forms, with the JSON in the parameter payload; what is signed is the form's bytes then",
    'GitHub Enterprise Server waits 30 seconds for an answer',
  ],
});
