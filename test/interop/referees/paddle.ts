import { LogLevel, Paddle } from '@paddle/paddle-node-sdk';
import { header, installed, textOf, type Referee } from '../referee.ts';

const secret = 'pdl_ntfset_01hkpg8v1wvr4bzm5dvw8p2c5n_none';
const { webhooks } = new Paddle('none', { logLevel: LogLevel.none });

/** Refuses what is older than five seconds. */
export const paddle: Referee = {
  provider: 'paddle',
  sdk: installed('@paddle/paddle-node-sdk'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'pdl_ntfset_another',
  accepts: (request, _now, key = secret) =>
    webhooks.isSignatureValid(textOf(request), key, header(request, 'Paddle-Signature')),
  reads: async (request) =>
    void (await webhooks.unmarshal(textOf(request), secret, header(request, 'Paddle-Signature'))),
};
