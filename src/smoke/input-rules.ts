import { WebhookError } from '../errors.ts';
import type { Message } from '../forge/message.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Location } from '../providers/provider.ts';
import { failed, passed, warned } from '../model/check.ts';
import { padded } from './alter-event.ts';
import { whereSigned } from './applies.ts';
import {
  contentTypeOf,
  isAccepted,
  isRefused,
  judgeRefused,
  saw,
  whyNot,
  type RuleFinding,
} from './judge.ts';
import type { Ground, Rule } from './rule.ts';
import { withoutOthers } from './malformed.ts';
import { sendInTurn, type Session } from './session.ts';

const LARGE = 100 * 1024 + 1;

/** What an app makes of input that is not right, or out of the ordinary. None of it is looked at unless asked for. */
export const inputRules: readonly Rule[] = [
  {
    id: 'R12',
    title: 'answers signed but invalid payloads without a server error',
    isDefault: false,
    look: lookInvalid,
  },
  {
    id: 'R19',
    title: 'answers 401 to a bad signature and 400 to a bad payload',
    isDefault: false,
    needsSecret: true,
    applies: whereSigned,
    look: async ({ session, eventType }) => {
      const unsigned = await session.send(
        await session.forge(eventType, {
          breakage: 'signature',
          alter: (request) => withoutOthers(session.subject.provider, request),
        }),
        eventType,
      );
      const payload = await forgeOrNull(session, eventType, Buffer.from('{}'));
      const empty = payload === null ? null : await session.send(payload, eventType);
      const seen = [
        ...(unsigned.status === 401 ? [] : [`bad signature: ${saw(unsigned, '401')}`]),
        ...(empty === null || empty.status === 400 || empty.status === 422
          ? []
          : [`empty payload: ${saw(empty, '400')}`]),
      ];
      if (seen.length === 0) return passed();
      return warned(seen.join('; '), 'the right status tells the provider, and your logs, what is wrong');
    },
  },
  {
    id: 'R20',
    title: 'takes nothing but POST',
    isDefault: false,
    look: async ({ session, eventType }) => {
      for (const method of ['GET', 'PUT']) {
        const request = await session.forge(eventType, {
          alter: (right) => ({ ...right, method, body: method === 'GET' ? Buffer.alloc(0) : right.body }),
        });
        const finding = judgeRefused(await session.send(request, eventType), 'let the route take POST only');
        if (finding.status === 'passed') continue;
        return { ...finding, message: `${method}: ${finding.message}`, hint: 'let the route take POST only' };
      }
      return passed();
    },
  },
  {
    id: 'R21',
    title: 'refuses the content type text/plain',
    isDefault: false,
    look: async ({ session, eventType }) => {
      const request = await session.forge(eventType, { headers: [['Content-Type', 'text/plain']] });
      const exchange = await session.send(request, eventType);
      const hint = `answer 415 to what is not called ${contentTypeOf(session.subject.provider)}`;
      const finding = judgeRefused(exchange, '');
      if (finding.status !== 'failed') return finding;
      // What is signed may be read as JSON whatever it is called; a crash is another matter.
      return isAccepted(exchange) ? warned(finding.message, hint) : { ...finding, hint };
    },
  },
  { id: 'R23', title: 'answers a body of more than 100 KiB', isDefault: false, look: lookLarge },
];

/** Bodies that are signed and yet no event, each named for what is wrong with it. */
function invalidPayloads(message: Message): readonly (readonly [name: string, body: Uint8Array])[] {
  const { type, id, time, data } = message.provider.envelope.value;
  if (message.provider.body === 'form') return invalidForms(message);
  const tree = (): unknown => parseJsonBody(message.body);
  const pathOf = (locations: readonly Location[]): string | undefined =>
    locations
      .flatMap((location) => ('body' in location ? [location.body] : []))
      .find((path) => valueAt(tree(), path) !== undefined);
  const timePath = pathOf(time);
  const dataPath = data === '' ? undefined : data;
  const changed = (path: string, value: unknown): Uint8Array =>
    Buffer.from(JSON.stringify(setAt(tree(), parseJsonPath(path), value)));
  const missing = [pathOf(type), pathOf(id), timePath, dataPath]
    .filter((path) => path !== undefined)
    // JSON.stringify leaves out what is undefined.
    .map((path) => [`without ${path}`, changed(path, undefined)] as const);
  return [
    ...missing,
    ...(timePath === undefined ? [] : [[`${timePath} is no time`, changed(timePath, 'yesterday')] as const]),
    ...(dataPath === undefined ? [] : [[`${dataPath} is an array`, changed(dataPath, [])] as const]),
    ['an empty object', Buffer.from('{}')],
    ['null', Buffer.from('null')],
    ['not JSON', Buffer.from('{"cut')],
    ['no body', Buffer.alloc(0)],
  ];
}

function invalidForms({ provider, body }: Message): readonly (readonly [name: string, body: Uint8Array])[] {
  const { type, id } = provider.envelope.value;
  const names = new URLSearchParams(Buffer.from(body).toString());
  const without = [...type, ...id]
    .flatMap((location) => ('form' in location && names.has(location.form) ? [location.form] : []))
    .map((name) => {
      const rest = new URLSearchParams(names);
      rest.delete(name);
      return [`without ${name}`, Buffer.from(rest.toString())] as const;
    });
  return [
    ...without,
    ['JSON', Buffer.from('{}')],
    ['no form', Buffer.from('%')],
    ['no body', Buffer.alloc(0)],
  ];
}

async function lookInvalid({ session, eventType }: Ground): Promise<RuleFinding> {
  let cases: readonly (readonly [string, Uint8Array])[] = [];
  await session.forge(eventType, {
    edit: (message) => {
      cases = invalidPayloads(message);
      return message;
    },
  });
  const requests: { readonly name: string; readonly request: OutgoingRequest }[] = [];
  for (const [name, body] of cases) {
    const request = await forgeOrNull(session, eventType, body);
    if (request !== null) requests.push({ name, request });
  }
  const exchanges = await sendInTurn(requests, ({ request }) => session.send(request, eventType));
  const bad = exchanges.flatMap(({ status, error }, index) =>
    status !== null && status < 500 ? [] : [`${requests[index]!.name} (${status ?? error?.message})`],
  );
  if (bad.length === 0) return passed();
  return failed(
    `failed on ${bad.join(', ')}`,
    'validate before use, and answer 400: after a 5xx a provider only sends the same again',
  );
}

/** Null for a body that cannot hold the signature that belongs in it. */
async function forgeOrNull(
  session: Session,
  eventType: string,
  body: Uint8Array,
): Promise<OutgoingRequest | null> {
  try {
    return await session.forge(eventType, { edit: (message) => ({ ...message, body }) });
  } catch (error) {
    if (error instanceof WebhookError && error.code === 'ERR_UNSIGNABLE') return null;
    throw error;
  }
}

async function lookLarge({ session, eventType, takes }: Ground): Promise<RuleFinding> {
  const request = await session.forge(eventType, { edit: (message) => padded(message, LARGE) });
  const exchange = await session.send(request, eventType);
  const { status } = exchange;
  if (takes(exchange) || status === 413) return passed(`answered ${status}`);
  const message = saw(exchange, 'an acknowledgement or 413');
  return isRefused(exchange)
    ? warned(message, 'answer 413 to what is too large')
    : failed(message, whyNot(exchange, session.subject) ?? 'answer 413 to what is too large');
}
