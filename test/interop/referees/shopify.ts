import '@shopify/shopify-api/adapters/web-api';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import { asFetchRequest, installed, textOf, type Referee } from '../referee.ts';

const secret = 'hush-of-the-app';

const validator = (apiSecretKey: string) =>
  shopifyApi({
    apiKey: 'key',
    apiSecretKey,
    apiVersion: ApiVersion.July26,
    hostName: 'example.com',
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  }).webhooks;

/** Also refuses what lacks the topic, the shop, the API version or the webhook's id. */
export const shopify: Referee = {
  provider: 'shopify',
  sdk: installed('@shopify/shopify-api'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: async (request, _now, key = secret) => {
    const verdict = await validator(key).validate({
      rawBody: textOf(request),
      rawRequest: asFetchRequest(request),
    });
    if (!verdict.valid && verdict.reason !== 'invalid_hmac') throw new Error(JSON.stringify(verdict));
    return verdict.valid;
  },
};
