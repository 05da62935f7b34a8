import { randomBytes } from 'node:crypto';
import { defineProvider } from '../../../src/providers/provider.ts';
import type { Handshake } from '../../../src/providers/handshake.ts';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import type { SignedRequest } from '../../../src/signing/signed-request.ts';

/** One record for each way in which providers ask and want to be answered. */
export const RECORDS = {
  textOfJson: {
    name: 'url_verification',
    description: 'a challenge in the body, wanted as text or as JSON',
    request: { method: 'POST', body: { type: 'url_verification', challenge: '{challenge}' } },
    signed: true,
    respond: { status: 200, body: '{challenge}' },
    accepts: [{ status: 200, body: { challenge: '{challenge}' } }],
    withinMs: 3_000,
  },
  keyed: {
    name: 'endpoint.url_validation',
    description: 'a token with its HMAC',
    request: {
      method: 'POST',
      body: { event: 'endpoint.url_validation', 'payload.plainToken': '{plainToken}' },
    },
    signed: true,
    respond: {
      status: 200,
      body: { plainToken: '{plainToken}', encryptedToken: '{plainToken|hmacSha256Hex}' },
    },
  },
  query: {
    name: 'hub.challenge',
    description: 'a challenge in the query, with a token that was agreed on',
    request: {
      method: 'GET',
      query: { 'hub.mode': 'subscribe', 'hub.verify_token': '{verifyToken}', 'hub.challenge': '{challenge}' },
    },
    signed: false,
    respond: { status: 200, body: '{challenge}' },
    refuse: 403,
  },
  crc: {
    name: 'crc',
    description: 'a token whose HMAC is wanted in base64, behind a prefix',
    request: { method: 'GET', query: { crc_token: '{token}' } },
    signed: false,
    respond: { status: 200, body: { response_token: 'sha256={token|hmacSha256Base64}' } },
  },
  header: {
    name: 'hook-secret',
    description: 'a secret in a header, wanted back there',
    request: { method: 'POST', headers: { 'X-Hook-Secret': '{key}' } },
    signed: false,
    respond: { status: 200, headers: { 'X-Hook-Secret': '{key}' } },
    secret: '{key}',
  },
  handed: {
    name: 'verification',
    description: 'a token that is the secret from then on',
    request: { method: 'POST', body: { verification_token: '{token}' } },
    signed: false,
    respond: { status: 200 },
    secret: '{token}',
  },
  form: {
    name: 'ping',
    description: 'a form',
    request: { method: 'POST', form: { webhook_id: '{id}' } },
    signed: false,
    respond: { status: 200 },
  },
  typed: {
    name: 'dropbox-like',
    description: 'a challenge back with headers that count',
    request: { method: 'GET', query: { challenge: '{challenge}' } },
    signed: false,
    respond: {
      status: 200,
      body: '{challenge}',
      contentType: 'text/plain',
      headers: { 'X-Content-Type-Options': 'nosniff' },
    },
  },
  intent: {
    name: 'intent',
    description: 'signed well or badly, and answered without a body',
    request: { method: 'POST', body: { firstEventSequence: 0, live: false, entropy: '{entropy}' } },
    signed: true,
    respond: { status: 204 },
    refuse: 401,
  },
  digest: {
    name: 'digest',
    description: 'the secret itself in the query, and a plain digest back',
    request: { method: 'GET', query: { key: '{secret}', code: 'c-{code}.end' } },
    signed: false,
    respond: { status: 200, body: { digest: '{code|sha256Hex}' } },
  },
} satisfies Record<string, Handshake>;

export function providerWith(...handshakes: readonly Handshake[]) {
  return defineProvider({
    id: 'acme',
    name: 'Acme',
    signature: {
      kind: 'hmac',
      hash: 'sha256',
      signature: { header: 'X-Acme-Signature' },
      items: { separator: ',', assign: '=', field: 'v1' },
      write: 't={timestamp},v1={signature}',
      forms: [{ prefix: '', encoding: 'hex' }],
      content: '{timestamp}.{body}',
      timestamp: { from: { field: 't' }, format: 'unix', toleranceSeconds: 300 },
    },
    envelope: {},
    headers: [{ name: 'User-Agent', value: { text: 'Acme/1' } }],
    handshakes,
    events: [{ name: 'a.b', description: 'something', payload: 'synthetic' }],
  });
}

/** What a server makes of a request that was sent. */
export function arrived({ method, url, headers, body }: OutgoingRequest): SignedRequest {
  const { pathname, search } = new URL(url);
  return { method, path: pathname + search, headers, body };
}

export const bytes = (size: number): Uint8Array => randomBytes(size);
