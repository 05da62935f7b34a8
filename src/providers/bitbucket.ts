import { assumed, defineProvider } from './provider.ts';
import { every } from './schedules.ts';

/** Bitbucket Cloud: what happens to repositories, pull requests and issues. */
export const bitbucket = defineProvider({
  id: 'bitbucket',
  name: 'Bitbucket',
  signature: assumed(
    {
      kind: 'hmac',
      hash: 'sha256',
      signature: { header: 'X-Hub-Signature' },
      forms: [{ prefix: 'sha256=', encoding: 'hex' }],
      optional: true,
    },
    'integrations check it this way; it was not compared with what Bitbucket itself says',
  ),
  signatureAssumptions: ['a webhook without a secret is delivered unsigned'],
  envelope: {
    type: [{ header: 'X-Event-Key' }],
    time: [
      { body: 'comment.created_on' },
      { body: 'commit_status.updated_on' },
      { body: 'pullrequest.updated_on' },
      { body: 'issue.updated_on' },
      { body: 'fork.created_on' },
      { body: 'push.changes.0.new.target.date' },
    ],
    endpointId: [{ header: 'X-Hook-UUID' }],
    // Nothing in the body is an event's own. Another commit or another number keeps two forged events apart.
    freshIds: [
      'push.changes.0.new.target.hash',
      'pullrequest.id',
      'comment.id',
      'commit_status.key',
      'issue.id',
    ],
  },
  headers: [
    { name: 'X-Event-Key', value: { from: 'eventType' } },
    { name: 'X-Request-UUID', value: { from: 'deliveryUuid' } },
    {
      name: 'X-Hook-UUID',
      value: { from: 'endpointId', otherwise: '3f8a6d10-2c57-4e9b-a1d4-6b0e7f52c893' },
    },
    { name: 'X-Attempt-Number', value: { from: 'attemptNumber' } },
  ],
  timeoutMs: 10_000,
  retry: assumed(
    { delaysSeconds: every(60, 2), retryStatuses: [[500, 599]], failures: 'none' },
    'two more attempts after a 5xx are documented; the waits before them are not, nor what follows a time-out',
  ),
  events: [
    { name: 'repo:push', description: 'Commits, branches or tags were pushed', payload: 'synthesized' },
    { name: 'repo:fork', description: 'A repository was forked', payload: 'synthesized' },
    {
      name: 'repo:commit_comment_created',
      description: 'A commit was commented on',
      payload: 'synthesized',
    },
    {
      name: 'repo:commit_status_created',
      description: 'A build reported its state for a commit',
      payload: 'synthesized',
    },
    {
      name: 'repo:commit_status_updated',
      description: 'A build changed the state it had reported',
      payload: 'synthesized',
    },
    { name: 'pullrequest:created', description: 'A pull request was opened', payload: 'synthesized' },
    { name: 'pullrequest:updated', description: 'A pull request changed', payload: 'synthesized' },
    { name: 'pullrequest:approved', description: 'A reviewer approved', payload: 'synthesized' },
    { name: 'pullrequest:fulfilled', description: 'A pull request was merged', payload: 'synthesized' },
    { name: 'pullrequest:rejected', description: 'A pull request was declined', payload: 'synthesized' },
    {
      name: 'pullrequest:comment_created',
      description: 'A pull request was commented on',
      payload: 'synthesized',
    },
    { name: 'issue:created', description: 'An issue was reported', payload: 'synthesized' },
  ],
  notes: [
    'an event whose payload is over 256 KB is dropped without a word',
    'the header is called X-Hub-Signature though the digest is SHA-256: libraries that expect SHA-1 there refuse it',
  ],
});
