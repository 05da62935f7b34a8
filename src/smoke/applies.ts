import type { Provider } from '../providers/provider.ts';
import { signsBody } from '../signing/content.ts';
import { hasContent, signatureName } from '../signing/describe.ts';

/** How old `--break timestamp` makes a request. */
const STALE_SECONDS = 3_600;

/** Why a rule has nothing to look at with a provider; null where it has. */
export type Applies = (provider: Provider) => string | null;

export const whereSigned: Applies = ({ name, signature: { value: scheme } }) =>
  scheme.kind === 'none' ? `${name} signs nothing` : null;

export const whereBodyIsSigned: Applies = (provider) => {
  const { name, signature } = provider;
  const scheme = signature.value;
  if (scheme.kind === 'token') return `${name} sends ${signatureName(scheme)} and signs no body`;
  return hasContent(scheme) && !signsBody(scheme) ? `${name} does not sign the body` : whereSigned(provider);
};

export const whereJsonIsSigned: Applies = (provider) =>
  provider.body === 'form'
    ? 'a form is signed by its fields, or has no other notation'
    : whereBodyIsSigned(provider);

export const whereTimeIsSigned: Applies = (provider) => {
  const { name, signature } = provider;
  const scheme = signature.value;
  if (!hasContent(scheme) || scheme.timestamp === undefined) return `${name} signs no timestamp`;
  const { toleranceSeconds } = scheme.timestamp;
  if (toleranceSeconds === null) return `${name} sets no limit to the age of a signature`;
  return toleranceSeconds < STALE_SECONDS ? null : `${name} allows signatures of ${toleranceSeconds} s ago`;
};
