import { headerValue, type RawRequest } from '../model/request.ts';
import type { Secret } from '../signing/scheme.ts';
import { verify } from '../signing/verify.ts';
import { locate } from './identify.ts';
import type { Provider } from './provider.ts';

/** How likely a request comes from a provider, and why one thinks so. */
export interface Detection {
  readonly provider: string;
  /** Larger is likelier; only good for comparing. */
  readonly score: number;
  /** Whether it stands out so far that it is the answer; otherwise it is a hint. True of one at most. */
  readonly sure: boolean;
  readonly evidence: readonly string[];
}

/** Below this a detection is a hint and not an answer. */
const SURE_ENOUGH = 4;

/**
 * Ranks the providers that a request may come from, likeliest first. A name that several services use counts little; a signature
 * that verifies with a secret that is known decides.
 */
export function detect(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor: (providerId: string) => readonly Secret[] = () => [],
): Detection[] {
  const ranked = providers
    .map((provider) => assess(provider, request, json, secretsFor(provider.id)))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score);
  const [best, second] = ranked;
  return ranked.map((candidate) => ({
    ...candidate,
    sure: candidate === best && best.score >= SURE_ENOUGH && best.score !== second?.score,
  }));
}

/** The one provider that stands out, or null. */
export function detectOne(
  providers: readonly Provider[],
  request: RawRequest,
  json: unknown,
  secretsFor?: (providerId: string) => readonly Secret[],
): Provider | null {
  const [best] = detect(providers, request, json, secretsFor);
  return best?.sure === true ? (providers.find(({ id }) => id === best.provider) ?? null) : null;
}

/** The provider that the first segment of the path names: `/<provider>` and `/<provider>/…`. */
export function providerOfPath(providers: readonly Provider[], path: string): Provider | null {
  const segment = /^\/([^/?#]+)/.exec(path)?.[1];
  return providers.find(({ id }) => id === segment) ?? null;
}

function assess(
  provider: Provider,
  request: RawRequest,
  json: unknown,
  secrets: readonly Secret[],
): Omit<Detection, 'sure'> {
  const evidence: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    evidence.push(reason);
  };

  const scheme = provider.signature.value;
  if (secrets.length > 0 && verify(scheme, request, secrets).reason === 'valid') {
    count(100, 'its signature verifies with the configured secret');
  }
  const signatureHeader = scheme.header;
  if (headerValue(request.headers, signatureHeader) !== undefined) {
    if (isOwnName(provider, signatureHeader)) count(10, `header ${signatureHeader}`);
    else count(3, `header ${signatureHeader}, which other services use too`);
  }
  for (const { name, value } of provider.headers) {
    if (!('from' in value) || headerValue(request.headers, name) === undefined) continue;
    if (isOwnName(provider, name)) count(5, `header ${name}`);
    else count(1, `header ${name}, which other services use too`);
  }
  const type = locate(provider.envelope.value.type, request, json);
  if (type !== null && provider.events.some(({ name }) => name === type)) {
    count(4, `event type ${type} is in its catalog`);
    if (locate(provider.envelope.value.time, request, json) !== null) count(1, 'its time field is there');
    if (locate(provider.envelope.value.id, request, json) !== null) count(1, 'its id field is there');
  }
  return { provider: provider.id, score, evidence };
}

function isOwnName(provider: Provider, header: string): boolean {
  return header.toLowerCase().includes(provider.id);
}
