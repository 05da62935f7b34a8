import { validateWebhook } from 'replicate';
import { headersOf, installed, textOf, type Referee } from '../referee.ts';
import { OTHER_SECRET, SECRET } from './standard-webhooks.ts';

/** Looks at no time. */
export const replicate: Referee = {
  provider: 'replicate',
  sdk: installed('replicate'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts: (request, _now, key = SECRET) => {
    const headers = headersOf(request);
    return validateWebhook({
      id: headers['webhook-id']!,
      timestamp: headers['webhook-timestamp']!,
      signature: headers['webhook-signature']!,
      body: textOf(request),
      secret: key,
    });
  },
};
