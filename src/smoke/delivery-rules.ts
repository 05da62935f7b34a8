import { formatDuration } from '../model/duration.ts';
import { randomToken } from '../model/id.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import type { Message } from '../forge/message.ts';
import { parseJsonBody } from '../providers/identify.ts';
import { describeSuccess, type Provider } from '../providers/provider.ts';
import { withType } from './alter-event.ts';
import { failed, passed, skipped, warned } from '../model/check.ts';
import { saw, whyNot, type RuleFinding } from './judge.ts';
import type { Ground, Rule } from './rule.ts';
import type { Exchange } from './session.ts';

const UNKNOWN_TYPE = 'zz.unknown';
const AT_ONCE = 20;
/** Below this nobody minds, and a busy machine makes more of a difference than the app. */
const LEAST_NOTICEABLE_MS = 50;
const DUPLICATES =
  'a provider delivers at least once: remember the ids of processed events, and answer a duplicate like the first';

/** How an app takes deliveries that are correct and still not quite the usual. */
export const deliveryRules: readonly Rule[] = [
  { id: 'R08', title: `answers ${AT_ONCE} requests at once`, isDefault: false, look: lookParallel },
  {
    id: 'R09',
    title: 'acknowledges an event that comes twice in a row',
    isDefault: true,
    look: async (ground) => {
      const { session, eventType } = ground;
      const request = await session.forge(eventType);
      const once = await session.send(request, eventType);
      if (!ground.takes(once)) return judge(once, ground);
      return judge(await session.send(request, eventType), ground, DUPLICATES);
    },
  },
  {
    id: 'R10',
    title: 'acknowledges an event that comes again later',
    isDefault: true,
    look: async (ground) =>
      judge(await ground.session.send(ground.first.request, ground.eventType), ground, DUPLICATES),
  },
  {
    id: 'R11',
    title: 'acknowledges an event type it does not know',
    isDefault: true,
    look: lookUnknown,
  },
  {
    id: 'R18',
    title: 'takes a retry after it failed',
    isDefault: false,
    look: async () =>
      skipped('nothing outside an app can make it fail; R09 and R10 send what a retry would send'),
  },
  {
    id: 'R22',
    title: 'finds headers whatever case their names have',
    isDefault: false,
    look: async (ground) => {
      const request = await ground.session.forge(ground.eventType, {
        alter: (request) => ({
          ...request,
          headers: request.headers.map(([name, value]) => [name.toLowerCase(), value]),
        }),
      });
      return judge(
        await ground.session.send(request, ground.eventType),
        ground,
        'names of headers have no case: HTTP/2 and most proxies send them in lower case',
      );
    },
  },
  {
    id: 'R24',
    title: 'acknowledges an update that comes before its creation',
    isDefault: false,
    look: lookOutOfOrder,
  },
];

/** A hint of the rule's own stands for refusals; what else went wrong speaks for itself. */
function judge(exchange: Exchange, { session, takes }: Ground, hint?: string): RuleFinding {
  if (takes(exchange)) return passed();
  const { status } = exchange;
  const isOwn = hint !== undefined && status !== null && status !== 429;
  return failed(
    saw(exchange, describeSuccess(session.subject.provider.success.value)),
    isOwn ? hint : whyNot(exchange, session.subject),
  );
}

async function lookUnknown(ground: Ground): Promise<RuleFinding> {
  const { session, eventType } = ground;
  let isMade = true;
  const request = await session.forge(eventType, {
    edit: (message) => {
      const unknown = withType(message, UNKNOWN_TYPE);
      isMade = unknown !== null;
      return unknown ?? message;
    },
  });
  if (!isMade)
    return skipped(`${session.subject.provider.name} names no event type that could be another one`);
  return judge(
    await session.send(request, UNKNOWN_TYPE),
    ground,
    'acknowledge what you do not handle: providers add event types, and disable endpoints that fail',
  );
}

async function lookParallel({ session, eventType, takes, usualMs }: Ground): Promise<RuleFinding> {
  const { provider } = session.subject;
  const requests = await Promise.all(Array.from({ length: AT_ONCE }, () => session.forge(eventType)));
  const exchanges = await Promise.all(requests.map((request) => session.send(request, eventType)));
  const missed = exchanges.filter((exchange) => !takes(exchange));
  if (missed.length > 0) {
    const seen = saw(missed[0]!, describeSuccess(provider.success.value));
    return failed(
      `${missed.length} of ${AT_ONCE} were not acknowledged: ${seen}`,
      whyNot(missed[0]!, session.subject),
    );
  }
  const durations = exchanges.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const nearlyAll = durations[Math.ceil(durations.length * 0.95) - 1]!;
  const message = `95 % within ${formatDuration(nearlyAll)}, ${formatDuration(usualMs)} when alone`;
  return nearlyAll < 3 * Math.max(usualMs, LEAST_NOTICEABLE_MS)
    ? passed(message)
    : warned(message, 'answer once the event is safe in a queue, and do the work afterwards');
}

async function lookOutOfOrder(ground: Ground): Promise<RuleFinding> {
  const { session } = ground;
  const { provider } = session.subject;
  const pair = createdAndLater(provider);
  if (pair === null) return skipped(`${provider.name} has no event type that tells of a creation`);
  const token = randomToken(12, session.tools.randomBytes);
  const [created, later] = pair;
  for (const eventType of [later, created]) {
    const request = await session.forge(eventType, { edit: (message) => withResource(message, token) });
    const exchange = await session.send(request, eventType);
    if (ground.takes(exchange)) continue;
    const finding = judge(
      exchange,
      ground,
      'order is not promised: take what comes early, or fetch what is missing',
    );
    return { ...finding, message: `${eventType}: ${finding.message}` };
  }
  return passed();
}

/** `deal.created`, and what happens to a deal later; or `orders/create`, `channel_created` and the like. */
export function createdAndLater({ events }: Pick<Provider, 'events'>): readonly [string, string] | null {
  const names = events.map(({ name }) => name);
  for (const created of names) {
    const kind = /^(.+[^a-z])creat(?:ed?|ion)$/i.exec(created)?.[1];
    if (kind === undefined) continue;
    const later =
      names.find((name) => name.startsWith(kind) && /^updated?$/i.test(name.slice(kind.length))) ??
      names.find((name) => name.startsWith(kind) && name !== created);
    if (later !== undefined) return [created, later];
  }
  return null;
}

/** The same event about a resource that nobody knows. */
function withResource(message: Message, token: string): Message {
  const { data } = message.provider.envelope.value;
  const tree = parseJsonBody(message.body);
  const resource = valueAt(tree, data);
  // A form, or a list, has no id of its own.
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource)) return message;
  const key = Object.keys(resource).find((name) => /^id$|_id$|Id$/.test(name));
  if (key === undefined) return message;
  const path = data === '' ? [key] : [...parseJsonPath(data), key];
  return { ...message, body: written(setAt(tree, path, `smoke_${token}`)) };
}

function written(tree: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(tree));
}
