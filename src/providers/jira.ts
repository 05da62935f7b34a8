import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { every } from './schedules.ts';

/** Jira Cloud: issues, comments, sprints. */
export const jira = defineProvider({
  id: 'jira',
  name: 'Jira',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Hub-Signature' },
    forms: [{ prefix: 'sha256=', encoding: 'hex' }],
    optional: true,
  },
  envelope: assumed(
    {
      type: [{ body: 'webhookEvent' }],
      id: [{ header: 'X-Atlassian-Webhook-Identifier' }],
      time: [{ body: 'timestamp' }],
      data: '',
    },
    'the fields are as integrations read them',
  ),
  headers: [
    {
      name: 'X-Atlassian-Webhook-Identifier',
      value: { from: 'deliveryUuid' },
      assumed: 'said to stay the same over retries; what it looks like is not documented',
    },
    {
      name: 'X-Atlassian-Webhook-Retry',
      value: { from: 'retryNumber' },
      assumed: 'as receivers describe it; not confirmed',
    },
    {
      name: 'X-Atlassian-Webhook-Flow',
      value: { text: 'Primary' },
      assumed: 'Primary or Secondary; most are Primary',
    },
  ],
  ownHeaders: ['x-atlassian-'],
  success: assumed(
    [
      [200, 200],
      [204, 204],
    ],
    'these count as good in the rate of success that Atlassian measures; of other 2xx nothing is said',
  ),
  retry: assumed(
    {
      delaysSeconds: every(300, 5),
      jitter: 2,
      retryStatuses: [408, 409, 425, 429, [500, 599]],
    },
    'up to five retries after five to fifteen minutes each, and the statuses they follow, are widely said and not confirmed',
  ),
  https: assumed('required', 'an https address is asked for; whether http is refused is not said'),
  endpoint: { secret: 'given' },
  events: eventTypes('synthesized', {
    'jira:issue_created': 'An issue was created',
    'jira:issue_updated': 'An issue was changed',
    'jira:issue_deleted': 'An issue was deleted',
    comment_created: 'Somebody commented on an issue',
    comment_updated: 'A comment was changed',
    worklog_created: 'Somebody logged work',
    issuelink_created: 'Two issues were linked',
    sprint_started: 'A sprint was started',
    sprint_closed: 'A sprint was closed',
    project_created: 'A project was created',
    'jira:version_released': 'A version was released',
  }),
  notes: [
    'the header is X-Hub-Signature, though its digest is SHA-256',
    'webhooks without a secret are not signed; those of Connect apps have a JWT instead',
  ],
});
