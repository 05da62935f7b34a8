import Razorpay from 'razorpay';
import { header, installed, textOf, type Referee } from '../referee.ts';

const secret = 'rzp-webhook-secret';

export const razorpay: Referee = {
  provider: 'razorpay',
  sdk: installed('razorpay'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: async (request, _now, key = secret) =>
    Razorpay.validateWebhookSignature(textOf(request), header(request, 'X-Razorpay-Signature'), key),
};
