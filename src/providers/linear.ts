import { assumed, defineProvider } from './provider.ts';

/** Linear: issues, projects, cycles and what is said about them. */
export const linear = defineProvider({
  id: 'linear',
  name: 'Linear',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'Linear-Signature' },
    forms: [{ prefix: '', encoding: 'hex' }],
    timestamp: {
      from: { body: 'webhookTimestamp' },
      format: 'unix-ms',
      isNumber: true,
      toleranceSeconds: 60,
    },
  },
  envelope: {
    type: [{ join: [{ body: 'type' }, { body: 'action' }], with: '.' }],
    id: [{ header: 'Linear-Delivery' }],
    time: [{ body: 'createdAt' }, { body: 'webhookTimestamp' }],
    endpointId: [{ body: 'webhookId' }],
    data: 'data',
    // There is no event id in the body; another resource keeps two forged events apart.
    freshIds: ['data.id'],
  },
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json; charset=utf-8' },
      assumed: 'JSON is documented; whether its encoding is named is not',
    },
    { name: 'Linear-Delivery', value: { from: 'deliveryUuid' } },
    { name: 'Linear-Event', value: { from: 'eventType', before: '.' } },
  ],
  success: [[200, 200]],
  deadlineMs: 5_000,
  timeoutMs: 5_000,
  retry: { delaysSeconds: [60, 3_600, 21_600] },
  disable: assumed(null, 'one that keeps failing may be disabled; after how much is not said'),
  endpoint: {
    secret: assumed('generated', 'the settings show one that Linear made'),
    secretPrefix: 'lin_wh_',
  },
  events: [
    { name: 'Issue.create', description: 'An issue was created', payload: 'synthesized' },
    { name: 'Issue.update', description: 'An issue changed', payload: 'synthesized' },
    { name: 'Issue.remove', description: 'An issue was deleted', payload: 'synthesized' },
    { name: 'Comment.create', description: 'A comment was written', payload: 'synthesized' },
    { name: 'Comment.update', description: 'A comment was edited', payload: 'synthesized' },
    { name: 'Project.create', description: 'A project was created', payload: 'synthesized' },
    { name: 'Project.update', description: 'A project changed', payload: 'synthesized' },
    {
      name: 'ProjectUpdate.create',
      description: 'A status report of a project was posted',
      payload: 'synthesized',
    },
    { name: 'Cycle.update', description: 'A cycle changed', payload: 'synthesized' },
    { name: 'IssueLabel.create', description: 'A label was created', payload: 'synthesized' },
    { name: 'Reaction.create', description: 'Someone reacted with an emoji', payload: 'synthesized' },
  ],
  notes: [
    'the time against replays is in the body, webhookTimestamp in milliseconds, and good for 60 seconds either way',
    'an update says in updatedFrom what the changed fields held before',
    'answers other than 200 count as failures, 201 and 204 too',
  ],
});
