export const SECRET_BYTES = 32;

/** A new secret from random bytes: `whsec_` and base64url. */
export function secretFrom(bytes: Uint8Array, prefix = 'whsec_'): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return prefix + base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
