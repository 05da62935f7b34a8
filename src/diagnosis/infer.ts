import { headerValue, headerValues, type RawRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { isStringified } from './json-text.ts';
import type { Reading } from './readings.ts';
import type { Notes } from './trials.ts';

const FAR_SECONDS = 300;
const REPLACEMENT = Buffer.from('\ufffd');

/** Damage to the body that cannot be undone, so that nothing can be tried. */
export function inferBody({ headers, body }: RawRequest, add: Notes['add']): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const lengths = headerValues(headers, 'content-length');
  const due = lengths.length === 1 && /^\d{1,15}$/.test(lengths[0]!.trim()) ? Number(lengths[0]) : null;
  const isShort = due !== null && due > bytes.length;
  const start = bytes.toString('latin1', 0, 32);
  if (isShort && (bytes.length === 0 || start === '{}')) {
    return add(
      'body-empty',
      'likely',
      `the body is empty${bytes.length === 0 ? '' : ' ({})'}, and Content-Length says ${due}: a parser has read it before; take the raw body first`,
    );
  }
  if (start === '[object Object]') {
    return add(
      'body-object',
      'likely',
      'the body is [object Object]: a parsed object was used as text; take the raw body (express.raw, not express.json)',
    );
  }
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  if (encoding === 'gzip' && !(bytes[0] === 0x1f && bytes[1] === 0x8b) && bytes.length > 0) {
    return add(
      'body-encoding',
      'likely',
      'Content-Encoding says gzip, and the body is not: it was decompressed on the way; verify the bytes as they came',
    );
  }
  if (bytes.includes(REPLACEMENT)) {
    return add(
      'body-charset',
      'likely',
      'the body holds replacement characters (U+FFFD): bytes that are no UTF-8 were read as text; keep it as bytes',
    );
  }
  if (due !== null && due !== bytes.length && isStringified(body)) {
    return add(
      'body-reserialized',
      'likely',
      `the body is what JSON.stringify writes, of ${bytes.length} bytes where Content-Length says ${due}: it was parsed and written again (10.0 becomes 10); verify the raw body`,
    );
  }
  if (isShort) {
    add(
      'body-truncated',
      'likely',
      `the body has ${bytes.length} bytes and Content-Length says ${due}: its end is missing; look for a limit on the way or an incomplete copy`,
    );
  }
}

/** What remains where nothing else explains it. */
export function inferRest(
  { headers }: RawRequest,
  provider: Provider,
  secrets: readonly Secret[],
  readings: readonly Reading[],
  { reason, message }: Verdict,
  add: Notes['add'],
): void {
  const scheme = provider.signature.value;
  if (secrets.length === 0) {
    const fix = 'there is no secret to verify with, or it is empty: give one with --secret';
    return add('secret-empty', 'certain', fix);
  }
  const own = readings.filter(({ isOwn }) => isOwn);
  if (reason === 'missing-header') {
    const other = headers.find(([name]) => isLikeSignature(name) && name.length <= 100)?.[0];
    const instead = other === undefined ? '' : ` (there is ${other})`;
    const fix = `there is no ${scheme.header} header${instead}: switch signing on at the sender, or let the proxy pass the header`;
    return add('signature-missing', 'likely', fix);
  }
  if (own.length === 0)
    return add('signature-malformed', 'likely', `${message}: look at how the sender writes it`);
  const [change] = own.map((reading) => reading.change);
  if (reason === 'malformed-header' && change !== null && change !== undefined) {
    add(change.cause, 'likely', `the signature is not as is due: ${change.how}`);
  }
  const fix = `most likely another secret: compare it with the one ${provider.name} shows for this endpoint (test or live, old or new); if it is the same, something changed the body`;
  add('secret-wrong', 'possible', fix);
}

function isLikeSignature(name: string): boolean {
  return /sign|hmac/i.test(name);
}

/** A timestamp far from now says nothing of the signature, and consumers that check it refuse the request. */
export function inferTime(
  { headers }: RawRequest,
  { headers: known }: Provider,
  now: number | undefined,
  add: Notes['add'],
): void {
  const header = known.find(({ value }) => 'from' in value && value.from === 'attemptUnixSeconds');
  const value = header === undefined ? undefined : headerValue(headers, header.name)?.trim();
  if (now === undefined || header === undefined || value === undefined || !/^\d{10}$/.test(value)) return;
  const skew = Math.round(now / 1_000) - Number(value);
  if (skew > FAR_SECONDS) {
    add(
      'time-too-old',
      'possible',
      `${header.name} is ${skew} s old: an old request sent again, or a wrong clock; consumers with a time limit refuse it`,
    );
  } else if (skew < -FAR_SECONDS) {
    add(
      'time-too-new',
      'possible',
      `${header.name} is ${-skew} s ahead: set the clock here or at the sender`,
    );
  }
}
