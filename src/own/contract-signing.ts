import { failed, passed, skipped, warned, type Finding } from '../model/check.ts';
import type { OutgoingRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import { signRequest, verifyRequest } from '../providers/signatures.ts';
import { signsBody } from '../signing/content.ts';
import { encodeDigest, plainDigest } from '../signing/digest.ts';
import { hasContent } from '../signing/describe.ts';
import { randomSecret } from '../signing/keys.ts';
import { readRequest, signedView } from '../signing/signed-request.ts';
import { formatTime } from '../signing/time.ts';
import { placeOf, placeValue, withoutSignature } from '../signing/place.ts';
import type { BodyDigest, ContentScheme, SignatureScheme } from '../signing/scheme.ts';
import { asReceived, type ContractContext, type NamedFinding } from './contract-context.ts';

interface Forged {
  readonly name: string;
  readonly request: OutgoingRequest;
}

/** Not every bit: a step that shares no factor with 8 comes by every place in a byte. */
const BIT_STEP = 37;
const NO_SIGNATURE = '!';

/** What a provider's signature has to keep to, tried with events that are signed with a secret. */
export function checkSigning(
  provider: Provider,
  forged: readonly Forged[],
  secret: string,
  { now, randomBytes }: Pick<ContractContext, 'now' | 'randomBytes'>,
): readonly NamedFinding[] {
  const scheme = provider.signature.value;
  const { request } = forged[0]!;
  const another = randomSecret(scheme, randomBytes);
  const judge = (one: OutgoingRequest, secrets = [secret], at = now): Verdict =>
    verifyRequest(provider, asReceived(one), secrets, { now: at, urls: [one.url] });
  const bare = [scheme, ...provider.otherSignatures.map((other) => other.scheme)].reduce(
    (one, of) => withoutSignature(of, one),
    request,
  );

  const bad = forged.flatMap(({ name, request: one }) => {
    const { ok, message } = judge(one);
    return ok ? [] : [`${name}: ${message}`];
  });
  const findings: NamedFinding[] = [
    [
      'signature',
      'what is signed verifies',
      bad.length === 0
        ? passed(judge(request).message)
        : failed(
            bad.slice(0, 3).join('; '),
            'signing and verifying differ: look at content, write and forms',
          ),
    ],
  ];
  for (const other of provider.otherSignatures) {
    const key = randomSecret(other.scheme, randomBytes);
    const signed = attempt(() => signRequest(provider, bare, key, { now, signature: other.name }));
    const verdict = typeof signed === 'string' ? null : judge(signed, [key]);
    findings.push([
      `signature-${other.name}`,
      `what is signed as ${other.name} verifies`,
      verdict?.ok === true ? passed() : failed(verdict?.message ?? String(signed), null),
    ]);
  }
  if (scheme.kind === 'none') return findings;
  return [
    ...findings,
    ['body', 'with one bit of the body changed it does not', checkBits(scheme, request, judge)],
    ['unsigned', 'without a signature it does not', expectReason(judge(bare), 'missing-header')],
    ['malformed', 'what is no signature is called so', checkMalformed(scheme, bare, judge)],
    ['rotation', 'one of two secrets is enough', checkRotation(request, [another, secret], judge)],
    ['tolerance', 'too late or too early it does not', checkTolerance(scheme, request, now, secret, judge)],
  ];
}

type Judging = (request: OutgoingRequest, secrets?: string[], at?: number) => Verdict;

function checkBits(scheme: SignatureScheme, request: OutgoingRequest, judge: Judging): Finding {
  if (!hasContent(scheme)) return skipped('the secret is sent along, and nothing is signed');
  const unsigned = warned(
    'the body is not signed: anyone between could change it',
    'put {body} into content, if it is',
  );
  // A digest of the body in a URL that is signed does as well, where there is one.
  if (!signsBody(scheme) && scheme.bodyDigest === undefined) return unsigned;
  for (let bit = 0; bit < request.body.length * 8; bit += BIT_STEP) {
    const body = Buffer.from(request.body);
    body[bit >> 3]! ^= 1 << (bit & 7);
    const changed = { ...request, body };
    if (judge(changed).ok) {
      return signsBody(scheme) ? failed(`it verifies with bit ${bit} changed`, 'look at content') : unsigned;
    }
    if (scheme.bodyDigest !== undefined && judge(withDigest(scheme.bodyDigest, changed)).ok) return unsigned;
  }
  return passed();
}

/** With the digest of its body, as whoever changed the body would make it. */
function withDigest({ query, hash, encoding }: BodyDigest, request: OutgoingRequest): OutgoingRequest {
  return placeValue({ query }, request, encodeDigest(encoding, plainDigest(hash, request.body)));
}

function checkMalformed(scheme: SignatureScheme, request: OutgoingRequest, judge: Judging): Finding {
  if (scheme.kind === 'none') return passed();
  const place = placeOf(scheme);
  const spoilt = placeValue(place, request, NO_SIGNATURE);
  // Any text could be a secret that is sent along, unless a prefix goes before it.
  const due = hasContent(scheme) ? ['malformed-header'] : ['malformed-header', 'no-match'];
  return expectReason(judge(spoilt), ...due);
}

function checkRotation(request: OutgoingRequest, secrets: [string, string], judge: Judging): Finding {
  const verdict = judge(request, secrets);
  if (!verdict.ok) return failed(verdict.message, 'verifying tries every secret');
  const other = judge(request, [secrets[0]]);
  return other.ok
    ? failed('another secret alone is enough too', 'look at content: is the secret in it?')
    : passed();
}

function checkTolerance(
  scheme: SignatureScheme,
  request: OutgoingRequest,
  now: number,
  secret: string,
  judge: Judging,
): Finding {
  const seconds = hasContent(scheme) ? (scheme.timestamp?.toleranceSeconds ?? null) : null;
  if (!hasContent(scheme) || seconds === null)
    return skipped('the signature has no time, or none that it is good for');
  const beyond = (seconds + 2) * 1_000;
  const late = expectReason(judge(request, [secret], now + beyond), 'too-old');
  if (late.status !== 'passed') return late;
  const early = expectReason(judge(request, [secret], now - beyond), 'too-new');
  if (early.status !== 'passed') return early;
  const within = judge(request, [secret], now + Math.max(0, seconds - 2) * 1_000);
  if (!within.ok) return failed(`within ${seconds} s: ${within.message}`, null);
  const renewed = attempt(() => withNewTime(scheme, request, now, now + beyond));
  return typeof renewed !== 'string' && judge(renewed, [secret], now + beyond).ok
    ? warned(
        'the time is not signed: who replays a request can renew it',
        'put {timestamp} into content, if it is',
      )
    : passed(`${seconds} s`);
}

/** With another time, and the signature that was made with the old one. */
function withNewTime(
  scheme: ContentScheme,
  request: OutgoingRequest,
  oldTime: number,
  newTime: number,
): OutgoingRequest {
  const { from, format } = scheme.timestamp!;
  const [old, text] = [oldTime, newTime].map((time) => formatTime(format, time)) as [string, string];
  if (!('field' in from)) return placeValue(from, request, text);
  const place = placeOf(scheme);
  const value = readRequest(signedView(request)).readText(place) ?? '';
  const field = `${from.field}${scheme.items?.assign ?? ''}`;
  return placeValue(
    place,
    request,
    value.replace(field + old, () => field + text),
  );
}

function expectReason({ ok, reason, message }: Verdict, ...due: readonly string[]): Finding {
  if (!ok && due.includes(reason)) return passed();
  return failed(`the verdict is ${reason} (${message}), and ${due.join(' or ')} is due`, null);
}

function attempt<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    return (error as Error).message;
  }
}
