import { headerValue, type RawRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import { hasContent } from '../signing/describe.ts';
import type { SignatureScheme, SignedTime } from '../signing/scheme.ts';
import { readRequest } from '../signing/signed-request.ts';
import { parseTime } from '../signing/time.ts';
import { readSignatures } from './readings.ts';
import type { Notes } from './trials.ts';

const USUAL_TOLERANCE = 300;

/** Whether the verdict blames nothing but the time. */
export function isStale({ reason }: Verdict): boolean {
  return reason === 'too-old' || reason === 'too-new';
}

/** The signature is right, and only its time is not: an old request, or a wrong clock. */
export function inferStale(
  request: RawRequest,
  scheme: SignatureScheme,
  { reason, message }: Verdict,
  now: number | undefined,
  add: Notes['add'],
): void {
  if (reason === 'too-old') {
    return add(
      'time-too-old',
      'certain',
      `${message}: an old request was sent again, or a clock is wrong here or at the sender. To send it again, sign it anew: webhook-cli replay --resign`,
    );
  }
  const told = signedTime(request, scheme);
  const isThousandfold =
    told !== null && now !== undefined && Math.abs(told.ms / 1_000 - now) < USUAL_TOLERANCE * 1_000;
  add(
    'time-too-new',
    'certain',
    isThousandfold
      ? `the signature matches, but its timestamp is in milliseconds, and seconds since 1970 are due: the sender has to divide by 1000 before it signs`
      : `${message}: set the clock here or at the sender (NTP)`,
  );
}

/** A timestamp far from now says nothing of the signature, and consumers that check it refuse the request. */
export function inferTime(
  request: RawRequest,
  provider: Provider,
  scheme: SignatureScheme,
  now: number | undefined,
  add: Notes['add'],
): void {
  const told = signedTime(request, scheme) ?? sentTime(request, provider);
  if (now === undefined || told === null) return;
  const { name, ms, toleranceSeconds } = told;
  const skew = Math.round(now / 1_000) - Math.floor(ms / 1_000);
  if (skew > toleranceSeconds) {
    add(
      'time-too-old',
      'possible',
      `${name} is ${skew} s old: an old request sent again, or a wrong clock; consumers with a time limit refuse it`,
    );
  } else if (skew < -toleranceSeconds) {
    add('time-too-new', 'possible', `${name} is ${-skew} s ahead: set the clock here or at the sender`);
  }
}

interface Told {
  readonly name: string;
  readonly text: string;
  readonly ms: number;
  readonly toleranceSeconds: number;
}

/** The time that is signed, as the request has it; null where there is none, or none that can be read. */
export function signedTime(request: RawRequest, scheme: SignatureScheme): Told | null {
  if (!hasContent(scheme) || scheme.timestamp === undefined) return null;
  const { from, format, toleranceSeconds } = scheme.timestamp;
  const reader = readRequest(request);
  const text = 'field' in from ? readSignatures(scheme, reader)[0]?.field(from.field) : reader.readText(from);
  const ms = text === undefined ? null : parseTime(format, text);
  const name = 'header' in from ? from.header : 'field' in from ? `${from.field}=` : 'its timestamp';
  if (text === undefined || ms === null) return null;
  return { name, text, ms, toleranceSeconds: toleranceSeconds ?? USUAL_TOLERANCE };
}

const SENT: Readonly<Record<string, SignedTime['format']>> = {
  attemptUnixSeconds: 'unix',
  attemptUnixMillis: 'unix-ms',
  attemptIso8601: 'iso8601',
};

/** The time that is sent along unsigned. */
function sentTime({ headers }: RawRequest, { headers: known }: Provider): Told | null {
  for (const { name, value } of known) {
    const format = 'from' in value ? SENT[value.from] : undefined;
    const text = format === undefined ? undefined : headerValue(headers, name)?.trim();
    if (format === undefined || text === undefined || (format === 'unix' && !/^\d{10}$/.test(text))) continue;
    const ms = parseTime(format, text);
    if (ms !== null) return { name, text, ms, toleranceSeconds: USUAL_TOLERANCE };
  }
  return null;
}
