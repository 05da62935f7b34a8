import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

/** HubSpot: changes in the CRM, many at a time. */
export const hubspot = defineProvider({
  id: 'hubspot',
  name: 'HubSpot',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-HubSpot-Signature-v3' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{method}{url|decodedReserved}{body}{timestamp}',
    timestamp: { from: { header: 'X-HubSpot-Request-Timestamp' }, format: 'unix-ms', toleranceSeconds: 300 },
  },
  signatureAssumptions: [
    'some encoded characters of the URL are decoded before it is signed; which ones is as integrations list them',
  ],
  otherSignatures: [
    {
      name: 'v2',
      description: 'a plain SHA-256 of secret, method, URL and body',
      headers: [{ name: 'X-HubSpot-Signature-Version', value: { text: 'v2' } }],
      scheme: {
        kind: 'digest',
        hash: 'sha256',
        signature: { header: 'X-HubSpot-Signature' },
        forms: [{ prefix: '', encoding: 'hex' }],
        content: '{secret}{method}{url}{body}',
      },
    },
    {
      name: 'v1',
      description: 'a plain SHA-256 of secret and body',
      headers: [{ name: 'X-HubSpot-Signature-Version', value: { text: 'v1' } }],
      scheme: {
        kind: 'digest',
        hash: 'sha256',
        signature: { header: 'X-HubSpot-Signature' },
        forms: [{ prefix: '', encoding: 'hex' }],
        content: '{secret}{body}',
      },
    },
  ],
  envelope: {
    type: [{ body: '0.subscriptionType' }],
    id: [{ body: '0.eventId' }],
    time: [{ body: '0.occurredAt' }],
    endpointId: [{ body: '0.subscriptionId' }],
    data: '0',
    freshIds: ['0.eventId'],
    batch: '',
  },
  success: [[200, 299]],
  timeoutMs: assumed(5_000, 'five seconds are widely said and not confirmed'),
  retry: assumed(
    {
      delaysSeconds: exponentialOver(72_000, 10, 2),
      jitter: 0.2,
      finalStatuses: [400, 401, 403, 404, 405],
      hints: { statuses: [429], atMostSeconds: 86_400 },
    },
    'up to 10 retries spread at random over 24 hours are documented; that each wait doubles is a guess',
  ),
  endpoint: { secret: assumed('generated', 'it is the client secret of an app, which HubSpot makes') },
  events: [
    { name: 'contact.creation', description: 'A contact was added', payload: 'synthesized' },
    {
      name: 'contact.propertyChange',
      description: 'A property of a contact changed',
      payload: 'synthesized',
    },
    { name: 'contact.deletion', description: 'A contact was deleted', payload: 'synthesized' },
    { name: 'company.creation', description: 'A company was added', payload: 'synthesized' },
    {
      name: 'company.propertyChange',
      description: 'A property of a company changed',
      payload: 'synthesized',
    },
    { name: 'deal.creation', description: 'A deal was opened', payload: 'synthesized' },
    { name: 'deal.propertyChange', description: 'A property of a deal changed', payload: 'synthesized' },
    { name: 'ticket.creation', description: 'A ticket was opened', payload: 'synthesized' },
  ],
  notes: [
    'the URL is signed too: behind a tunnel or proxy the public one has to be told',
    'X-HubSpot-Request-Timestamp is in milliseconds, and stands last in what is signed',
    'the body is a list of events, signed as a whole, in no certain order',
    'the older signatures are digests that the secret begins, sent in X-HubSpot-Signature with X-HubSpot-Signature-Version',
    'the number of the attempt is in the body (attemptNumber, from 0), so the bytes and the signature of a retry differ; not acted out: it stays',
    'answers of 400, 401, 403, 404 and 405 are final',
  ],
});
