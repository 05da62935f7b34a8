import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { META_ESCAPES, metaHandshake, metaOldSignature, metaScheme } from './meta-base.ts';
import { exponentialWithin } from './schedules.ts';

const HOUR = 3_600;

/** Meta: Facebook pages, Messenger and Instagram. */
export const meta = defineProvider({
  id: 'meta',
  name: 'Meta',
  escapesUnicode: true,
  signature: metaScheme,
  otherSignatures: [metaOldSignature],
  envelope: assumed(
    {
      type: [{ join: [{ body: 'object' }, { body: 'entry.0.changes.0.field' }], with: '.' }],
      time: [{ body: 'entry.0.time' }],
      data: 'entry.0',
      freshIds: [
        'entry.0.messaging.0.message.mid',
        'entry.0.changes.0.value.post_id',
        'entry.0.changes.0.value.leadgen_id',
        'entry.0.changes.0.value.comment_id',
        'entry.0.changes.0.value.id',
      ],
      batch: 'entry',
    },
    'the fields are as integrations read them',
  ),
  success: assumed([[200, 200]], 'an answer of 200 is asked for; whether others count is not said'),
  deadlineMs: assumed(5_000, 'a quick answer is asked for without a number'),
  retry: assumed(
    {
      delaysSeconds: [
        1,
        ...exponentialWithin(36 * HOUR - 1, { firstSeconds: 60, factor: 2, atMostSeconds: 6 * HOUR }),
      ],
    },
    'said to be tried again at once and then ever more seldom for 36 hours; the waits are not published',
  ),
  https: assumed('required', 'a callback URL has to be https; whether there are exceptions is not said'),
  endpoint: { secret: 'generated' },
  handshakes: [metaHandshake],
  events: eventTypes('synthesized', {
    'page.feed': 'Something was posted to, or changed on, a Facebook page',
    'page.leadgen': 'Somebody filled in a lead form',
    page: 'Somebody wrote to a page in Messenger',
    'instagram.comments': 'Somebody commented on a post',
    'instagram.mentions': 'Somebody mentioned the account',
  }),
  notes: [
    'an event type is the object with the field that changed, page.feed; messages of Messenger have no field',
    'one delivery can hold several entries, and an entry several changes',
    'the secret is the app secret; the verify token is one of your own and proves nothing but the first request',
    META_ESCAPES,
  ],
});
