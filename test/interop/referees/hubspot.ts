import { Signature } from '@hubspot/api-client';
import { header, installed, textOf, unlessRefused, URL_OF_THE_APP, type Referee } from '../referee.ts';

const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const referee = (version: 'v1' | 'v2' | 'v3'): Referee => {
  const isV3 = version === 'v3';
  const name = isV3 ? 'X-HubSpot-Signature-v3' : 'X-HubSpot-Signature';
  return {
    provider: 'hubspot',
    ...(isV3 ? {} : { signature: version, asks: version }),
    sdk: installed('@hubspot/api-client'),
    keys: { sign: secret, verify: secret },
    wrongKey: 'another',
    accepts: async (request, _now, key = secret) => {
      if (!isV3 && header(request, 'X-HubSpot-Signature-Version') !== version) {
        throw new Error(`the request does not say that its signature is ${version}`);
      }
      let valid = false;
      const fresh = await unlessRefused(
        () => {
          valid = Signature.isValid({
            signatureVersion: version,
            method: request.method,
            url: request.url,
            clientSecret: key,
            requestBody: textOf(request),
            signature: header(request, name),
            ...(isV3 ? { timestamp: Number(header(request, 'X-HubSpot-Request-Timestamp')) } : {}),
          });
        },
        (error) => error.message === 'Timestamp is invalid, reject request',
      );
      return fresh && valid;
    },
    signs: async (body, now) => ({
      method: 'POST',
      url: URL_OF_THE_APP,
      headers: [
        ['Content-Type', 'application/json'],
        [
          name,
          Signature.getSignature('POST', version, {
            signature: '',
            url: URL_OF_THE_APP,
            clientSecret: secret,
            requestBody: Buffer.from(body).toString(),
            timestamp: now,
          }),
        ],
        isV3 ? ['X-HubSpot-Request-Timestamp', String(now)] : ['X-HubSpot-Signature-Version', version],
      ],
      body,
    }),
  };
};

export const hubspotReferees: readonly Referee[] = [referee('v3'), referee('v2'), referee('v1')];
