import { parseJsonBody } from '../providers/identify.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { describeSuccess } from '../providers/provider.ts';
import { failed, passed, warned } from '../model/check.ts';
import {
  BY_RATE_LIMIT,
  isAccepted,
  isRefused,
  judgeRefused,
  saw,
  whyNot,
  type RuleFinding,
} from './judge.ts';
import type { Ground, Rule } from './rule.ts';
import { whereBodyIsSigned, whereJsonIsSigned, whereSigned, whereTimeIsSigned } from './applies.ts';
import { malformedRequests } from './malformed.ts';
import { sendInTurn, type Exchange, type Session } from './session.ts';

const RAW_BODY =
  'it verifies a body that was parsed and written again: verify the raw bytes, as from express.raw(), ' +
  "Fastify's addContentTypeParser with parseAs: 'buffer', or await request.text()";

const VERIFY_RAW = 'it does not verify: compute the signature over the raw bytes of the body, and compare';

/** Whether an app verifies signatures, and verifies them well. */
export const signatureRules: readonly Rule[] = [
  {
    id: 'R02',
    title: 'refuses a request without a signature',
    isDefault: true,
    needsSecret: true,
    applies: whereSigned,
    look: async ({ session, eventType }) => {
      const request = await session.forge(eventType, { breakage: 'missing-header' });
      const exchange = await session.send(request, eventType);
      const finding = judgeRefused(exchange, 'it does not verify: refuse what has no signature with 401');
      // Nothing was accepted, though the answer is not the right one.
      return finding.status !== 'failed' || finding.isAccepted === true
        ? finding
        : { ...finding, status: 'warned' };
    },
  },
  {
    id: 'R03',
    title: 'refuses a body with one byte changed',
    isDefault: true,
    needsSecret: true,
    applies: whereBodyIsSigned,
    look: async ({ session, eventType }) =>
      judgeRefused(
        await session.send(await session.forge(eventType, { breakage: 'body' }), eventType),
        'it does not verify the body: compute the signature over all its bytes and compare',
      ),
  },
  {
    id: 'R04',
    title: 'refuses a signature made with another secret',
    isDefault: true,
    needsSecret: true,
    applies: whereSigned,
    look: async ({ session, eventType }) =>
      judgeRefused(
        await session.send(await session.forge(eventType, { breakage: 'wrong-secret' }), eventType),
        'it does not verify: compare the signature with the one that your secret makes',
      ),
  },
  {
    id: 'R05',
    title: 'refuses malformed signatures',
    isDefault: true,
    needsSecret: true,
    applies: whereSigned,
    look: lookMalformed,
  },
  {
    id: 'R06',
    title: 'verifies the body as it came, byte for byte',
    isDefault: true,
    needsSecret: true,
    applies: whereJsonIsSigned,
    look: lookRaw,
  },
  {
    id: 'R25',
    title: 'refuses what was signed an hour ago',
    isDefault: false,
    isDefaultWhereApplies: true,
    needsSecret: true,
    applies: whereTimeIsSigned,
    look: lookStale,
  },
];

async function lookMalformed({ session, eventType }: Ground): Promise<RuleFinding> {
  const wrong = malformedRequests(session.subject.provider, await session.forge(eventType));
  const exchanges = await sendInTurn(wrong, ({ request }) => session.send(request, eventType));
  return judgeMalformed(
    wrong.map(({ name }) => name),
    exchanges,
  );
}

/** Pure. There may be fewer exchanges than names, where the app hung. */
function judgeMalformed(names: readonly string[], exchanges: readonly Exchange[]): RuleFinding {
  const bad = exchanges.flatMap((exchange, index) =>
    isRefused(exchange) && exchange.status !== 429 ? [] : [{ name: names[index]!, exchange }],
  );
  if (bad.length === 0) return passed();
  if (bad.every(({ exchange }) => exchange.status === 429)) {
    return warned(saw(bad[0]!.exchange, '4xx for a bad signature'), BY_RATE_LIMIT);
  }
  const list = bad.map(({ name, exchange }) => `${name} (${exchange.status ?? exchange.error?.message})`);
  const excerpt = bad.find(({ exchange }) => exchange.excerpt !== '')?.exchange.excerpt;
  return failed(
    `not refused with 4xx: ${list.join(', ')}${excerpt === undefined ? '' : `: ${excerpt}`}`,
    bad.some(({ exchange }) => isAccepted(exchange))
      ? 'it accepts what is no signature: refuse whatever does not match with 401'
      : 'crypto.timingSafeEqual throws where lengths differ: compare the lengths first, and answer 401',
  );
}

/** What no consumer takes that verifies: the same notation, signed with another secret. */
function forgeForeign(session: Session, eventType: string): Promise<OutgoingRequest> {
  return session.forge(eventType, { payload: { stressJson: true }, breakage: 'wrong-secret' });
}

/** Where that is taken too, nothing was verified, neither the bytes as they came nor others. */
function judgeTaken(foreign: Exchange): RuleFinding {
  if (!isAccepted(foreign)) return passed();
  const expected = '4xx for a signature made with another secret';
  return { ...failed(saw(foreign, expected), VERIFY_RAW), isAccepted: true };
}

/**
 * JSON in a notation that no parser and serialiser gives back. It has one more member in its resource, so what refuses that
 * is told apart from what does not verify the raw bytes, by the same event without it, merely indented.
 */
async function lookRaw({ session, eventType, takes }: Ground): Promise<RuleFinding> {
  const { subject } = session;
  const expected = describeSuccess(subject.provider.success.value);
  const unusual = await session.send(
    await session.forge(eventType, { payload: { stressJson: true } }),
    eventType,
  );
  if (takes(unusual))
    return judgeTaken(await session.send(await forgeForeign(session, eventType), eventType));
  if (unusual.status === 429) return warned(saw(unusual, expected), BY_RATE_LIMIT);
  const indented = await session.send(
    await session.forge(eventType, {
      edit: (message) => ({
        ...message,
        body: Buffer.from(JSON.stringify(parseJsonBody(message.body), null, 2)),
      }),
    }),
    eventType,
  );
  if (takes(indented)) {
    return warned(
      `the raw bytes are verified, but one more member in the resource was not taken: ${saw(unusual, expected)}`,
      'ignore what you do not know: providers add members without notice',
    );
  }
  return failed(saw(unusual, expected), isRefused(unusual) ? RAW_BODY : whyNot(unusual, subject));
}

/** A request as somebody would send it again who has read it: signed right, an hour ago. */
async function lookStale({ session, eventType }: Ground): Promise<RuleFinding> {
  const request = await session.forge(eventType, { breakage: 'timestamp' });
  return judgeRefused(
    await session.send(request, eventType),
    'it takes what was signed an hour ago, so whoever reads a request can send it again: compare the signed timestamp with the time, and refuse what is older than a few minutes',
  );
}
