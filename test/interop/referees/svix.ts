import { Webhook, WebhookVerificationError } from 'svix';
import { header, installed, textOf, unlessRefused, URL_OF_THE_APP, type Referee } from '../referee.ts';
import { messageHeaders, OTHER_SECRET, SECRET } from './standard-webhooks.ts';

/** The library takes either names: here it gets those of one kind only, so that they have to be there. */
const namedBy = (prefix: 'svix' | 'webhook'): Referee => ({
  provider: 'svix',
  ...(prefix === 'svix' ? {} : { signature: 'webhook-names', isOnlyVerified: true as const }),
  sdk: installed('svix'),
  keys: { sign: SECRET, verify: SECRET },
  wrongKey: OTHER_SECRET,
  accepts: (request, _now, key = SECRET) => {
    const names = ['id', 'timestamp', 'signature'].map((part) => `${prefix}-${part}`);
    const headers = Object.fromEntries(names.map((name) => [name, header(request, name)]));
    return unlessRefused(
      () => new Webhook(key).verify(textOf(request), headers),
      (error) => error instanceof WebhookVerificationError,
    );
  },
  signs: async (body, now) => ({
    method: 'POST',
    url: URL_OF_THE_APP,
    headers: messageHeaders(prefix, now, (id, date) =>
      new Webhook(SECRET).sign(id, date, Buffer.from(body).toString()),
    ),
    body,
  }),
});

export const svixReferees: readonly Referee[] = [namedBy('svix'), namedBy('webhook')];
