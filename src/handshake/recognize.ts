import type { Handshake } from '../providers/handshake.ts';
import type { Provider } from '../providers/provider.ts';
import type { SignedRequest } from '../signing/signed-request.ts';
import { matchAmong, type HandshakeContext, type HandshakeMatch } from './match.ts';
import { namesIn } from './pattern.ts';

export interface RecognizedHandshake {
  readonly match: HandshakeMatch;
  /** Who may have sent it, all with the same answer; never none. */
  readonly senders: readonly Provider[];
}

/**
 * The handshake that a request of an unknown sender is, where one provider's fits that is unlike others', or those of several that
 * want the same answer. Where they differ, the answer that most of them want; null where no answer has most.
 */
export function recognizeHandshake(
  providers: readonly Provider[],
  request: SignedRequest,
  contextOf: (provider: Provider) => HandshakeContext,
): RecognizedHandshake | null {
  const groups = new Map<string, { match: HandshakeMatch; senders: Provider[] }>();
  for (const provider of providers) {
    if (provider.handshakes.length === 0) continue;
    const match = matchAmong(distinctiveOf(provider), provider, request, () => contextOf(provider));
    if (match === null) continue;
    const { status, headers, body } = match.answer;
    const key = JSON.stringify([status, headers, Buffer.from(body).toString('latin1')]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { match, senders: [provider] });
    else group.senders.push(provider);
  }
  const [first, second] = [...groups.values()].toSorted(
    (one, other) => other.senders.length - one.senders.length,
  );
  if (first === undefined || first.senders.length === second?.senders.length) return null;
  return first.senders.length === 1 ? first : { ...first, match: { ...first.match, secret: null } };
}

const known = new WeakMap<Provider, readonly Handshake[]>();

function distinctiveOf(provider: Provider): readonly Handshake[] {
  let handshakes = known.get(provider);
  if (handshakes === undefined) {
    handshakes = provider.handshakes.filter(isDistinctive);
    known.set(provider, handshakes);
  }
  return handshakes;
}

/**
 * Whether a request tells its sender: by plain text, by a header, or by a name that is more than a word. `challenge` alone may be
 * anybody's, and so may a number.
 */
export function isDistinctive({
  request: { query = {}, headers = {}, body = {}, form = {} },
}: Handshake): boolean {
  if (Object.keys(headers).length > 0) return true;
  return [query, body, form].some((part) =>
    Object.entries(part).some(([name, pattern]) => {
      const isPlain = typeof pattern === 'string' && pattern !== '' && namesIn(pattern).length === 0;
      return isPlain || /[a-z\d][-_.A-Z][a-zA-Z]/.test(name);
    }),
  );
}
