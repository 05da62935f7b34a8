import { parseJsonPath } from '../model/json-path.ts';
import type { Provider } from '../providers/provider.ts';
import { schemeOf } from '../providers/signatures.ts';
import { hasContent } from '../signing/describe.ts';
import type { Override } from './overrides.ts';

/**
 * Whether a signed time that stands in the body stays as it is: in a body of the user's own, whose bytes are meant, and where the
 * user has set it. Of an example it would be long past.
 */
export function keepsTime(
  provider: Provider,
  {
    data,
    overrides = [],
  }: { readonly data?: Uint8Array | undefined; readonly overrides?: readonly Override[] },
  signature?: string,
): boolean {
  return data !== undefined || setsTime(provider, overrides, signature);
}

/** Whether an override sets the signed time, or what holds it. */
export function setsTime(provider: Provider, overrides: readonly Override[], signature?: string): boolean {
  const scheme = schemeOf(provider, signature);
  if (scheme === undefined || !hasContent(scheme) || scheme.timestamp === undefined) return false;
  const { from } = scheme.timestamp;
  const place = 'body' in from ? parseJsonPath(from.body) : 'form' in from ? [from.form] : [];
  return overrides.some(
    ({ path }) =>
      path.length <= place.length && path.every((step, index) => String(step) === String(place[index])),
  );
}
