import { headerValue, type OutgoingRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import { isSigned } from '../signing/extract.ts';
import type { Secret, SignatureScheme } from '../signing/scheme.ts';
import { sign, type SignContext } from '../signing/sign.ts';
import { readRequest, type SignedRequest } from '../signing/signed-request.ts';
import { verify, type VerifyContext } from '../signing/verify.ts';
import type { DeliveryHeader, Provider } from './provider.ts';

/** The scheme of a provider by its name; the usual one where none is named, undefined where there is no such one. */
export function schemeOf(provider: Provider, name?: string): SignatureScheme | undefined {
  if (name === undefined) return provider.signature.value;
  return provider.otherSignatures.find((other) => other.name === name)?.scheme;
}

/** Whether a provider's deliveries may come unsigned. */
export function mayBeUnsigned({ signature }: Provider): boolean {
  return signature.value.kind === 'none' || signature.value.optional === true;
}

/**
 * Checks a request as a provider's: its usual signature, and only where that is missing one of the others that are there. A wrong one
 * is wrong whatever stands beside it. Never throws.
 */
export function verifyRequest(
  { signature, otherSignatures }: Provider,
  request: SignedRequest,
  secrets: readonly Secret[],
  context: VerifyContext = {},
): Verdict {
  const usual = verify(signature.value, request, secrets, context);
  const isMissing = usual.reason === 'missing-header' || usual.reason === 'unsigned';
  if (!isMissing || otherSignatures.length === 0) return usual;
  const reader = readRequest(request);
  let told: Verdict | null = null;
  for (const { name, description, scheme, headers = [] } of otherSignatures) {
    if (!isSigned(scheme, reader) || headers.some((header) => isOther(header, request))) continue;
    const verdict = verify(scheme, request, secrets, context);
    if (verdict.ok) {
      return { ...verdict, warnings: [...(verdict.warnings ?? []), `verified by ${name}: ${description}`] };
    }
    told ??= verdict;
  }
  return told ?? usual;
}

/** Whether a header that goes with a signature says that it is another one. */
function isOther({ name, value }: DeliveryHeader, { headers }: SignedRequest): boolean {
  const due = 'text' in value ? value.text : undefined;
  const given = headerValue(headers, name);
  return due !== undefined && given !== undefined && given.trim().toLowerCase() !== due.toLowerCase();
}

/** A request signed as a provider's, in its usual way and in those that it uses besides; or in a named one alone. */
export function signRequest(
  provider: Provider,
  request: OutgoingRequest,
  secret: Secret,
  context: SignContext & { readonly signature?: string | undefined },
): OutgoingRequest {
  const { signature: name, ...how } = context;
  const named = name === undefined ? undefined : schemeOf(provider, name);
  if (named !== undefined) return sign(named, request, secret, how);
  const signed = sign(provider.signature.value, request, secret, how);
  const { now, keepTime } = context;
  return provider.otherSignatures
    .filter(({ sent }) => sent === true)
    .reduce((before, other) => sign(other.scheme, before, secret, { now, keepTime }), signed);
}
