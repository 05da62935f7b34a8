import { createHmac, timingSafeEqual } from 'node:crypto';
import { webhookProviderConfigs } from '@trigger.dev/core/webhooks';
import { header, installed, type Referee } from '../referee.ts';

const secret = 'a secret of an app';

/** No SDK verifies these: judged by how a third party describes their signatures. */
function judge(provider: 'jira' | 'intercom' | 'vercel' | 'typeform'): Referee {
  const config = webhookProviderConfigs[provider].config();
  if (config.scheme !== 'hmac' || config.signingString !== 'raw') {
    throw new Error(`${provider} is described otherwise than by an HMAC over the body`);
  }
  const { algorithm, encoding, signatureHeader, signature } = config;
  const start = signature?.field === undefined ? '' : `${signature.field}${signature.fieldSeparator}`;
  return {
    provider,
    sdk: installed('@trigger.dev/core'),
    keys: { sign: secret, verify: secret },
    wrongKey: 'another',
    accepts: async (request, _now, key = secret) => {
      const value = header(request, signatureHeader);
      if (!value.startsWith(start))
        throw new Error(`${signatureHeader} does not begin with ${start}: ${value}`);
      const given = Buffer.from(value.slice(start.length), encoding);
      const due = createHmac(algorithm, key).update(request.body).digest();
      return given.length === due.length && timingSafeEqual(given, due);
    },
  };
}

export const triggerReferees: readonly Referee[] = [
  judge('jira'),
  judge('intercom'),
  judge('vercel'),
  judge('typeform'),
];
