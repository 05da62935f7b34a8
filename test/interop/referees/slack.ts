import { verifySlackRequest } from '@slack/bolt';
import { header, installed, textOf, unlessRefused, type Referee } from '../referee.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';

export const slack: Referee = {
  provider: 'slack',
  sdk: installed('@slack/bolt'),
  keys: { sign: secret, verify: secret },
  wrongKey: '00000000000000000000000000000000',
  accepts: (request, now, key = secret) =>
    unlessRefused(
      () =>
        verifySlackRequest({
          signingSecret: key,
          body: textOf(request),
          headers: {
            'x-slack-signature': header(request, 'X-Slack-Signature'),
            'x-slack-request-timestamp': Number(header(request, 'X-Slack-Request-Timestamp')),
          },
          nowMilliseconds: now,
        }),
      (error) => error.message.startsWith('Failed to verify authenticity'),
    ),
};
