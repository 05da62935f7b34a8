import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { exponentialWithin } from './schedules.ts';

/** Telegram: updates of a bot. */
export const telegram = defineProvider({
  id: 'telegram',
  name: 'Telegram',
  signature: {
    kind: 'token',
    token: { header: 'X-Telegram-Bot-Api-Secret-Token' },
    optional: true,
  },
  envelope: assumed(
    {
      type: [{ keyBeside: ['update_id'] }],
      id: [{ body: 'update_id' }],
      time: [
        { body: 'message.date' },
        { body: 'edited_message.edit_date' },
        { body: 'channel_post.date' },
        { body: 'edited_channel_post.edit_date' },
        { body: 'callback_query.message.date' },
        { body: 'message_reaction.date' },
        { body: 'my_chat_member.date' },
        { body: 'chat_member.date' },
        { body: 'chat_join_request.date' },
      ],
      data: '',
      freshIds: ['update_id'],
    },
    'the fields are as integrations read them',
  ),
  success: assumed(ANY_2XX, 'that any 2xx counts is widely said and not confirmed'),
  retry: assumed(
    {
      delaysSeconds: exponentialWithin(86_400, { firstSeconds: 5, factor: 2, atMostSeconds: 3_600 }),
    },
    'documented is a reasonable number of attempts, and neither how many nor when; updates are kept for a day',
  ),
  ipRanges: assumed(null, 'addresses are named in its guide for webhooks, and may change'),
  https: assumed('required', 'an https address is asked for; whether http is refused is not said'),
  endpoint: { secret: 'given' },
  events: eventTypes('synthesized', {
    message: 'Somebody wrote to the bot or where it can read',
    edited_message: 'A message was changed',
    channel_post: 'Something was posted to a channel',
    edited_channel_post: 'A post of a channel was changed',
    callback_query: 'Somebody pressed a button under a message',
    inline_query: 'Somebody asks the bot from another chat',
    message_reaction: 'Somebody changed a reaction to a message',
    my_chat_member: 'What the bot may do in a chat changed',
    chat_member: 'The standing of a member of a chat changed',
    chat_join_request: 'Somebody asks to join a chat',
  }),
  notes: [
    'the event type is the name of the object beside update_id; some, such as inline_query, tell no time',
    'the secret token (1 to 256 of A-Z, a-z, 0-9, _ and -) comes as it is and signs nothing',
    'an answer can hold a method of the Bot API to call, as JSON',
  ],
});
