import type { Sender } from '../engine/sender.ts';
import { renderMessage, renderRequest } from '../forge/forge.ts';
import type { Breakage } from '../forge/break.ts';
import type { AttemptResponse } from '../model/attempt.ts';
import { skipped, warned, type Check, type Finding } from '../model/check.ts';
import type { RandomBytes } from '../model/id.ts';
import type { OutgoingRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { mayBeUnsigned } from '../providers/signatures.ts';
import { signatureName } from '../signing/describe.ts';
import type { Secret } from '../signing/scheme.ts';
import { judgeAnswer, judgeClock, judgeDeadline, judgeNoAnswer, judgeWrongSignature } from './answer.ts';
import {
  checkCertificate,
  checkHttps,
  checkReachable,
  checkResolves,
  checkUrl,
  type NetworkTools,
} from './connection.ts';
import { examine } from './examination.ts';

export interface App {
  readonly url: string;
  /** Null where nobody said who would send. */
  readonly provider: Provider | null;
  readonly secret: Secret | null;
}

export interface UrlTools extends NetworkTools {
  readonly sender: Pick<Sender, 'send'>;
  readonly randomBytes: RandomBytes;
}

interface Answered {
  readonly response: AttemptResponse;
  readonly durationMs: number;
  readonly receivedAt: number;
}

const NO_PROVIDER = skipped('it depends on the provider', 'name it with --provider');

/** Why webhooks do not arrive at an app, from its URL up to its signature check. Each step is bounded by the time-out. */
export async function examineUrl(app: App, tools: UrlTools): Promise<readonly Check[]> {
  const { provider, secret } = app;
  let url = new URL('http://localhost/');
  let addresses: readonly string[] = [];
  let address = '';
  let answered: Answered | null = null;
  let isAccepted = false;

  return examine(
    [
      {
        id: 'url',
        title: 'the URL makes sense',
        run: () => {
          const checked = checkUrl(app.url);
          url = checked.url ?? url;
          return checked.finding;
        },
      },
      {
        id: 'resolves',
        title: 'its host has an address that providers can reach',
        needs: ['url'],
        run: async () => {
          const checked = await checkResolves(url, tools);
          addresses = checked.addresses;
          return checked.finding;
        },
      },
      {
        id: 'reachable',
        title: 'something listens there',
        needs: ['resolves'],
        run: async () => {
          const checked = await checkReachable(url, addresses, tools);
          address = checked.address ?? '';
          return checked.finding;
        },
      },
      {
        id: 'https',
        title: 'it is HTTPS where it has to be',
        needs: ['url'],
        run: () => checkHttps(url, provider),
      },
      {
        id: 'certificate',
        title: 'its certificate is trusted, in time, and for this host',
        needs: ['reachable'],
        run: () => checkCertificate(url, address, tools),
      },
      {
        id: 'answers',
        title: provider === null ? 'the app answers' : `the app accepts an event of ${provider.name}`,
        needs: ['reachable', 'certificate'],
        run: answers,
      },
      {
        id: 'deadline',
        title: 'it answers in time',
        needs: ['reachable', 'certificate'],
        run: deadline,
      },
      {
        id: 'signature',
        title: 'it tells a right signature from a wrong one',
        needs: ['answers'],
        run: signature,
      },
      {
        id: 'clock',
        title: 'its clock agrees with this one',
        needs: ['reachable', 'certificate'],
        run: () =>
          answered === null
            ? skipped('there was no answer')
            : judgeClock(answered.response, answered.receivedAt),
      },
    ],
    tools,
  );

  async function answers(): Promise<Finding> {
    const outcome = await send(await testEvent());
    if ('finding' in outcome) return outcome.finding;
    answered = outcome;
    const finding = judgeAnswer(outcome.response, { url, provider, isSigned: secret !== null });
    isAccepted = finding.status === 'passed';
    return finding;
  }

  function deadline(): Finding {
    if (provider === null) return NO_PROVIDER;
    return answered === null ? skipped('there was no answer') : judgeDeadline(answered.durationMs, provider);
  }

  async function signature(): Promise<Finding> {
    if (provider === null) return NO_PROVIDER;
    const { value: scheme } = provider.signature;
    if (scheme.kind === 'none') return skipped(`${provider.name} signs nothing`);
    if (secret === null) {
      if (!isAccepted || mayBeUnsigned(provider)) {
        return skipped(
          `no secret of ${provider.name} is known`,
          'give the one that the app has with --secret',
        );
      }
      return warned(
        'an event without any signature is accepted',
        `${provider.name} signs every event: check ${signatureName(scheme)}, then give the secret with --secret`,
      );
    }
    const outcome = await send(await testEvent('wrong-secret'));
    return 'finding' in outcome ? outcome.finding : judgeWrongSignature(outcome.response, provider);
  }

  async function testEvent(breakage?: Breakage): Promise<OutgoingRequest> {
    if (provider === null) {
      const headers = [['Content-Type', 'application/json']] as const;
      return { method: 'POST', url: url.href, headers, body: new TextEncoder().encode('{}') };
    }
    const world = { now: tools.clock.now(), randomBytes: tools.randomBytes };
    const message = await renderMessage(provider, provider.events[0]!.name, {}, world);
    return renderRequest(message, { url: url.href, secret, breakage }, world);
  }

  async function send(request: OutgoingRequest): Promise<Answered | { readonly finding: Finding }> {
    const { clock, timeoutMs, signal } = tools;
    const begun = clock.now();
    const outcome = await tools.sender.send(request, { timeoutMs, signal });
    if (outcome.kind === 'failure') return { finding: judgeNoAnswer(outcome.error) };
    const receivedAt = clock.now();
    return { response: outcome.response, durationMs: Math.max(0, receivedAt - begun), receivedAt };
  }
}
