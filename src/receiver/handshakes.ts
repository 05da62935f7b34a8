import { cloudEvents } from '../handshake/cloud-events.ts';
import { matchAmong, type HandshakeContext, type HandshakeMatch } from '../handshake/match.ts';
import { recognizeHandshake } from '../handshake/recognize.ts';
import type { CaptureAnswer } from '../model/capture.ts';
import type { RawRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Provider } from '../providers/provider.ts';
import type { Answer } from './answer.ts';
import { publicUrls, type InspectSettings } from './inspect.ts';

export interface HandshakeSettings {
  /** Whether handshakes are answered here, and not by an app or a script; asked for each. */
  readonly answers: () => boolean;
  /** The token that was agreed on with providers that send one along; any is taken where there is none. */
  readonly verifyToken?: string | undefined;
}

/** A request that is a handshake. */
export interface ReceivedHandshake {
  /** As its provider calls it. */
  readonly name: string;
  /** Null where several providers send the same. */
  readonly provider: Provider | null;
  readonly isSigned: boolean;
  /** The secret that it hands over. */
  readonly secret: string | null;
  /** What it is answered; null where that is for somebody else. */
  readonly answer: Answer | null;
  /** What to say of how an app answered it. */
  readonly remarksOn: (status: number, kept: CaptureAnswer | null) => readonly string[];
}

export type HandshakeFinder = (
  request: RawRequest,
  provider: Provider | null,
  now: number,
) => ReceivedHandshake | null;

/** Tells handshakes from deliveries. Cheap for those: most providers have none, and most requests begin otherwise. */
export function createHandshakeFinder(
  settings: Pick<InspectSettings, 'providers' | 'secretsFor' | 'publicUrl'>,
  { answers, verifyToken }: HandshakeSettings,
): HandshakeFinder {
  return (request, provider, now) => {
    if (provider !== null && provider.handshakes.length === 0 && request.method !== 'OPTIONS') return null;
    const contextOf = (sender: Provider): HandshakeContext => ({
      secrets: settings.secretsFor(sender.id),
      verifyToken,
      now,
      urls: publicUrls(sender, request, settings),
    });
    if (provider !== null) {
      const match = matchAmong(provider.handshakes, provider, request, () => contextOf(provider));
      if (match !== null) return received(match, [provider], answers());
    } else {
      const recognized = recognizeHandshake(settings.providers, request, contextOf);
      if (recognized !== null) return received(recognized.match, recognized.senders, answers());
    }
    if (request.method !== 'OPTIONS') return null;
    const match = matchAmong([cloudEvents], null, request, () => NO_SECRETS);
    return match === null ? null : received(match, [], answers());
  };

  function received(match: HandshakeMatch, senders: readonly Provider[], isOurs: boolean): ReceivedHandshake {
    const { name, signed } = match.handshake;
    const title = senders.length === 0 ? name : `${senders.map((one) => one.name).join(' or ')}'s ${name}`;
    return {
      name,
      provider: senders.length === 1 ? senders[0]! : null,
      isSigned: signed,
      secret: match.secret,
      answer: isOurs ? asAnswer(match, (verdict) => told(match, title, verdict)) : null,
      remarksOn: (status, kept) => (isOurs ? [] : remarksOnApp(match, title, status, kept)),
    };
  }
}

/** An app's answer is not changed, so its sender tells of it too; here it is said why. */
function remarksOnApp(
  { refused, judge }: HandshakeMatch,
  title: string,
  status: number,
  kept: CaptureAnswer | null,
): readonly string[] {
  if (refused !== null)
    return status < 300 ? [`the app answers ${title} with ${status}, though ${refused}`] : [];
  if (kept === null || kept.truncated) return [];
  const { problem } = judge({ status, ...kept });
  return problem === null ? [] : [`the app's answer to ${title} will not do: ${problem}`];
}

const NO_SECRETS: HandshakeContext = { secrets: [] };

/** What is said of a bad signature anyway is not said again. */
function told({ refused, notes }: HandshakeMatch, title: string, verdict: Verdict | null): readonly string[] {
  if (refused === null) return [`answered ${title}`, ...notes];
  return [verdict?.message === refused ? `refused ${title}` : `refused ${title}: ${refused}`];
}

function asAnswer(
  { answer }: HandshakeMatch,
  remarks: (verdict: Verdict | null) => readonly string[],
): Answer {
  const length = [['Content-Length', String(answer.body.length)] as const];
  return {
    kind: 'response',
    status: answer.status,
    headers: [...answer.headers, ...(answer.status === 204 ? [] : length)],
    body: answer.body,
    remarks,
  };
}
