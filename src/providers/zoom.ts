import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';

/** Zoom: meetings, webinars, recordings and users. */
export const zoom = defineProvider({
  id: 'zoom',
  name: 'Zoom',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'x-zm-signature' },
    forms: [{ prefix: 'v0=', encoding: 'hex' }],
    content: 'v0:{timestamp}:{body}',
    timestamp: { from: { header: 'x-zm-request-timestamp' }, format: 'unix', toleranceSeconds: 300 },
  },
  envelope: {
    type: [{ body: 'event' }],
    time: [{ body: 'event_ts' }],
    data: 'payload.object',
    freshIds: ['payload.object.uuid', 'payload.object.participant.participant_uuid'],
  },
  headers: [
    { name: 'x-zm-request-timestamp', value: { from: 'attemptUnixSeconds' } },
    {
      name: 'x-zm-trackingid',
      value: { from: 'attemptUuid' },
      assumed: 'as deliveries are seen to have one; what it looks like is not documented',
    },
  ],
  ownHeaders: ['x-zm-'],
  success: [
    [200, 200],
    [204, 204],
  ],
  deadlineMs: 3_000,
  timeoutMs: 3_000,
  retry: { delaysSeconds: [300, 1_200, 3_600] },
  disable: assumed(
    null,
    'only an endpoint that fails the check every 72 hours is switched off, so far as told',
  ),
  https: assumed('required', 'an https address is asked for; whether http is refused is not said'),
  endpoint: { secret: 'generated' },
  handshakes: [
    {
      name: 'endpoint.url_validation',
      description: 'Zoom checks an endpoint when it is entered, and every 72 hours from then on',
      request: {
        method: 'POST',
        body: { event: 'endpoint.url_validation', 'payload.plainToken': '{plainToken}' },
      },
      signed: true,
      respond: {
        status: 200,
        body: { plainToken: '{plainToken}', encryptedToken: '{plainToken|hmacSha256Hex}' },
      },
      withinMs: 3_000,
    },
  ],
  events: eventTypes('synthesized', {
    'meeting.created': 'A meeting was scheduled',
    'meeting.updated': 'A meeting was changed',
    'meeting.deleted': 'A meeting was deleted',
    'meeting.started': 'A meeting began',
    'meeting.ended': 'A meeting ended',
    'meeting.participant_joined': 'Somebody joined a meeting',
    'meeting.participant_left': 'Somebody left a meeting',
    'recording.completed': 'A recording can be downloaded',
    'webinar.started': 'A webinar began',
    'user.created': 'A user was added to the account',
  }),
  notes: [
    'events have no id: event_ts with the object tells them apart',
    'what is not validated anew every 72 hours gets no more events',
  ],
});
