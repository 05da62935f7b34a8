import { plainLog } from './log.ts';
import { ANY_2XX, assumed, defineProvider, documented } from './provider.ts';

/** Compliancely: checks on businesses. Its documents name no event types and show no body. */
export const compliancely = defineProvider({
  id: 'compliancely',
  name: 'Compliancely',
  stability: 'stable',
  signature: assumed(
    {
      kind: 'hmac',
      hash: 'sha256',
      signature: { header: 'Compliancely-Signature' },
      forms: [
        { prefix: '', encoding: 'hex' },
        { prefix: 'sha256=', encoding: 'hex' },
        { prefix: '', encoding: 'base64' },
        { prefix: 'sha256=', encoding: 'base64' },
      ],
      optional: true,
    },
    'header, algorithm and option are documented, and how the digest is written is not: hex is sent, base64 accepted too, both with or without sha256=',
  ),
  signatureAssumptions: [
    'signed over the raw body of the delivery: the documents call it the response body, as it answers an earlier request',
  ],
  envelope: assumed(
    {
      type: [{ body: 'event' }, { body: 'type' }, { body: 'eventType' }],
      // A field `id` in an unknown body could be the resource's: taken for an event id, it would make every later
      // event of that resource a duplicate.
      id: [],
      time: [{ body: 'created_at' }],
      endpointId: [],
      data: '',
      freshIds: ['id'],
    },
    'no body is documented: the event type is looked for where others have it, and the whole body is the resource',
  ),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json' },
      assumed: 'the content type is not documented; JSON is the likely one',
    },
  ],
  success: documented(ANY_2XX),
  deadlineMs: assumed(null, 'no time is given'),
  timeoutMs: assumed(10_000, 'how long Compliancely waits is not said'),
  retry: assumed(
    { delaysSeconds: [180, 360] },
    'documented as attempts "in 3 minutes" and "in 6 minutes", exponentially: read as counted from the attempt before',
  ),
  disable: assumed(null, 'nothing is said of disabling an endpoint'),
  ipRanges: assumed(null, 'no addresses are published'),
  https: assumed('not-required', 'nothing is said of HTTPS'),
  endpoint: {
    secret: documented('given'),
    headers: assumed(false, 'headers of an endpoint of its own are not mentioned'),
    filters: [],
    enable: assumed('nothing', 'nothing is said of disabling an endpoint'),
    log: assumed(plainLog, 'logs are mentioned, and their form is not'),
  },
  events: [
    {
      name: 'business.status_changed',
      description: 'The status of a business changed',
      payload: 'synthetic',
    },
    {
      name: 'business.details_updated',
      description: 'What is known of a business changed',
      payload: 'synthetic',
    },
    { name: 'request.completed', description: 'The results of a request are in', payload: 'synthetic' },
  ],
  notes: [
    'the event types and their bodies are made up from what the documents say is reported; real bodies may look otherwise',
    'signing is optional: without a secret, unsigned deliveries are accepted',
  ],
});
