// The captures of a made-up history: the same in every run, and those of a short history the first of a long one.
import { createId } from '../../dist/model/id.js';
import { pick, randomFrom, skewed } from './random.mjs';

const PROVIDERS = ['iverton', 'taskplatform', 'deiterate', 'filedgr', 'compliancely'];
const NOUNS = ['deal', 'contact', 'task', 'project', 'order', 'invoice', 'vault', 'file', 'check', 'report'];
const VERBS = ['updated', 'created', 'completed', 'deleted'];
const COMMON_PATHS = ['/hooks', '/webhooks/main', '/iverton', '/api/v2/events', '/integrations/crm/inbound'];
const REASONS = ['no-match', 'reserialized', 'missing-header', 'malformed-header', 'no-secret'];
const SYLLABLES = [
  'ba',
  'ce',
  'di',
  'fo',
  'gu',
  'ha',
  'je',
  'ki',
  'lo',
  'mu',
  'na',
  'pe',
  'ri',
  'so',
  'tu',
  'va',
];
const DAY = 86_400_000;
const WORDS_PER_BODY = 62;
/** One capture of so many holds a word that few others hold. */
const RARE_EVERY = 1_000;
const RARE_WORDS = 200;

export const DAYS = 30;
export const BEGAN = Date.UTC(2026, 0, 1);
/** Two nouns of each provider's, four verbs each: 40 event types. */
export const TYPES = Object.fromEntries(
  PROVIDERS.map((provider, index) => [
    provider,
    NOUNS.slice(index * 2, index * 2 + 2).flatMap((noun) => VERBS.map((verb) => `${noun}.${verb}`)),
  ]),
);
/** The commonest first. */
export const WORDS = Array.from({ length: 20_000 }, (_, rank) => word(rank));
export { COMMON_PATHS, PROVIDERS, REASONS };

const drawProvider = skewed(PROVIDERS);
const drawType = Object.fromEntries(PROVIDERS.map((provider) => [provider, skewed(TYPES[provider])]));
const drawPath = skewed(COMMON_PATHS);
const drawReason = skewed(REASONS);
const drawWord = skewed(WORDS);

/** A capture with what it was answered; `total` of them cover all of the time. */
export function historyRow(index, total) {
  const random = randomFrom(index);
  const receivedAt = BEGAN + Math.floor((index * DAYS * DAY) / total);
  const bytes = (size) => Uint8Array.from({ length: size }, () => random() * 256);
  const capture = random() < 0.02 ? visit(random) : event(index, receivedAt, random, bytes);
  return {
    capture: {
      id: createId('cap', receivedAt, bytes),
      receivedAt,
      remoteAddress: '127.0.0.1',
      ...capture,
    },
    response: {
      status: random() < 0.03 ? pick([500, 502, 503], random) : 200,
      durationMs: 1 + random() * 20,
    },
  };
}

/** What only every so many captures hold. */
export function rareWord(number) {
  return `needle${number % RARE_WORDS}`;
}

/** Not a webhook at all: someone who looked at the URL. */
function visit(random) {
  return {
    method: pick(['GET', 'GET', 'GET', 'HEAD', 'PUT'], random),
    path: pick(['/', '/favicon.ico', '/hooks', '/robots.txt'], random),
    provider: null,
    eventType: null,
    eventId: null,
    dedupeKey: null,
    verdict: null,
    headers: [
      ['Host', 'localhost:4400'],
      ['User-Agent', 'Mozilla/5.0'],
    ],
    body: new Uint8Array(),
  };
}

function event(index, receivedAt, random, bytes) {
  const provider = drawProvider(random);
  const type = drawType[provider](random);
  const id = createId('evt', receivedAt, bytes);
  const body = Buffer.from(JSON.stringify(payload(index, id, type, receivedAt, random)));
  const signature = Buffer.from(bytes(32)).toString('hex');
  return {
    method: 'POST',
    path: random() < 0.1 ? `/hooks/${id.slice(-12)}` : drawPath(random),
    provider,
    eventType: type,
    eventId: id,
    dedupeKey: `${provider} ${id}`,
    verdict: verdict(random),
    headers: [
      ['Host', 'localhost:4400'],
      ['User-Agent', `${provider}-webhooks/1.0`],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
      [`X-${provider}-Signature`, `sha256=${signature}`],
    ],
    body,
  };
}

function payload(index, id, type, receivedAt, random) {
  const words = Array.from({ length: WORDS_PER_BODY }, () => drawWord(random));
  if (index % RARE_EVERY === 0) words[0] = rareWord(index / RARE_EVERY);
  return {
    id,
    type,
    created_at: new Date(receivedAt).toISOString(),
    data: {
      id: Math.floor(random() * 1e9),
      name: words.slice(0, 3).join(' '),
      owner: `${words[3]}@example.com`,
      amount: Math.floor(random() * 100_000) / 100,
      description: words.slice(4, -4).join(' '),
      tags: words.slice(-4),
    },
  };
}

function verdict(random) {
  const isFailed = random() < 0.1;
  const reason = isFailed ? drawReason(random) : 'valid';
  const message = isFailed ? 'the signature does not match the body' : 'the signature matches the body';
  return { ok: !isFailed, reason, message, scheme: 'hmac-sha256', header: 'X-Signature' };
}

/** Words of two to five syllables, each rank its own. */
function word(rank) {
  let rest = rank + SYLLABLES.length;
  let text = '';
  while (rest > 0) {
    text += SYLLABLES[rest % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return text;
}
