import { Resend } from 'resend';
import { header, installed, textOf, unlessRefused, type Referee } from '../referee.ts';
import { OTHER_SECRET, SECRET } from './standard-webhooks.ts';

const { webhooks } = new Resend('re_none');

/** Resend sends Svix's names of the headers; its SDK is handed their values. */
export const resend: Referee = {
  provider: 'resend',
  sdk: installed('resend'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts: (request, _now, key = SECRET) => {
    const headers = {
      id: header(request, 'svix-id'),
      timestamp: header(request, 'svix-timestamp'),
      signature: header(request, 'svix-signature'),
    };
    return unlessRefused(
      () => webhooks.verify({ payload: textOf(request), headers, webhookSecret: key }),
      (error) => error.constructor.name === 'WebhookVerificationError',
    );
  },
};
