import type { Header } from '../../src/model/request.ts';
import type { Secret, SignatureForm, SignatureScheme } from '../../src/signing/scheme.ts';
import { sign } from '../../src/signing/sign.ts';

/** The headers that sign a body, for schemes that sign nothing else. */
export function signingHeaders(
  scheme: SignatureScheme,
  body: Uint8Array,
  secret: Secret,
  form?: SignatureForm,
): readonly Header[] {
  return sign(scheme, { method: 'POST', url: 'http://localhost/', headers: [], body }, secret, {
    now: 0,
    form,
  }).headers;
}
