import { WebhookVerificationService, type WebhookPlatform } from '@hookflo/tern';
import { asFetchRequest, flippedText, installed, withHeader, type Referee } from '../referee.ts';

const ternAccepts =
  (platform: WebhookPlatform, secret: string): Referee['accepts'] =>
  async (request, _now, key = secret) => {
    const verdict = await WebhookVerificationService.verify(asFetchRequest(request), {
      platform,
      secret: key,
      toleranceInSeconds: 300,
    });
    const refusals = ['INVALID_SIGNATURE', 'INVALID_TOKEN', undefined];
    if (!verdict.isValid && !refusals.includes(verdict.errorCode)) throw new Error(verdict.error);
    return verdict.isValid;
  };

const common = { sdk: installed('@hookflo/tern') };

/** GitLab and WooCommerce have no SDK that verifies: a third party's judges. */
export const gitlab: Referee = {
  ...common,
  provider: 'gitlab',
  keys: { sign: 'a-token-of-gitlab', verify: 'a-token-of-gitlab' },
  wrongKey: 'another',
  accepts: ternAccepts('gitlab', 'a-token-of-gitlab'),
  tamper: (request) => withHeader(request, 'X-Gitlab-Token', flippedText),
};

export const woocommerce: Referee = {
  ...common,
  provider: 'woocommerce',
  keys: { sign: 'wc secret', verify: 'wc secret' },
  wrongKey: 'another',
  accepts: ternAccepts('woocommerce', 'wc secret'),
};
