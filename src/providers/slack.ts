import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';

/** Slack: the Events API. */
export const slack = defineProvider({
  id: 'slack',
  name: 'Slack',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Slack-Signature' },
    forms: [{ prefix: 'v0=', encoding: 'hex' }],
    content: 'v0:{timestamp}:{body}',
    timestamp: { from: { header: 'X-Slack-Request-Timestamp' }, format: 'unix', toleranceSeconds: 300 },
  },
  signatureAssumptions: [
    "what is signed more than 300 seconds ahead of the clock is refused too: Slack's library refuses only what is too old",
  ],
  envelope: {
    type: [{ body: 'event.type' }, { body: 'type' }],
    id: [{ body: 'event_id' }],
    time: [{ body: 'event_time' }],
    data: 'event',
    freshIds: ['event_id'],
  },
  headers: [
    { name: 'X-Slack-Request-Timestamp', value: { from: 'attemptUnixSeconds' } },
    { name: 'X-Slack-Retry-Num', value: { from: 'retryNumber' } },
    { name: 'X-Slack-Retry-Reason', value: { from: 'retryReason' } },
    {
      name: 'User-Agent',
      value: { text: 'Slackbot 1.0 (+https://api.slack.com/robots)' },
      assumed: 'as deliveries are seen to have it; it is not documented',
    },
  ],
  success: ANY_2XX,
  deadlineMs: 3_000,
  timeoutMs: 3_000,
  retry: {
    // The first comes nearly at once.
    delaysSeconds: [1, 60, 300],
    noRetryHeader: { name: 'X-Slack-No-Retry', value: '1' },
    reasons: {
      timeout: 'http_timeout',
      dns: 'connection_failed',
      refused: 'connection_failed',
      reset: 'connection_failed',
      network: 'connection_failed',
      blocked: 'connection_failed',
      tls: 'ssl_error',
      status: 'http_error',
      'invalid-response': 'unknown_error',
      'too-large': 'unknown_error',
      aborted: 'unknown_error',
    },
  },
  disable: assumed(
    null,
    "deliveries are switched off where too few of an hour's succeed, which is not acted out here",
  ),
  https: assumed(
    'required',
    'a request URL has to begin with https; whether there are exceptions is not said',
  ),
  endpoint: { secret: 'generated' },
  handshakes: [
    {
      name: 'url_verification',
      description: 'Slack checks a request URL when it is entered',
      request: {
        method: 'POST',
        body: { type: 'url_verification', token: '{token}', challenge: '{challenge}' },
      },
      signed: true,
      respond: { status: 200, body: '{challenge}' },
      accepts: [{ status: 200, body: { challenge: '{challenge}' } }],
      withinMs: 3_000,
    },
  ],
  events: eventTypes('synthesized', {
    app_mention: 'Somebody mentioned the app',
    message: 'A message was posted where the app can read',
    reaction_added: 'Somebody reacted to something',
    reaction_removed: 'Somebody took a reaction back',
    member_joined_channel: 'Somebody joined a channel',
    member_left_channel: 'Somebody left a channel',
    channel_created: 'A channel was created',
    channel_rename: 'A channel got another name',
    channel_archive: 'A channel was archived',
    team_join: 'Somebody joined the workspace',
    app_home_opened: 'Somebody opened the home of the app',
    file_shared: 'A file was shared',
    app_uninstalled: 'The app was uninstalled from a workspace',
  }),
  notes: [
    "the event type is that inside event; the body's own type is event_callback",
    'commands and interactive messages come as forms, signed in the same way',
  ],
});
