import { sign, verify } from '@octokit/webhooks-methods';
import { header, installed, textOf, URL_OF_THE_APP, type Referee } from '../referee.ts';

const secret = "It's a Secret to Everybody";

export const github: Referee = {
  provider: 'github',
  sdk: installed('@octokit/webhooks-methods'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: (request, _now, key = secret) =>
    verify(key, textOf(request), header(request, 'X-Hub-Signature-256')),
  signs: async (body) => ({
    method: 'POST',
    url: URL_OF_THE_APP,
    headers: [
      ['Content-Type', 'application/json'],
      ['X-GitHub-Event', 'ping'],
      ['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
      ['X-Hub-Signature-256', await sign(secret, Buffer.from(body).toString())],
    ],
    body,
  }),
};
