import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { META_ESCAPES, metaHandshake, metaOldSignature, metaScheme } from './meta-base.ts';
import { exponentialWithin } from './schedules.ts';

const HOUR = 3_600;
const VALUE = 'entry.0.changes.0.value';

/** WhatsApp Business Platform, the Cloud API of Meta. */
export const whatsapp = defineProvider({
  id: 'whatsapp',
  name: 'WhatsApp',
  escapesUnicode: true,
  signature: metaScheme,
  otherSignatures: [metaOldSignature],
  envelope: assumed(
    {
      type: [
        {
          join: [
            { body: 'entry.0.changes.0.field' },
            { body: `${VALUE}.messages.0.type` },
            { body: `${VALUE}.statuses.0.status` },
          ],
          with: '.',
        },
      ],
      id: [
        { body: `${VALUE}.messages.0.id` },
        { join: [{ body: `${VALUE}.statuses.0.id` }, { body: `${VALUE}.statuses.0.status` }], with: '.' },
      ],
      time: [{ body: `${VALUE}.messages.0.timestamp` }, { body: `${VALUE}.statuses.0.timestamp` }],
      data: VALUE,
      freshIds: [`${VALUE}.messages.0.id`, `${VALUE}.statuses.0.id`],
      batch: 'entry',
    },
    'the fields are as integrations read them',
  ),
  success: assumed([[200, 200]], 'an answer of 200 is asked for; whether others count is not said'),
  deadlineMs: assumed(5_000, 'a quick answer is asked for, and the numbers told differ'),
  timeoutMs: assumed(10_000, 'how long it waits is told differently by those who tell it'),
  retry: assumed(
    {
      delaysSeconds: exponentialWithin(7 * 24 * HOUR, {
        firstSeconds: 30,
        factor: 2,
        atMostSeconds: 12 * HOUR,
      }),
    },
    'said to be tried again ever more seldom for up to seven days; the waits are not published',
  ),
  https: assumed('required', 'a callback URL has to be https; whether there are exceptions is not said'),
  endpoint: { secret: 'generated' },
  handshakes: [metaHandshake],
  events: eventTypes('synthesized', {
    'messages.text': 'Somebody sent a text message',
    'messages.image': 'Somebody sent a picture',
    'messages.interactive': 'Somebody chose a button or an entry of a list',
    'messages.delivered': 'A message that was sent reached its recipient',
    'messages.read': 'A message that was sent was read',
    'messages.failed': 'A message could not be delivered',
  }),
  notes: [
    'WhatsApp itself calls all of these messages: the kind of the message, or the status, is added to tell them apart',
    'the id of a message (wamid.…) is that of all its statuses too: with the status it tells deliveries apart',
    META_ESCAPES,
  ],
});
