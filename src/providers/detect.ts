import type { RawRequest } from '../model/request.ts';
import type { Secret } from '../signing/scheme.ts';
import { locate } from './identify.ts';
import { marksOf } from './marks.ts';
import type { Provider } from './provider.ts';
import { verifyRequest } from './signatures.ts';

/** How likely a request comes from a provider, and why one thinks so. */
export interface Detection {
  readonly provider: string;
  /** Larger is likelier; only good for comparing. */
  readonly score: number;
  /** Whether it stands out so far that it is the answer; otherwise it is a hint. True of one at most. */
  readonly sure: boolean;
  readonly evidence: readonly string[];
}

type Ranked = Omit<Detection, 'sure'>;

/** Below this a detection is a hint and not an answer. */
const SURE_ENOUGH = 4;
const NO_SECRETS: readonly Secret[] = [];

/**
 * Ranks the providers that a request may come from, likeliest first. A name that several services use counts little; a signature
 * that verifies with a secret that is known decides.
 */
export function detect(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor?: (providerId: string) => readonly Secret[],
): Detection[] {
  const ranked = rank(providers, request, json, secretsFor);
  const isFirstSure = standsOut(ranked);
  return ranked.map((candidate, index) => ({ ...candidate, sure: index === 0 && isFirstSure }));
}

/** The one provider that stands out, or null. */
export function detectOne(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor?: (providerId: string) => readonly Secret[],
): Provider | null {
  const ranked = rank(providers, request, json, secretsFor);
  return standsOut(ranked) ? (providers.find(({ id }) => id === ranked[0].provider) ?? null) : null;
}

/**
 * The provider whose request it is: the one that stands out, or else the likeliest of those whose signature verifies, so that
 * providers that are alike are told apart by their secrets. Null where nothing tells.
 */
export function detectSender(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor: (providerId: string) => readonly Secret[],
): Provider | null {
  const ranked = rank(providers, request, json);
  const byId = (wanted: string): Provider => providers.find(({ id }) => id === wanted)!;
  if (standsOut(ranked)) return byId(ranked[0].provider);
  const proven = ranked.filter(({ provider: id }) => {
    const secrets = secretsFor(id);
    return secrets.length > 0 && verifyRequest(byId(id), request, secrets).reason === 'valid';
  });
  const [best, second] = proven;
  return best === undefined || best.score === second?.score ? null : byId(best.provider);
}

/** The provider that the first segment of the path names: `/<provider>` and `/<provider>/…`. */
export function providerOfPath(providers: readonly Provider[], path: string): Provider | null {
  const segment = /^\/([^/?#]+)/.exec(path)?.[1];
  return providers.find(({ id }) => id === segment) ?? null;
}

function rank(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor: (providerId: string) => readonly Secret[] = () => NO_SECRETS,
): Ranked[] {
  const headers = new Set(request.headers.map(([name]) => name.toLowerCase()));
  return providers
    .map((provider) => assess(provider, request, headers, json, secretsFor(provider.id)))
    .filter((assessed) => assessed !== null)
    .sort((left, right) => right.score - left.score);
}

function standsOut(ranked: readonly Ranked[]): ranked is [Ranked, ...Ranked[]] {
  const [best, second] = ranked;
  return best !== undefined && best.score >= SURE_ENOUGH && best.score !== second?.score;
}

/** Null where nothing speaks for it. */
function assess(
  provider: Provider,
  request: RawRequest,
  /** The names of those that the request has, in lower case. */
  headers: ReadonlySet<string>,
  json: unknown,
  secrets: readonly Secret[],
): Ranked | null {
  let evidence: string[] | null = null;
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    (evidence ??= []).push(reason);
  };

  const marks = marksOf(provider);
  if (secrets.length > 0 && verifyRequest(provider, request, secrets).reason === 'valid') {
    count(100, 'its signature verifies with the configured secret');
  }
  for (const { name, points, reason } of marks.headers) if (headers.has(name)) count(points, reason);
  if (provider.generic && score > 0) count(1, 'it is the standard that several follow');
  const { type: typePlaces, time, id } = provider.envelope.value;
  const type = locate(typePlaces, request, json);
  if (type !== null && marks.eventTypes.has(type)) {
    // A bare word such as "sent" is anybody's.
    count(/[^a-z]/i.test(type) ? 4 : 2, `event type ${type} is in its catalog`);
    if (locate(time, request, json) !== null) count(1, 'its time field is there');
    if (locate(id, request, json) !== null) count(1, 'its id field is there');
  }
  return evidence === null ? null : { provider: provider.id, score, evidence };
}
