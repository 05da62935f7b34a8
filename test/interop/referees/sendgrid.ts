import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { header, installed, textOf, type Referee } from '../referee.ts';

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey, publicKey } = keys();
const base64 = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');

export const sendgrid: Referee = {
  provider: 'sendgrid',
  sdk: installed('@sendgrid/eventwebhook'),
  keys: { sign: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), verify: base64(publicKey) },
  wrongKey: base64(keys().publicKey),
  accepts: async (request, _now, key = base64(publicKey)) => {
    const webhook = new EventWebhook();
    return webhook.verifySignature(
      webhook.convertPublicKeyToECDSA(key),
      textOf(request),
      header(request, 'X-Twilio-Email-Event-Webhook-Signature'),
      header(request, 'X-Twilio-Email-Event-Webhook-Timestamp'),
    );
  },
};
