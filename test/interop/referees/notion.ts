import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { header, installed, textOf, URL_OF_THE_APP, type Referee } from '../referee.ts';

const verificationToken = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';

export const notion: Referee = {
  provider: 'notion',
  sdk: installed('@notionhq/client'),
  keys: { sign: verificationToken, verify: verificationToken },
  wrongKey: 'secret_another',
  accepts: (request, _now, key = verificationToken) =>
    verifyWebhookSignature({
      body: textOf(request),
      signature: header(request, 'X-Notion-Signature'),
      verificationToken: key,
    }),
  signs: async (body) => ({
    method: 'POST',
    url: URL_OF_THE_APP,
    headers: [
      ['Content-Type', 'application/json'],
      [
        'X-Notion-Signature',
        await signWebhookPayload({ body: Buffer.from(body).toString(), verificationToken }),
      ],
    ],
    body,
  }),
};
