// What people ask of a history, each kind with values that vary from query to query.
import {
  BEGAN,
  COMMON_PATHS,
  DAYS,
  historyRow,
  PROVIDERS,
  rareWord,
  REASONS,
  TYPES,
  WORDS,
} from './history-rows.mjs';
import { pick } from './random.mjs';

const HOUR = 3_600_000;
const ALL_TYPES = Object.values(TYPES).flat();
const GLOBS = [
  'deal.*',
  'contact.*',
  'task.*',
  'file.*',
  'report.*',
  '*.created',
  '*.deleted',
  'c*',
  '*e*.up*',
];

/**
 * Makes a query of each kind: what to filter by, and the cursor where it is not the first page.
 * @param {number} rows how many captures there are
 * @returns {{ name: string, group: 'list' | 'search', query: (random: () => number) => { filter: object, cursor?: string } }[]}
 */
export function queryKinds(rows) {
  const provider = (random) => pick(PROVIDERS, random);
  const type = (random) => pick(ALL_TYPES, random);
  const path = (random) => pick(COMMON_PATHS, random).slice(0, 6 + Math.floor(random() * 10));
  const cursor = (random) => String(1 + Math.floor(random() * rows));
  const time = (random) => BEGAN + Math.floor(random() * DAYS * 24 * HOUR);
  const reason = (random) => pick(REASONS, random);
  const common = (random) => WORDS[Math.floor(random() * 20)];
  const middling = (random) => WORDS[200 + Math.floor(random() * 400)];
  const rare = (random) => rareWord(Math.floor(random() * 1e6));
  const otherType = (id, random) =>
    pick(
      ALL_TYPES.filter((type) => !TYPES[id].includes(type)),
      random,
    );

  const list = {
    'newest page': () => ({}),
    'any page': (random) => ({ cursor: cursor(random) }),
    provider: (random) => ({ provider: provider(random) }),
    type: (random) => ({ type: type(random) }),
    'type pattern': (random) => ({ type: pick(GLOBS, random) }),
    'verdict failed': (random) => ({ verdict: 'failed', cursor: cursor(random) }),
    'verdict ok': (random) => ({ verdict: 'ok', cursor: cursor(random) }),
    'not verified': (random) => ({ verdict: 'none', cursor: cursor(random) }),
    'verdict reason': (random) => ({ verdict: reason(random) }),
    'status 5xx': (random) => ({ status: '5xx', cursor: cursor(random) }),
    'status 503': (random) => ({ status: pick(['500', '502', '503'], random) }),
    'status that never was': (random) => ({ status: pick(['404', '401', '418', '3xx', '599'], random) }),
    method: (random) => ({ method: pick(['POST', 'GET', 'HEAD', 'PUT', 'DELETE'], random) }),
    'path, common': (random) => ({ path: path(random) }),
    'path, with ids': (random) => ({ path: '/hooks/', cursor: cursor(random) }),
    'path, one capture': (random) => ({ path: uniquePath(rows, random) }),
    'path, none': (random) => ({ path: `/nothing-${Math.floor(random() * 1e6)}` }),
    since: (random) => ({ since: time(random) }),
    until: (random) => ({ until: time(random) }),
    'an hour': (random) => {
      const since = time(random);
      return { since, until: since + HOUR };
    },
    'provider + type pattern': (random) => {
      const id = provider(random);
      return { provider: id, type: `${pick(TYPES[id], random).split('.')[0]}.*` };
    },
    'provider + failed': (random) => ({ provider: provider(random), verdict: 'failed' }),
    'provider + 5xx': (random) => ({ provider: provider(random), status: '5xx' }),
    'provider + type of another': (random) => {
      const id = provider(random);
      return { provider: id, type: otherType(id, random) };
    },
    'type + reason': (random) => ({ type: type(random), verdict: reason(random) }),
    'since + path': (random) => ({ since: time(random), path: path(random) }),
    'provider + path, one capture': (random) => ({
      provider: provider(random),
      path: uniquePath(rows, random),
    }),
    'type that never was': (random) => ({ type: `deal.${Math.floor(random() * 1e6)}` }),
    'type pattern that fits none': (random) => ({ type: `lead${Math.floor(random() * 1e6)}.*` }),
    'provider that never was': (random) => ({ provider: `acme${Math.floor(random() * 1e6)}` }),
  };
  const search = {
    'common word': (random) => ({ text: common(random) }),
    'middling word': (random) => ({ text: middling(random) }),
    'rare word': (random) => ({ text: rare(random) }),
    'word of one capture': (random) => ({ text: eventId(rows, random) }),
    'two common words': (random) => ({ text: `${common(random)} ${common(random)}` }),
    'two middling words': (random) => ({ text: `${middling(random)} ${middling(random)}` }),
    'common + rare word': (random) => ({ text: `${common(random)} ${rare(random)}` }),
    'common word, any page': (random) => ({ text: common(random), cursor: cursor(random) }),
    'common word + provider': (random) => ({ text: common(random), provider: provider(random) }),
    'middling word + type': (random) => ({ text: middling(random), type: type(random) }),
    'common word + failed': (random) => ({ text: common(random), verdict: 'failed' }),
    'common word + since': (random) => ({ text: common(random), since: time(random) }),
    'common word + path, none': (random) => ({ text: common(random), path: `/nothing-${random()}` }),
    'common word + provider that never was': (random) => ({ text: common(random), provider: 'acme' }),
    'word that is nowhere': (random) => ({ text: `nowhere${Math.floor(random() * 1e6)}` }),
  };
  return [...kinds('list', list), ...kinds('search', search)];
}

function kinds(group, queries) {
  return Object.entries(queries).map(([name, make]) => ({
    name,
    group,
    query: (random) => {
      const { cursor, ...filter } = make(random);
      return { filter, cursor };
    },
  }));
}

/** Whole, as it is copied from somewhere; found in one capture. */
function uniquePath(rows, random) {
  for (;;) {
    const { path } = historyRow(Math.floor(random() * rows), rows).capture;
    if (path.startsWith('/hooks/')) return path;
  }
}

function eventId(rows, random) {
  for (;;) {
    const id = historyRow(Math.floor(random() * rows), rows).capture.eventId;
    if (id !== null) return id;
  }
}
