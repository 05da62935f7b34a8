import { randomBytes } from 'node:crypto';
import { renderMessage, renderRequest } from '../../src/forge/forge.ts';
import { loadProvider } from '../../src/providers/index.ts';
import { verifyRequest } from '../../src/providers/signatures.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { URL_OF_THE_APP, type Referee, type SignedRequest } from './referee.ts';

/** A request of our making, signed as the referee wants it, with the time that it was made at. */
export async function forge(
  referee: Referee,
  eventType?: string,
): Promise<{ readonly request: SignedRequest; readonly now: number }> {
  const provider = await loadProvider(referee.provider);
  const now = Date.now();
  const context = { now, randomBytes };
  const { sends } = referee;
  const name = eventType ?? provider.events[0]!.name;
  const message =
    sends === undefined
      ? await renderMessage(provider, name, {}, context)
      : await renderMessage(provider, undefined, { data: Buffer.from(sends.body) }, context);
  const options = {
    url: URL_OF_THE_APP,
    secret: referee.keys.sign,
    ...(sends === undefined ? {} : { headers: sends.headers }),
    ...(referee.asks === undefined ? {} : { signature: referee.asks }),
  };
  return { request: renderRequest(message, options, context), now };
}

/** How we judge a request that came to its URL just now. */
export async function judge(
  referee: Referee,
  request: SignedRequest,
  key = referee.keys.verify,
): Promise<Verdict> {
  const { pathname, search } = new URL(request.url);
  const received = { ...request, path: pathname + search };
  const context = { now: Date.now(), urls: [request.url] };
  return verifyRequest(await loadProvider(referee.provider), received, [key], context);
}

/** The event types that a referee is shown. */
export async function eventTypesFor(referee: Referee): Promise<string[]> {
  const { events } = await loadProvider(referee.provider);
  return (referee.sends === undefined ? events : events.slice(0, 1)).map(({ name }) => name);
}
