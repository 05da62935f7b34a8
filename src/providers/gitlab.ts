import { ANY_2XX, assumed, defineProvider, type EventType } from './provider.ts';
import { standardScheme } from './standard.ts';

/** An event type by its `object_kind`, with what X-Gitlab-Event calls it. */
function hook(name: string, header: string, description: string): EventType {
  return { name, description, payload: 'synthesized', headers: { 'X-Gitlab-Event': header } };
}

/** GitLab: projects, merge requests, pipelines. */
export const gitlab = defineProvider({
  id: 'gitlab',
  name: 'GitLab',
  signature: { kind: 'token', token: { header: 'X-Gitlab-Token' }, optional: true },
  otherSignatures: [
    {
      name: 'signing-token',
      description: 'Standard Webhooks signatures, sent by webhooks that have a signing token',
      scheme: {
        ...standardScheme('webhook'),
        values: { id: { header: 'webhook-id', fallback: ['Idempotency-Key'] } },
      },
      headers: [{ name: 'webhook-id', value: { from: 'deliveryUuid' } }],
    },
  ],
  envelope: {
    type: [{ body: 'object_kind' }],
    id: [{ header: 'Idempotency-Key' }, { header: 'X-Gitlab-Event-UUID' }],
    time: [
      { body: 'object_attributes.updated_at' },
      { body: 'object_attributes.created_at' },
      { body: 'commits.0.timestamp' },
      { body: 'created_at' },
      { body: 'build_created_at' },
      { body: 'status_changed_at' },
    ],
    data: '',
  },
  headers: [
    {
      name: 'User-Agent',
      value: { text: 'GitLab/18.0.0' },
      assumed: 'it names the version of the instance; this is one of them',
    },
    { name: 'X-Gitlab-Event', value: { from: 'eventType' } },
    { name: 'X-Gitlab-Instance', value: { text: 'https://gitlab.com' } },
    {
      name: 'X-Gitlab-Webhook-UUID',
      value: { from: 'endpointId', otherwise: '7c9d1e2a-5b64-4f0e-8d3a-91b2c6e4f708' },
      assumed:
        "at GitLab it is a UUID; deliveries to an endpoint have the endpoint's id, others always the same UUID",
    },
    {
      name: 'X-Gitlab-Event-UUID',
      value: { from: 'deliveryUuid' },
      assumed: 'at GitLab deliveries of one event share it; here it is that of the delivery',
    },
    { name: 'Idempotency-Key', value: { from: 'deliveryUuid' } },
  ],
  success: ANY_2XX,
  deadlineMs: assumed(10_000, 'ten seconds are what integrations count on'),
  timeoutMs: assumed(
    10_000,
    'ten seconds are what integrations count on; self-managed instances can set another',
  ),
  retry: assumed({ delaysSeconds: [] }, 'no automatic retries are described'),
  disable: assumed(
    {
      unit: 'delivery',
      threshold: 4,
      consecutive: true,
      pause: { firstSeconds: 60, factor: 2, atMostSeconds: 86_400, permanentStatuses: [[400, 499]] },
    },
    'four failures in a row are documented, then pauses that grow from a minute to a day, or for good after 4xx: each pause is taken as twice the one before',
  ),
  https: assumed('not-required', 'HTTPS is advised; an http address is taken'),
  endpoint: {
    secret: 'given',
    headers: true,
    enable: 'passed-test',
  },
  events: [
    hook('push', 'Push Hook', 'Commits were pushed to a branch'),
    hook('tag_push', 'Tag Push Hook', 'A tag was made or deleted'),
    hook('issue', 'Issue Hook', 'An issue was opened, changed or closed'),
    hook('note', 'Note Hook', 'Somebody commented'),
    hook('merge_request', 'Merge Request Hook', 'A merge request was opened, changed, merged or closed'),
    hook('pipeline', 'Pipeline Hook', 'The status of a pipeline changed'),
    hook('build', 'Job Hook', 'The status of a job changed'),
    hook('deployment', 'Deployment Hook', 'A deployment began or ended'),
    hook('release', 'Release Hook', 'A release was made, changed or deleted'),
    hook('wiki_page', 'Wiki Page Hook', 'A wiki page was made, changed or deleted'),
  ],
  notes: [
    'the secret token comes as it is in X-Gitlab-Token and signs nothing: anyone who reads one delivery knows it',
    'where the instance has them switched on, a signing token (whsec_ and base64 of 32 bytes) makes Standard Webhooks signatures, with the Idempotency-Key as webhook-id',
    "X-Gitlab-Event has a name for people: Job Hook, where the body's object_kind is build",
  ],
});
