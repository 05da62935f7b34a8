import mailgunClient from 'mailgun-js';
import { flippedText, installed, textOf, type Referee, type SignedRequest } from '../referee.ts';

const key = 'key-of-mailgun';

interface Signed {
  signature: { timestamp: string; token: string; signature: string };
}

const parse = (request: SignedRequest): Signed => JSON.parse(textOf(request)) as Signed;

/** Only the token and the time are signed; the body holds them, and the signature. A token is accepted once. */
export const mailgun: Referee = {
  provider: 'mailgun',
  sdk: installed('mailgun-js'),
  keys: { sign: key, verify: key },
  wrongKey: 'another',
  accepts: async (request, _now, apiKey = key) => {
    const { timestamp, token, signature } = parse(request).signature;
    return mailgunClient({ apiKey, domain: 'example.com', mute: true }).validateWebhook(
      timestamp,
      token,
      signature,
    );
  },
  tamper: (request) => {
    const body = parse(request);
    body.signature.token = flippedText(body.signature.token);
    return { ...request, body: Buffer.from(JSON.stringify(body)) };
  },
};
