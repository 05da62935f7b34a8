import { makeAttempt } from '../engine/attempt.ts';
import { UsageError } from '../errors.ts';
import { BREAKAGES, type Breakage } from '../forge/break.ts';
import { renderMessage, renderRequest } from '../forge/forge.ts';
import type { Message } from '../forge/message.ts';
import { curlCommand } from '../forge/print.ts';
import type { Route } from '../http/router.ts';
import { attemptJson } from '../json/attempt.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { parseTarget } from '../model/target.ts';
import type { Secret } from '../signing/scheme.ts';
import type { Forged } from './contract.ts';
import { needText, readFields, readFlag, readHeaders, readText, type Fields } from './input.ts';
import { findProvider } from './providers.ts';
import type { Handler, InspectorTools } from './tools.ts';

interface Rendered {
  readonly message: Message;
  readonly request: OutgoingRequest;
  readonly signedWith: Forged['signedWith'];
}

export function sendingRoutes(tools: InspectorTools): Route<Handler>[] {
  const { sender, clock } = tools;
  return [
    {
      method: 'POST',
      path: '/api/forge',
      target: async ({ json }) => {
        const { message, request, signedWith } = await render(tools, readFields(json));
        const { method, url, headers, body } = request;
        return {
          request: { method, url, headers, bodySize: body.length },
          eventType: message.eventType,
          eventId: message.eventId,
          signedWith,
          curl: curlCommand(request),
        } satisfies Forged;
      },
    },
    {
      method: 'POST',
      path: '/api/send',
      target: async ({ json, gone }) => {
        const { message, request } = await render(tools, readFields(json));
        const { provider, eventType, eventId } = message;
        const success = provider.success.value;
        const attempt = await makeAttempt(
          request,
          { number: 1, trigger: 'manual', provider: provider.id, eventType, messageId: eventId, success },
          { sender, clock },
          { timeoutMs: provider.timeoutMs.value, signal: gone },
        );
        return { attempt: attemptJson(attempt) };
      },
    },
  ];
}

/** The request that the page's fields describe. Its body is the text as it was typed, byte for byte. */
async function render(tools: InspectorTools, fields: Fields): Promise<Rendered> {
  const { clock, randomBytes } = tools;
  const provider = findProvider(tools, needText(fields, 'provider'));
  const body = readText(fields, 'body');
  if (body === undefined) throw new UsageError('body is missing');
  const world = { now: clock.now(), randomBytes };
  const headers = readHeaders(fields, 'headers') ?? [];
  const payload = { data: Buffer.from(body), headers };
  const message = await renderMessage(provider, readText(fields, 'type'), payload, world);
  const { secret, signedWith } = chooseSecret(tools, fields, provider.id);
  const options = {
    url: parseTarget(needText(fields, 'to'), 'the target').href,
    secret,
    headers,
    breakage: readBreakage(fields),
    // The page begins with an example, which may stand there for a while.
    keepsTime: false,
  };
  return { message, request: renderRequest(message, options, world), signedWith };
}

/** Without a secret the request goes unsigned, and the answer says so. */
function chooseSecret(
  { secretsFor }: InspectorTools,
  fields: Fields,
  providerId: string,
): { readonly secret: Secret | null; readonly signedWith: Forged['signedWith'] } {
  if (readFlag(fields, 'unsigned') === true) return { secret: null, signedWith: null };
  const given = readText(fields, 'secret');
  if (given !== undefined && given !== '') return { secret: given, signedWith: 'given' };
  const [configured] = secretsFor(providerId);
  if (configured === undefined) return { secret: null, signedWith: null };
  return { secret: configured, signedWith: 'configured' };
}

function readBreakage(fields: Fields): Breakage | undefined {
  const name = readText(fields, 'break');
  if (name === undefined || name === '') return undefined;
  const known = BREAKAGES.find((breakage) => breakage === name);
  if (known === undefined) throw new UsageError(`break must be one of ${BREAKAGES.join(', ')}`);
  return known;
}
