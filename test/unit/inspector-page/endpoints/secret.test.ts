import { expect, it } from 'vitest';
import { SECRET_BYTES, secretFrom } from '../../../../src/inspector/page/endpoints/secret.ts';

it('writes random bytes as a secret without characters that need escaping', () => {
  const bytes = Uint8Array.from({ length: SECRET_BYTES }, (_, index) => 255 - index);
  const secret = secretFrom(bytes);
  expect(secret).toMatch(/^whsec_[\w-]{43}$/);
  expect(Buffer.from(secret.slice(6), 'base64url')).toEqual(Buffer.from(bytes));
});

it('is another for other bytes', () => {
  expect(secretFrom(new Uint8Array(32))).not.toBe(secretFrom(new Uint8Array(32).fill(1)));
});
