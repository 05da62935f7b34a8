import { WebhooksHelper } from 'square';
import { header, installed, textOf, type Referee } from '../referee.ts';

const secret = 'asdf1234';

export const square: Referee = {
  provider: 'square',
  sdk: installed('square'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: (request, _now, key = secret) =>
    WebhooksHelper.verifySignature({
      requestBody: textOf(request),
      signatureHeader: header(request, 'x-square-hmacsha256-signature'),
      signatureKey: key,
      notificationUrl: request.url,
    }),
};
