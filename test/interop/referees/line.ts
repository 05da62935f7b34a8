import { validateSignature } from '@line/bot-sdk';
import { header, installed, type Referee } from '../referee.ts';

const secret = '8c570fa6dd201bb328f1c1eac23a96d8';

export const line: Referee = {
  provider: 'line',
  sdk: installed('@line/bot-sdk'),
  keys: { sign: secret, verify: secret },
  wrongKey: '00000000000000000000000000000000',
  accepts: async (request, _now, key = secret) =>
    validateSignature(Buffer.from(request.body), key, header(request, 'x-line-signature')),
};
