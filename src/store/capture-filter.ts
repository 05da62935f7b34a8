import { UsageError } from '../errors.ts';
import { globPattern } from './glob.ts';
import type { CaptureFilter } from './store.ts';

export interface CompiledFilter {
  /** Tables, captures as `c` and their answers as `r`. */
  readonly from: string;
  readonly where: string;
  /** The column that holds the capture's number and is cheap to order by. */
  readonly seq: string;
  readonly params: Readonly<Record<string, string | number>>;
}

type Values = Record<string, string | number>;
type Add = (condition: string, values?: Values) => void;

/** FTS5 takes time in the square of their number. Who has so many in common has the rest too. */
const MOST_WORDS = 1_000;

/**
 * A filter as a query's tables and condition. Written for lists: the newest few of many, in the order of an index.
 * `byNumber` is what captures are looked up in where another table leads to them.
 */
export function compileFilter(
  filter: CaptureFilter,
  cursor?: string,
  byNumber = 'captures c',
): CompiledFilter {
  const conditions: string[] = [];
  const params: Values = {};
  const add: Add = (condition, values = {}) => {
    conditions.push(condition);
    Object.assign(params, values);
  };
  const { from, seq } = chooseTables(filter, byNumber);

  if (cursor !== undefined) add(`${seq} < @cursor`, { cursor: parseCursor(cursor) });
  if (filter.provider !== undefined) add('c.provider = @provider', { provider: filter.provider });
  if (filter.type !== undefined) addType(filter.type, add);
  if (filter.verdict !== undefined) addVerdict(filter.verdict, add);
  if (filter.status !== undefined) addStatus(filter.status, add);
  if (filter.method !== undefined) addMethod(filter.method.toUpperCase(), add);
  if (filter.path !== undefined) {
    add('c.path >= @path and c.path < @pathEnd', { path: filter.path, pathEnd: `${filter.path}\u{10ffff}` });
  }
  if (filter.since !== undefined || filter.until !== undefined) addTime(filter, seq, add);
  if (filter.text !== undefined) addText(filter.text, add);
  return { from, seq, where: conditions.length === 0 ? 'true' : conditions.join(' and '), params };
}

/** A cross join keeps SQLite from taking the tables in another order than the list's. */
function chooseTables(
  { text, status }: CaptureFilter,
  byNumber: string,
): { readonly from: string; readonly seq: string } {
  const answers = `${status === undefined ? 'left' : 'cross'} join capture_responses r on r.capture_seq = c.seq`;
  if (text !== undefined) {
    return { seq: 't.rowid', from: `captures_text t cross join ${byNumber} on c.seq = t.rowid ${answers}` };
  }
  if (status !== undefined && !status.startsWith('2')) {
    return {
      seq: 'r.capture_seq',
      from: `capture_responses r cross join ${byNumber} on c.seq = r.capture_seq`,
    };
  }
  return { seq: 'c.seq', from: `captures c ${answers}` };
}

function addType(type: string, add: Add): void {
  if (!type.includes('*')) return add('c.event_type = @type', { type });
  const pattern = globPattern(type);
  if (pattern === null) add('false');
  // The sign keeps SQLite from a range of the index, which it would have to sort.
  else add('+c.event_type glob @type', { type: pattern });
}

function addVerdict(verdict: string, add: Add): void {
  if (verdict === 'ok') add('c.verdict_ok = 1');
  else if (verdict === 'failed') add('c.verdict_ok = 0');
  else if (verdict === 'none') add('c.verdict_ok is null');
  else {
    add('c.verdict_reason = @verdict', { verdict });
    // Known from the reason, and what there is an index for.
    if (verdict !== 'valid' && verdict !== 'unsigned') add('c.verdict_ok = 0');
  }
}

function addStatus(status: string, add: Add): void {
  const match = /^([1-9])(\d\d|xx)$/i.exec(status);
  if (match === null) return add('false');
  const hundred = Number(match[1]);
  // Digits of the pattern itself, not a parameter: so the index over what is refused is seen to hold them.
  add(`r.status / 100 = ${hundred}${hundred === 2 ? '' : ' and r.status / 100 <> 2'}`);
  if (match[2]!.toLowerCase() !== 'xx') add('r.status = @status', { status: Number(status) });
}

function addMethod(method: string, add: Add): void {
  add('c.method = @method', { method });
  if (method !== 'POST') add("c.method <> 'POST'");
}

/** Numbers follow the time of receipt roughly: the rows of a span of time lie together, and the index tells where. */
function addTime({ since, until }: CaptureFilter, seq: string, add: Add): void {
  const bounds = [
    ...(since === undefined ? [] : ['received_at >= @since']),
    ...(until === undefined ? [] : ['received_at < @until']),
  ];
  const span = `from captures indexed by captures_received_at where ${bounds.join(' and ')}`;
  if (since !== undefined) add(`${seq} >= (select min(seq) ${span})`, { since });
  if (until !== undefined) add(`${seq} <= (select max(seq) ${span})`, { until });
  for (const bound of bounds) add(`+c.${bound}`);
}

/** All words must occur. As FTS5 phrases no character of theirs is an operator. */
function addText(text: string, add: Add): void {
  const words = new Set(text.split(/[\s\0]+/).filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word)));
  const phrases = [...words].slice(0, MOST_WORDS).map((word) => `"${word.replaceAll('"', '""')}"`);
  if (phrases.length === 0) add('false');
  else add('t.captures_text match @text', { text: phrases.join(' ') });
}

function parseCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new UsageError(`"${cursor}" is not a cursor`, 'take the nextCursor of the page before');
  }
  return Number(cursor);
}
