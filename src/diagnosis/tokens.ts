import { createHash, timingSafeEqual } from 'node:crypto';
import type { RawRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import { signatureName } from '../signing/describe.ts';
import type { Secret, TokenScheme } from '../signing/scheme.ts';
import { readRequest } from '../signing/signed-request.ts';
import type { Cause } from './cause.ts';
import type { DiagnosisContext } from './context.ts';
import { tokenTrials } from './secrets.ts';
import type { Notes } from './trials.ts';

const MOST_HEADERS = 100;
const LONGEST = 8_192;
const LONGEST_NAME = 100;
const MOST_SECRETS = 12;

interface Given {
  readonly text: Buffer;
  readonly cause: Cause;
  readonly how: string;
}

/** Why a token is not the right one. Nothing is signed, so nothing but the texts can be compared; neither is told. */
export function examineToken(
  scheme: TokenScheme,
  request: RawRequest,
  { name }: Provider,
  secrets: readonly Secret[],
  { reason, message }: Verdict,
  { otherSecrets = [] }: DiagnosisContext,
  { tried, add }: Notes,
): void {
  const place = signatureName(scheme);
  if (secrets.length === 0) {
    return add(
      'secret-empty',
      'certain',
      'there is no token to compare with, or it is empty: give it with --secret',
    );
  }
  const ways = readings(scheme, request);
  for (const secret of secrets) {
    for (const { cause, secret: meant, fix } of [{ cause: null, secret, fix: '' }, ...tokenTrials(secret)]) {
      for (const given of ways) {
        tried.add(cause ?? given.cause);
        if (!isSame(given.text, meant)) continue;
        if (cause === null) return add(given.cause, 'certain', `the token is right, but ${given.how}`);
        return add(cause, 'certain', fix);
      }
    }
  }
  for (const { name: owner, secret } of otherSecrets.slice(0, MOST_SECRETS)) {
    tried.add('secret-other');
    if (!ways.some(({ text }) => isSame(text, secret))) continue;
    const fix = `it is the token of ${owner}: configure that one here, or check which endpoint sends this`;
    return add('secret-other', 'certain', fix);
  }
  if (reason === 'missing-header') {
    const fix = `${message}: set the token at ${name}, or let the proxy pass it`;
    return add('signature-missing', 'likely', fix);
  }
  if (reason === 'malformed-header')
    return add('signature-malformed', 'likely', `${message}: look at how the sender writes it`);
  const fix = `the token in ${place} is another one: compare it with the one ${name} shows for this endpoint; nothing else is verified here`;
  add('secret-wrong', 'possible', fix);
}

/** Whether the secret itself came along, as it is due. */
export function holdsToken(scheme: TokenScheme, request: RawRequest, secret: Secret): boolean {
  return readings(scheme, request).some(
    ({ cause, text }) => cause === 'secret-wrong' && isSame(text, secret),
  );
}

/** What may be the token, as it is due (`secret-wrong`: another one) and otherwise. */
function readings(scheme: TokenScheme, request: RawRequest): readonly Given[] {
  const { token } = scheme;
  const reader = readRequest(request);
  const place = signatureName(scheme);
  const given = reader.readText('basic' in token ? { header: 'Authorization' } : token);
  const prefix = 'header' in token ? (token.prefix ?? '') : '';
  const found: Given[] = [];
  const add = (text: string, cause: Cause, how: string): void => {
    if (text.length > 0 && text.length <= LONGEST)
      found.push({ text: Buffer.from(text, encoding), cause, how });
  };
  const encoding = 'header' in token || 'basic' in token ? 'latin1' : 'utf8';
  if (given !== undefined && given.length <= LONGEST) {
    const basic = /^Basic +([\w+/=-]+)\s*$/i.exec(given)?.[1];
    const decoded = basic === undefined ? null : Buffer.from(basic, 'base64').toString('latin1');
    if ('basic' in token) {
      if (decoded !== null) {
        add(decoded, 'secret-wrong', '');
        const at = decoded.indexOf(':');
        if (at >= 0) {
          const how = `the sender puts ${at === 0 ? 'no user' : 'a user'} before it: the secret is user:password, both in one`;
          add(decoded.slice(at + 1), 'secret-prefix', how);
          add(
            decoded.slice(0, at),
            'secret-prefix',
            'a password stands behind it: the secret is user:password, both in one',
          );
        }
      }
      add(given, 'signature-prefix', `it stands alone in ${place}: send it as Basic and base64`);
    } else {
      if (given.startsWith(prefix)) add(given.slice(prefix.length), 'secret-wrong', '');
      add(
        given.trim(),
        'signature-prefix',
        prefix === '' ? 'white space surrounds it' : `it lacks ${prefix.trim()} before it`,
      );
      const scheme = /^(?:Bearer|Token|Basic|token=)\s*/i.exec(given)?.[0];
      if (scheme !== undefined)
        add(
          given.slice(scheme.length).trim(),
          'signature-prefix',
          `${scheme.trim()} stands before it: it is due alone`,
        );
      if (decoded !== null)
        add(decoded, 'signature-encoding', 'it came as Basic, in base64: it is due as it is');
      if (/^(["']).*\1$/s.test(given.trim()))
        add(given.trim().slice(1, -1), 'signature-encoding', 'quotes surround it: send it without');
    }
  }
  for (const [name, value] of request.headers.slice(0, MOST_HEADERS)) {
    if (
      name.length > LONGEST_NAME ||
      ('header' in token && name.toLowerCase() === token.header.toLowerCase())
    )
      continue;
    if (value.length > LONGEST) continue;
    const text = value.replace(/^Bearer +/i, '');
    found.push({
      text: Buffer.from(text, 'latin1'),
      cause: 'signature-header',
      how: `it stands in ${name}, and not in ${place}: send it where it is due`,
    });
  }
  return found;
}

/** By digests, so that the time says nothing of where two texts differ. */
function isSame(given: Buffer, secret: Secret): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: Secret): Buffer {
  return createHash('sha256').update(text).digest();
}
