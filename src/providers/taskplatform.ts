import { isoSeconds } from '../model/clock.ts';
import { LOG_STATUS } from './log.ts';
import { assumed, defineProvider, documented } from './provider.ts';

/** A task management platform whose documents do not give its name. */
export const taskplatform = defineProvider({
  id: 'taskplatform',
  name: 'Task platform',
  stability: 'stable',
  signature: documented({
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Webhook-Signature' },
    forms: [
      { prefix: 'sha256=', encoding: 'hex' },
      { prefix: '', encoding: 'hex' },
    ],
  }),
  signatureAssumptions: [
    'signed over the raw body: the sample checks the body parsed and written again, which only works where both are equal',
    'a bare digest is accepted too: the headers are documented with sha256=, and the sample compares without it',
  ],
  envelope: documented({
    type: [{ body: 'event' }],
    id: [],
    time: [{ body: 'timestamp' }],
    endpointId: [{ body: 'webhook_id' }, { header: 'X-Webhook-ID' }],
    data: 'data',
    // There is no event id to renew. A fresh resource id keeps two forged events apart, which would else be
    // byte for byte the same within one second and count as duplicates.
    freshIds: ['data.id'],
  }),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json' },
      assumed: 'the content type is not documented; the body is JSON',
    },
    { name: 'X-Webhook-ID', value: { from: 'endpointId' } },
    {
      name: 'X-Webhook-Timestamp',
      value: { from: 'attemptUnixSeconds' },
      assumed: 'which moment it tells is not said: read as that of the attempt',
    },
    { name: 'X-Webhook-Delivery', value: { from: 'deliveryId' }, extra: true },
  ],
  success: documented([[200, 200]]),
  deadlineMs: assumed(null, 'an answer at once is wanted, and no figure given'),
  timeoutMs: assumed(10_000, 'how long the platform waits is not said'),
  retry: documented({ delaysSeconds: [60, 300, 1_800] }),
  disable: assumed(
    { unit: 'retry', threshold: 3, consecutive: true },
    'documented as "after 3 failures", in one place as consecutive ones: read as the 3 retries of one delivery',
  ),
  ipRanges: documented(['203.0.113.0/24', '198.51.100.0/24']),
  https: documented('in-production'),
  endpoint: {
    secret: documented('generated'),
    headers: assumed(false, 'headers of an endpoint of its own are not mentioned'),
    filters: [],
    enable: documented('passed-test'),
    log: documented((_endpointId, entries) => ({
      data: entries.map(({ deliveryId, eventType, status, at, responseStatus, responseTimeMs }) => ({
        id: deliveryId,
        event: eventType,
        timestamp: isoSeconds(at),
        status: LOG_STATUS[status],
        response_code: responseStatus,
        response_time_ms: responseTimeMs,
      })),
    })),
  },
  events: [
    { name: 'task.created', description: 'A task was opened', payload: 'documented' },
    { name: 'task.updated', description: 'A task changed', payload: 'synthesized' },
    { name: 'task.completed', description: 'A task was finished', payload: 'synthesized' },
    { name: 'task.deleted', description: 'A task was taken out', payload: 'synthesized' },
    { name: 'task.assigned', description: 'A task got its assignee', payload: 'synthesized' },
    { name: 'project.created', description: 'A project was opened', payload: 'synthesized' },
    { name: 'project.updated', description: 'A project changed', payload: 'synthesized' },
    { name: 'project.archived', description: 'A project was put into the archive', payload: 'synthesized' },
    { name: 'project.deleted', description: 'A project was taken out', payload: 'synthesized' },
    { name: 'comment.created', description: 'A comment was written', payload: 'synthesized' },
    { name: 'comment.updated', description: 'A comment changed', payload: 'synthesized' },
    { name: 'comment.deleted', description: 'A comment was taken out', payload: 'synthesized' },
    { name: 'user.added', description: 'A user joined', payload: 'synthesized' },
    { name: 'user.removed', description: 'A user was taken out', payload: 'synthesized' },
    { name: 'user.role_changed', description: 'A user got another role', payload: 'synthesized' },
  ],
  notes: [
    'webhook_id and X-Webhook-ID name the endpoint, not the event; events have no id',
    'X-Webhook-Timestamp is not covered by the signature',
    'the published addresses lie in ranges reserved for documentation',
    'a disabled endpoint is to be fixed and tested before it is enabled again',
  ],
});
