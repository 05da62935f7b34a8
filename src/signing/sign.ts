import { WebhookError } from '../errors.ts';
import type { Header } from '../model/request.ts';
import { encodeSignature, hmac } from './hmac.ts';
import type { Secret, SignatureForm, SignatureScheme } from './scheme.ts';

/**
 * The headers that sign a body.
 * @throws {WebhookError} `ERR_EMPTY_SECRET`: an HMAC with an empty key verifies anywhere the key was forgotten.
 */
export function sign(
  scheme: SignatureScheme,
  body: Uint8Array,
  secret: Secret,
  form: SignatureForm = scheme.forms[0],
): Header[] {
  if (secret.length === 0) {
    throw new WebhookError('ERR_EMPTY_SECRET', 'will not sign with an empty secret', {
      hint: 'give the one that you and the provider share (--secret, --secret-file or WEBHOOK_SECRET)',
    });
  }
  return [[scheme.header, encodeSignature(form, hmac(scheme.hash, secret, body))]];
}
