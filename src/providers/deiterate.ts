import { plainLog } from './log.ts';
import { assumed, defineProvider, documented } from './provider.ts';

/** de.iterate: risk and compliance management. */
export const deiterate = defineProvider({
  id: 'deiterate',
  name: 'de.iterate',
  stability: 'stable',
  signature: assumed(
    {
      kind: 'hmac',
      hash: 'sha256',
      signature: {
        header: 'X-Deiterate-Signature',
        fallback: ['Deiterate-Signature', 'X-Webhook-Signature', 'X-Signature'],
        anyHeader: true,
      },
      forms: [
        { prefix: '', encoding: 'hex' },
        { prefix: 'sha256=', encoding: 'hex' },
      ],
    },
    'the digest is documented and the name of its header is not, so other likely headers are looked at too',
  ),
  signatureAssumptions: [
    'signed over the raw body: the sample signs a text it calls the payload',
    'a digest after sha256= is accepted as well as the bare one of the sample',
  ],
  envelope: documented({
    type: [{ body: 'type' }],
    id: [{ body: 'id' }],
    time: [{ body: 'createdAt' }],
    endpointId: [],
    data: 'data.object',
    freshIds: ['id'],
  }),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json' },
      assumed: 'the content type is not documented; the body is JSON',
    },
  ],
  success: documented([[200, 200]]),
  deadlineMs: documented(5_000),
  timeoutMs: assumed(5_000, 'the 5 seconds are advice to consumers; how long de.iterate waits is not said'),
  retry: assumed(
    { delaysSeconds: [60, 300, 1_800] },
    'retries are documented without number or times; these are common ones',
  ),
  disable: assumed(null, 'nothing is said of disabling an endpoint'),
  ipRanges: assumed(null, 'no addresses are published'),
  https: documented('required'),
  endpoint: {
    secret: documented('given'),
    headers: assumed(false, 'headers of an endpoint of its own are not mentioned'),
    filters: [],
    enable: assumed('nothing', 'nothing is said of disabling an endpoint'),
    log: assumed(plainLog, 'no delivery log is documented'),
  },
  events: [
    { name: 'risk.created', description: 'A risk was entered', payload: 'synthesized' },
    { name: 'risk.updated', description: 'A risk changed', payload: 'synthesized' },
    { name: 'risk.deleted', description: 'A risk was taken out', payload: 'synthesized' },
    { name: 'risk.reviewed', description: 'A risk passed its review', payload: 'synthesized' },
    { name: 'asset.created', description: 'An asset was entered', payload: 'synthesized' },
    { name: 'asset.updated', description: 'An asset changed', payload: 'synthesized' },
    { name: 'asset.deleted', description: 'An asset was taken out', payload: 'synthesized' },
    { name: 'asset.reviewed', description: 'An asset passed its review', payload: 'synthesized' },
    { name: 'task.created', description: 'A task was opened', payload: 'synthesized' },
    { name: 'task.assigned', description: 'A task got its assignee', payload: 'synthesized' },
    { name: 'task.completed', description: 'A task was finished', payload: 'synthesized' },
    { name: 'task.overdue', description: 'A task passed its due date unfinished', payload: 'synthesized' },
    { name: 'document.created', description: 'A document was added', payload: 'synthesized' },
    { name: 'document.updated', description: 'A document changed', payload: 'synthesized' },
    { name: 'document.expired', description: 'A document is past its review date', payload: 'synthesized' },
    { name: 'audit.completed', description: 'An audit was finished', payload: 'synthesized' },
  ],
  notes: [
    'data.previousAttributes holds the old values of what changed; it is optional, and absent here for created and deleted',
    'assumed: createdAt is ISO-8601 in UTC, and ids begin with evt_; the documents only call both text',
  ],
});
