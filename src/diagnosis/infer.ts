import { headerValue, headerValues, type RawRequest } from '../model/request.ts';
import { signsBody } from '../signing/content.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import { signatureName, signsUrl } from '../signing/describe.ts';
import type { ContentScheme, Secret } from '../signing/scheme.ts';
import { describeMissing } from '../signing/verdicts.ts';
import { isStringified } from './json-text.ts';
import { isLikeSignature, type Reading } from './readings.ts';
import type { Notes } from './trials.ts';

const URL_OPTION = '--url (listen and run: --public-url)';
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
  { name }: Provider,
  scheme: ContentScheme,
  secrets: readonly Secret[],
  readings: readonly Reading[],
  { reason, message }: Verdict,
  add: Notes['add'],
): void {
  if (secrets.length === 0) {
    const fix =
      scheme.kind === 'asymmetric'
        ? 'there is no public key to verify with: give the one of this endpoint with --secret'
        : 'there is no secret to verify with, or it is empty: give one with --secret';
    return add('secret-empty', 'certain', fix);
  }
  if (reason === 'no-secret') {
    return add('secret-encoding', 'certain', message + secretForm(scheme));
  }
  const own = readings.filter(({ isOwn }) => isOwn);
  const place = signatureName(scheme);
  if (reason === 'missing-header' && own.length > 0) {
    const fix =
      message === describeMissing(scheme, 'url')
        ? `${message}: give the one that ${name} has with ${URL_OPTION}`
        : `${message}, and it is signed too: let the proxy pass it, and give the whole request`;
    return add('content-missing', 'likely', fix);
  }
  if (reason === 'missing-header') {
    const other = headers.find(isLikeSignature)?.[0];
    const instead = other === undefined ? '' : ` (there is ${other})`;
    const missing = 'header' in scheme.signature ? `there is no ${place} header` : `there is no ${place}`;
    const fix = `${missing}${instead}: switch signing on at the sender${'header' in scheme.signature ? ', or let the proxy pass the header' : ''}`;
    return add('signature-missing', 'likely', fix);
  }
  if (own.length === 0)
    return add('signature-malformed', 'likely', `${message}: look at how the sender writes it`);
  const [change] = own.map((reading) => reading.change);
  if (reason === 'malformed-header' && change !== null && change !== undefined) {
    add(change.cause, 'likely', `the signature is not as is due: ${change.how}`);
  } else if (reason === 'malformed-header') {
    return add('signature-malformed', 'likely', `${message}: look at how the sender writes it`);
  }
  add('secret-wrong', 'possible', remains(name, scheme));
}

function remains(name: string, scheme: ContentScheme): string {
  const what = scheme.kind === 'asymmetric' ? 'public key' : 'secret';
  const url = signsUrl(scheme)
    ? `, or another URL was signed: give the one that ${name} has with ${URL_OPTION}`
    : '';
  return `most likely another ${what}: compare it with the one ${name} shows for this endpoint (test or live, old or new); if it is the same, something changed ${signsBody(scheme) ? 'the body' : 'what is signed'}${url}`;
}

/** How a secret is written that a scheme can use. */
function secretForm(scheme: ContentScheme): string {
  if (scheme.kind !== 'asymmetric') return ': configure it as the provider shows it';
  const form = {
    pem: 'PEM, from -----BEGIN PUBLIC KEY----- on',
    'spki-base64': 'base64 of its DER form (SPKI), or PEM',
    'raw-hex': '64 hexadecimal digits, or PEM',
    'raw-base64': 'base64 of its 32 bytes, or PEM',
  }[scheme.publicKey];
  return `: it has to be the public key as ${form}`;
}
