import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { header, installed, unlessRefused, type Referee } from '../referee.ts';

const secret = 'lin_wh_none';

/** Refuses what has no `webhookTimestamp` in its body, or one that is more than a minute off. */
export const linear: Referee = {
  provider: 'linear',
  sdk: installed('@linear/sdk'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'lin_wh_another',
  accepts: (request, _now, key = secret) =>
    unlessRefused(
      () =>
        new LinearWebhookClient(key).verify(Buffer.from(request.body), header(request, 'Linear-Signature')),
      (error) => /^Invalid webhook (signature|timestamp)$/.test(error.message),
    ),
};
