import type { RandomBytes } from '../model/id.ts';
import type { OutgoingRequest } from '../model/request.ts';
import type { Handshake } from '../providers/handshake.ts';
import type { Provider } from '../providers/provider.ts';
import { randomSecret } from '../signing/keys.ts';
import type { Secret } from '../signing/scheme.ts';
import type { GivenAnswer, HandshakeVerdict } from './judge.ts';
import { renderHandshake } from './render.ts';
import { boundNames } from './request.ts';

export type TrialVariant = 'proper' | 'wrong-signature' | 'wrong-token';

/** A handshake to send to a consumer, and what is due for it. */
export interface HandshakeTrial {
  readonly name: string;
  readonly variant: TrialVariant;
  readonly request: OutgoingRequest;
  readonly judge: (answer: GivenAnswer) => HandshakeVerdict;
}

export interface TrialOptions {
  readonly url: string;
  readonly secret: Secret | null;
  readonly verifyToken?: string | undefined;
  readonly randomBytes: RandomBytes;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * A handshake as its provider sends it; and where a consumer has something to check, as a stranger would.
 * @throws {UsageError} `ERR_NO_SECRET`, `ERR_NO_VERIFY_TOKEN`
 */
export function handshakeTrials(
  provider: Provider,
  handshake: Handshake,
  options: TrialOptions,
): HandshakeTrial[] {
  const { name } = handshake;
  const { randomBytes } = options;
  const scheme = provider.signature.value;
  const trial = (variant: TrialVariant, changes: Partial<TrialOptions>): HandshakeTrial => {
    const { request, judge } = renderHandshake(provider, handshake, { ...options, ...changes });
    return { name, variant, request, judge: variant === 'proper' ? judge : judgeRefusal(handshake, variant) };
  };
  return [
    trial('proper', {}),
    ...(handshake.signed && scheme.kind !== 'none'
      ? [trial('wrong-signature', { secret: randomSecret(scheme, randomBytes) })]
      : []),
    ...(boundNames(handshake).has('verifyToken')
      ? [trial('wrong-token', { verifyToken: `${options.verifyToken ?? ''}-another` })]
      : []),
  ];
}

const UNCHECKED = {
  'wrong-signature': 'without checking the signature',
  'wrong-token': 'without checking the token',
} as const;

/** Providers that say how they want a stranger refused may well try it. */
function judgeRefusal(
  { refuse }: Handshake,
  variant: 'wrong-signature' | 'wrong-token',
): (answer: GivenAnswer) => HandshakeVerdict {
  return ({ status }) => {
    const problem = problemWith(status);
    return { ok: problem === null, problem, notes: [] };
  };

  function problemWith(status: number): string | null {
    if (status < 300) return `it answers ${status} ${UNCHECKED[variant]}`;
    if (status < 400) return `it redirects with ${status} instead of refusing`;
    if (status >= 500) return `it fails with ${status} instead of refusing`;
    const isDue = variant !== 'wrong-signature' || refuse === undefined || status === refuse;
    return isDue ? null : `it refuses with ${status}, and ${refuse} is due`;
  }
}
