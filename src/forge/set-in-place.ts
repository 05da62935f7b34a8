import { UsageError } from '../errors.ts';
import { setInJsonText } from '../model/json-text.ts';
import { asUtf8 } from '../model/text.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Override } from './overrides.ts';

/**
 * Changes values in JSON text and leaves every other byte as it is.
 * @throws {UsageError} where the body is not JSON in UTF-8, or an override does not fit.
 */
export function setInPlace(
  body: Uint8Array,
  overrides: readonly Override[],
  write?: (value: unknown) => string,
): Uint8Array {
  const text = asUtf8(body);
  if (text === null || parseJsonBody(body) === undefined) {
    throw new UsageError(
      'the body is not JSON, so nothing can be set in it',
      'set nothing (--set), and change the body itself',
    );
  }
  return Buffer.from(
    overrides.reduce((before, { path, value }) => setInJsonText(before, path, value, write), text),
  );
}
