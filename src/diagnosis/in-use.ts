import type { RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { isSigned } from '../signing/extract.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import { readRequest } from '../signing/signed-request.ts';

/** A way of signing that a request makes use of. */
export interface InUse {
  /** Undefined for the provider's usual one. */
  readonly name: string | undefined;
  readonly scheme: SignatureScheme;
}

/** The provider's usual scheme; where the request has no such signature, those of its others that it may have one of instead. */
export function schemesInUse(
  { signature, otherSignatures }: Provider,
  request: RawRequest,
): readonly [InUse, ...InUse[]] {
  const usual = { name: undefined, scheme: signature.value };
  if (otherSignatures.length === 0) return [usual];
  const reader = readRequest(request);
  if (isSigned(usual.scheme, reader)) return [usual];
  const [first, ...others] = otherSignatures.filter(({ scheme }) => isSigned(scheme, reader));
  return first === undefined ? [usual] : [first, ...others];
}
