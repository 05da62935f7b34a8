import { createHash } from 'node:crypto';
import type { Verdict } from '../model/verdict.ts';
import { equalDigests } from './digest.ts';
import { signatureName } from './describe.ts';
import type { Secret, TokenScheme } from './scheme.ts';
import { readRequest, type SignedRequest } from './signed-request.ts';
import type { Judge } from './verdicts.ts';

/** Whether the secret itself came along. Compared by digests, so that the time says nothing of where two texts differ. */
export function verifyToken(
  scheme: TokenScheme,
  request: SignedRequest,
  secrets: readonly Secret[],
  result: Judge,
): Verdict {
  const name = signatureName(scheme);
  const isHeader = 'header' in scheme.token || 'basic' in scheme.token;
  const what = isHeader ? `the ${name} header` : name;
  const given = givenToken(scheme, request);
  const usable = secrets.flatMap((secret, index) => (secret.length > 0 ? [{ secret, index }] : []));
  if (usable.length === 0) {
    if (scheme.optional && given === undefined && secrets.length === 0) {
      return result(true, 'unsigned', 'it has no token, and a token is optional at this provider');
    }
    const problem = secrets.length === 0 ? 'there is no token to compare with' : 'the token is empty';
    return result(false, 'no-secret', problem);
  }
  if (given === undefined)
    return result(
      false,
      'missing-header',
      `there is no ${isHeader ? `${name} header` : name.replace(/^the /, '')}`,
    );
  if (given === null)
    return result(false, 'malformed-header', `${what} is not written as ${writtenAs(scheme)}`);
  let match: number | null = null;
  for (const { secret, index } of usable) {
    if (equalDigests(fingerprint(given), fingerprint(secret))) match ??= index;
  }
  if (match === null) return result(false, 'no-match', `the token in ${what} is another one`);
  return { ...result(true, 'valid', `the token in ${what} is the right one`), secretIndex: match };
}

/** The token as bytes; undefined where there is none, null where it is not written as it is due. */
function givenToken({ token }: TokenScheme, request: SignedRequest): Uint8Array | undefined | null {
  const reader = readRequest(request);
  if ('basic' in token) {
    const text = reader.readText({ header: 'Authorization' });
    if (text === undefined) return undefined;
    const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})\s*$/i.exec(text)?.[1];
    return encoded === undefined ? null : Buffer.from(encoded, 'base64');
  }
  const value = reader.read(token);
  if (value === undefined || !('header' in token) || token.prefix === undefined) return value;
  // The name of an authentication scheme counts in either case (RFC 9110, section 11.1).
  const prefix = Buffer.from(value.subarray(0, token.prefix.length)).toString('latin1');
  const isDue = prefix.toLowerCase() === token.prefix.toLowerCase();
  return isDue ? value.subarray(token.prefix.length) : null;
}

function writtenAs({ token }: TokenScheme): string {
  if ('basic' in token) return 'Basic <base64>';
  return 'header' in token && token.prefix !== undefined ? `${token.prefix}<token>` : '<token>';
}

function fingerprint(text: Secret): Buffer {
  return createHash('sha256').update(text).digest();
}
