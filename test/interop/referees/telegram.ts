import { Bot, webhookCallback } from 'grammy';
import { asFetchRequest, flippedText, installed, withHeader, type Referee } from '../referee.ts';

const token = 'Secret_token-1';

const handler = (secretToken: string) => {
  const bot = new Bot('1:none', {
    botInfo: {
      id: 1,
      is_bot: true,
      first_name: 'bot',
      username: 'bot',
      can_join_groups: false,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    } as never,
  });
  return webhookCallback(bot, 'std/http', { secretToken });
};

export const telegram: Referee = {
  provider: 'telegram',
  sdk: installed('grammy'),
  keys: { sign: token, verify: token },
  wrongKey: 'another',
  accepts: async (request, _now, key = token) => {
    const { status } = await handler(key)(asFetchRequest(request));
    if (status !== 200 && status !== 401) throw new Error(`grammy answered ${status}`);
    return status === 200;
  },
  tamper: (request) => withHeader(request, 'X-Telegram-Bot-Api-Secret-Token', flippedText),
};
