import { Stripe } from 'stripe';
import { header, installed, unlessRefused, URL_OF_THE_APP, type Referee } from '../referee.ts';

const secret = 'whsec_stripe_signs_with_the_whole_of_this_text';
const { webhooks } = new Stripe('sk_test_none');

export const stripe: Referee = {
  provider: 'stripe',
  sdk: installed('stripe'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'whsec_another',
  accepts: (request, now, key = secret) =>
    unlessRefused(
      () =>
        webhooks.constructEvent(
          Buffer.from(request.body),
          header(request, 'Stripe-Signature'),
          key,
          300,
          undefined,
          now,
        ),
      (error) => error instanceof Stripe.errors.StripeSignatureVerificationError,
    ),
  signs: async (body, now) => ({
    method: 'POST',
    url: URL_OF_THE_APP,
    headers: [
      ['Content-Type', 'application/json'],
      [
        'Stripe-Signature',
        webhooks.generateTestHeaderString({
          payload: Buffer.from(body).toString(),
          secret,
          timestamp: Math.floor(now / 1000),
        }),
      ],
    ],
    body,
  }),
};
