import type { HmacScheme } from '../signing/scheme.ts';
import type { Handshake } from './handshake.ts';
import type { OtherSignature } from './provider.ts';

/** What all products of Meta have in common. */

export const metaScheme: HmacScheme = {
  kind: 'hmac',
  hash: 'sha256',
  signature: { header: 'X-Hub-Signature-256' },
  forms: [{ prefix: 'sha256=', encoding: 'hex' }],
};

export const metaOldSignature: OtherSignature = {
  name: 'sha1',
  description: 'the older HMAC-SHA1 in X-Hub-Signature, sent besides',
  scheme: {
    kind: 'hmac',
    hash: 'sha1',
    signature: { header: 'X-Hub-Signature' },
    forms: [{ prefix: 'sha1=', encoding: 'hex' }],
  },
  sent: true,
};

export const metaHandshake: Handshake = {
  name: 'hub.challenge',
  description:
    'Meta checks a callback URL when it is entered, with the verify token that was entered with it',
  request: {
    method: 'GET',
    query: {
      'hub.mode': 'subscribe',
      'hub.verify_token': '{verifyToken}',
      'hub.challenge': '{challenge}',
    },
  },
  signed: false,
  respond: { status: 200, body: '{challenge}' },
  refuse: 403,
};

export const META_ESCAPES =
  'Meta signs the body with other than ASCII characters escaped (\\u00e9): verify the bytes as they came, never JSON written again';
