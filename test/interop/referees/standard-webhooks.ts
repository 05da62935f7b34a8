import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import {
  headersOf,
  installed,
  textOf,
  unlessRefused,
  URL_OF_THE_APP,
  type Referee,
  type SignedRequest,
} from '../referee.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const accepts: Referee['accepts'] = (request, _now, key = SECRET) =>
  unlessRefused(
    () => new Webhook(key).verify(textOf(request), headersOf(request)),
    (error) => error instanceof WebhookVerificationError,
  );

/** The headers of a message, `webhook-id` and so on, or with Svix's own names. */
export function messageHeaders(
  prefix: string,
  now: number,
  sign: (id: string, date: Date) => string,
): SignedRequest['headers'] {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  return [
    ['Content-Type', 'application/json'],
    [`${prefix}-id`, id],
    [`${prefix}-timestamp`, String(Math.floor(now / 1000))],
    [`${prefix}-signature`, sign(id, new Date(now))],
  ];
}

export const standardWebhooks: Referee = {
  provider: 'standard-webhooks',
  sdk: installed('standardwebhooks'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts,
  signs: async (body, now) => ({
    method: 'POST',
    url: URL_OF_THE_APP,
    headers: messageHeaders('webhook', now, (id, date) =>
      new Webhook(SECRET).sign(id, date, Buffer.from(body).toString()),
    ),
    body,
  }),
};

/** GitLab signs like this where its webhook has a signing token. */
export const gitlabSigningToken: Referee = {
  provider: 'gitlab',
  signature: 'signing-token',
  asks: 'signing-token',
  sdk: installed('standardwebhooks'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts,
};
