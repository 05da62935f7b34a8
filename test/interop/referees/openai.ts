import OpenAI from 'openai';
import { headersOf, installed, textOf, unlessRefused, type Referee } from '../referee.ts';
import { OTHER_SECRET, SECRET } from './standard-webhooks.ts';

const { webhooks } = new OpenAI({ apiKey: 'none' });

const withSecret = (secret: string, wrongKey: string): Omit<Referee, 'provider'> => ({
  sdk: installed('openai'),
  keys: { sign: secret, verify: secret },
  wrongKey,
  accepts: (request, _now, key = secret) =>
    unlessRefused(
      () => webhooks.unwrap(textOf(request), headersOf(request), key),
      (error) => error instanceof OpenAI.InvalidWebhookSignatureError,
    ),
});

/** A secret that does not begin with `whsec_` is its own bytes. */
export const openaiReferees: readonly Referee[] = [
  { provider: 'openai', ...withSecret(SECRET, OTHER_SECRET) },
  { provider: 'openai', signature: 'plain-secret', ...withSecret('a secret of plain text', 'another') },
];
