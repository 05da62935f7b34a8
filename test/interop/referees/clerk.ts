import { verifyWebhook } from '@clerk/backend/webhooks';
import { asFetchRequest, installed, unlessRefused, type Referee } from '../referee.ts';
import { OTHER_SECRET, SECRET } from './standard-webhooks.ts';

export const clerk: Referee = {
  provider: 'clerk',
  sdk: installed('@clerk/backend'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts: (request, _now, key = SECRET) =>
    unlessRefused(
      () => verifyWebhook(asFetchRequest(request), { signingSecret: key }),
      (error) => error.message.includes('Unable to verify incoming webhook'),
    ),
};
