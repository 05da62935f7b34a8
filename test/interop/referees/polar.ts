import { validateEvent, WebhookVerificationError } from '@polar-sh/sdk/webhooks';
import { headersOf, installed, textOf, unlessRefused, type Referee } from '../referee.ts';

const secret = 'polar_whs_the_key_is_this_text_undecoded';

/** The SDK reads the payload by its schema once the signature is right. */
export const polar: Referee = {
  provider: 'polar',
  sdk: installed('@polar-sh/sdk'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: (request, _now, key = secret) =>
    unlessRefused(
      () => {
        try {
          validateEvent(textOf(request), headersOf(request), key);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'SDKValidationError') throw error;
        }
      },
      (error) => error instanceof WebhookVerificationError,
    ),
  reads: async (request) => {
    try {
      validateEvent(textOf(request), headersOf(request), secret);
    } catch (error) {
      const { issues = [] } = ((error as Error).cause ?? {}) as {
        issues?: { path: string[]; message: string }[];
      };
      const places = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw places.length === 0 ? error : new Error(places.join('; '));
    }
  },
};
