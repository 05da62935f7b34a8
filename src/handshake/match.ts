import { createHash } from 'node:crypto';
import type { Handshake } from '../providers/handshake.ts';
import type { Provider } from '../providers/provider.ts';
import { verifyRequest } from '../providers/signatures.ts';
import { equalDigests } from '../signing/digest.ts';
import type { Secret } from '../signing/scheme.ts';
import type { SignedRequest } from '../signing/signed-request.ts';
import { fillAnswer, type FilledAnswer } from './answer.ts';
import { judgeAnswer, type GivenAnswer, type HandshakeVerdict } from './judge.ts';
import { fillPattern, type Values } from './pattern.ts';
import { bindRequest } from './request.ts';

/** What a receiver knows of itself. */
export interface HandshakeContext {
  readonly secrets: readonly Secret[];
  /** The token that was agreed on with the provider; any is taken where there is none. */
  readonly verifyToken?: string | undefined;
  /** When the request came, in milliseconds since the Unix epoch. */
  readonly now?: number | undefined;
  /** The URLs that the sender may have used. */
  readonly urls?: readonly string[] | undefined;
}

/** A request that is a handshake, and what it is answered. */
export interface HandshakeMatch {
  readonly handshake: Handshake;
  /** What the provider made up, by the names in the record. */
  readonly values: ReadonlyMap<string, string>;
  readonly answer: FilledAnswer;
  /** Why it is refused, in a sentence; null where it is answered as the provider wants it. */
  readonly refused: string | null;
  /** The secret that it hands over. */
  readonly secret: string | null;
  /** What could not be checked, one sentence each. */
  readonly notes: readonly string[];
  /** Whether the provider would take another's answer to it. */
  readonly judge: (answer: GivenAnswer) => HandshakeVerdict;
}

/** The handshake of a provider that a request is, or null where it is none. Never throws. */
export function matchHandshake(
  provider: Provider,
  request: SignedRequest,
  context: HandshakeContext,
): HandshakeMatch | null {
  return matchAmong(provider.handshakes, provider, request, () => context);
}

/**
 * The same for handshakes that need not be a provider's; signed ones need one. What a receiver knows of itself is only asked for
 * where one of them fits.
 */
export function matchAmong(
  handshakes: readonly Handshake[],
  provider: Provider | null,
  request: SignedRequest,
  context: () => HandshakeContext,
): HandshakeMatch | null {
  for (const handshake of handshakes) {
    const values = bindRequest(handshake, request);
    if (values !== null) return settle(handshake, values, provider, request, context());
  }
  return null;
}

/** A receiver that lacks what it needs to answer is at fault, not the sender. */
const CANNOT_ANSWER = 500;
const REFUSED = 401;

function settle(
  handshake: Handshake,
  values: ReadonlyMap<string, string>,
  provider: Provider | null,
  request: SignedRequest,
  context: HandshakeContext,
): HandshakeMatch {
  const notes: string[] = [];
  let secret: Secret | null = context.secrets[0] ?? null;
  const known = (): Values => knownValues(values, { secret, verifyToken: context.verifyToken });
  const told = (
    refused: string | null,
    answer: FilledAnswer,
    handed: string | null = null,
  ): HandshakeMatch => ({
    handshake,
    values,
    answer,
    refused,
    secret: handed,
    notes: refused === null ? notes : [],
    judge: (given) => judgeAnswer(handshake, known(), given),
  });
  const refuse = (reason: string, status = handshake.refuse ?? REFUSED): HandshakeMatch =>
    told(reason, { status, headers: [], body: new Uint8Array() });

  if (handshake.signed && provider !== null) {
    const verdict = verifyRequest(provider, request, context.secrets, context);
    if (verdict.reason === 'no-secret' && context.secrets.length === 0) {
      notes.push('its signature was not checked, for lack of a secret (--secret)');
    } else if (!verdict.ok) return refuse(verdict.message);
    secret = context.secrets[verdict.secretIndex ?? 0] ?? null;
  }
  const token = values.get('verifyToken');
  if (token !== undefined) {
    if (context.verifyToken === undefined) {
      notes.push('its verify token was not compared: there is none to compare with (--verify-token)');
    } else if (!isEqual(token, context.verifyToken)) return refuse('its verify token is another one');
  }
  const given = values.get('secret');
  if (given !== undefined && context.secrets.length > 0) {
    const own = context.secrets.filter((one) => isEqual(given, one));
    if (own.length === 0) return refuse('the secret in it is another one');
    secret = own[0]!;
  }

  const answer = fillAnswer(handshake.respond, known());
  if ('missing' in answer) {
    return refuse(`it cannot be answered without ${nameOf(answer.missing)}`, CANNOT_ANSWER);
  }
  const handed = handshake.secret === undefined ? null : fillPattern(handshake.secret, known());
  return told(null, answer, handed !== null && 'text' in handed ? handed.text : null);
}

/** What the names of a record stand for. */
export function knownValues(
  values: ReadonlyMap<string, string>,
  { secret, verifyToken }: { readonly secret: Secret | null; readonly verifyToken?: string | undefined },
): Values {
  return {
    secret,
    valueOf: (name) =>
      values.get(name) ??
      (name === 'secret' && secret !== null
        ? Buffer.from(secret).toString()
        : name === 'verifyToken'
          ? verifyToken
          : undefined),
  };
}

function nameOf(missing: string): string {
  return missing === 'secret' ? 'the secret (--secret)' : missing;
}

/** In time that says nothing of where they differ. */
function isEqual(one: Secret, other: Secret): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return equalDigests(left!, right!);
}
