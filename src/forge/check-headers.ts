import { UsageError } from '../errors.ts';
import { isHeaderLine } from '../model/header-line.ts';
import type { Header } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { signatureHeaders } from '../signing/describe.ts';

/**
 * That each header can be sent as one line.
 * @throws {UsageError} which names the header and does not tell what is in it: that may be a secret.
 */
export function checkHeaders(headers: readonly Header[], { name: sender, signature }: Provider): void {
  for (const [name, value] of headers) {
    if (isHeaderLine(name, value) && !BEYOND_BYTES.test(value)) continue;
    const isSecret =
      signature.value.kind === 'token' &&
      signatureHeaders(signature.value).some((known) => known.toLowerCase() === name.toLowerCase());
    throw isSecret
      ? new UsageError(
          `${sender} sends the secret itself as ${name}, and this one cannot stand in a header`,
          'a header is one line without control characters; is there a line break in the secret, such as at its end?',
        )
      : new UsageError(
          `what ${sender} sends as ${name} cannot stand in a header`,
          'a header is one line of Latin-1; look for line breaks and other letters in what it is made of, such as the event type',
        );
  }
}

/** A character of a value is a byte. */
const BEYOND_BYTES = /[\u0100-\uffff]/;
