import { assumed, defineProvider } from './provider.ts';

/** LINE Messaging API: what users send to a bot. */
export const line = defineProvider({
  id: 'line',
  name: 'LINE',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'x-line-signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
  },
  envelope: assumed(
    {
      type: [{ body: 'events.0.type' }],
      id: [{ body: 'events.0.webhookEventId' }],
      time: [{ body: 'events.0.timestamp' }],
      data: 'events.0',
      freshIds: ['events.0.webhookEventId', 'events.0.message.id'],
      batch: 'events',
    },
    "the fields are those of its library's types",
  ),
  headers: [
    {
      name: 'Content-Type',
      value: { text: 'application/json; charset=utf-8' },
      assumed: 'the body is JSON; how its type is written is not said',
    },
  ],
  success: assumed([[200, 200]], 'a 200 is asked for; what other answers mean is not said'),
  deadlineMs: assumed(2_000, 'about two seconds are widely said and not confirmed'),
  timeoutMs: assumed(2_000, 'about two seconds are widely said and not confirmed'),
  retry: assumed(
    { delaysSeconds: [] },
    'events are sent again only where that was switched on, and when is not said',
  ),
  endpoint: { secret: assumed('generated', 'it is the secret of the channel, which LINE makes') },
  events: [
    { name: 'message', description: 'A user sent a message', payload: 'synthesized' },
    { name: 'unsend', description: 'A user took a message back', payload: 'synthesized' },
    { name: 'follow', description: 'A user added the bot as a friend', payload: 'synthesized' },
    { name: 'unfollow', description: 'A user blocked the bot', payload: 'synthesized' },
    { name: 'join', description: 'The bot was added to a group', payload: 'synthesized' },
    { name: 'leave', description: 'The bot was removed from a group', payload: 'synthesized' },
    {
      name: 'memberJoined',
      description: 'Someone joined a group that the bot is in',
      payload: 'synthesized',
    },
    { name: 'postback', description: 'A user pressed a button', payload: 'synthesized' },
  ],
  notes: [
    'one delivery carries a list of events, which can be empty: the console tries the URL with an empty one',
    'deliveryContext.isRedelivery tells that an event was sent before',
  ],
});
