import { matchHandshake } from '../handshake/match.ts';
import { handshakeTrials, type HandshakeTrial } from '../handshake/trials.ts';
import { failed, passed } from '../model/check.ts';
import type { Handshake } from '../providers/handshake.ts';
import type { Provider } from '../providers/provider.ts';
import { asReceived, type ContractContext, type NamedFinding } from './contract-context.ts';

const VERIFY_TOKEN = 'the token of the contract';
const URL_OF_CONSUMER = 'https://example.com/webhooks';

/** What a handshake sends has to be told as such, and what we answer has to be what is due. */
export function checkHandshakes(
  provider: Provider,
  secret: string,
  { now, randomBytes }: Pick<ContractContext, 'now' | 'randomBytes'>,
): readonly NamedFinding[] {
  const options = { url: URL_OF_CONSUMER, secret, verifyToken: VERIFY_TOKEN, now, randomBytes };
  return provider.handshakes.map((handshake) => {
    const problem = problemOf(handshake);
    return [
      `handshake-${handshake.name}`,
      `the handshake ${handshake.name} is answered as it is due`,
      problem === null ? passed() : failed(problem, 'compare its request with its respond'),
    ];
  });

  function problemOf(handshake: Handshake): string | null {
    try {
      return handshakeTrials(provider, handshake, options).reduce<string | null>(
        (problem, trial) => problem ?? answered(handshake, trial),
        null,
      );
    } catch (error) {
      return (error as Error).message;
    }
  }

  function answered({ name }: Handshake, { request, variant, judge }: HandshakeTrial): string | null {
    const match = matchHandshake(provider, asReceived(request), {
      secrets: [secret],
      verifyToken: VERIFY_TOKEN,
      now,
      urls: [request.url],
    });
    if (match === null) return 'its own request is not taken for it';
    if (match.handshake.name !== name) return `its own request is taken for ${match.handshake.name}`;
    const { ok, problem } = judge(match.answer);
    if (ok) return null;
    return variant === 'proper' ? problem : `${variant.replace('-', ' ')}: ${problem}`;
  }
}
