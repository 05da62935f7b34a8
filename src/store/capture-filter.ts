import type { Bounds } from './bounds.ts';
import { facetCondition } from './capture-facets.ts';
import type { CaptureFilter } from './store.ts';

export interface CompiledFilter {
  /** Tables: `capture_list` as `l`, captures as `c`, their answers as `r`, and their text as `t`; those that are needed. */
  readonly from: string;
  readonly where: string;
  /** The column that holds the capture's number and is cheap to order by. */
  readonly seq: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What has been found out before the filter is compiled. */
export interface FilterFacts {
  /** Null where the numbers are given. */
  readonly bounds: Bounds | null;
  /** The facets that it selects, where it selects by them and they are few. */
  readonly facets: readonly number[] | null;
  /** Whether few captures have such a path. */
  readonly isRarePath: boolean;
  /** Whether what it finds is to be in order. */
  readonly isOrdered: boolean;
}

/** FTS5 takes time in the square of their number. Who has so many in common has the rest too. */
const MOST_WORDS = 1_000;

/**
 * A filter as a query's tables and condition. The first table is the one that leads to the fewest others: a cross join keeps
 * SQLite from taking them in another order.
 */
export function compileFilter(
  filter: CaptureFilter,
  { bounds, facets, isRarePath, isOrdered }: FilterFacts,
): CompiledFilter {
  const conditions: string[] = [];
  const params: Record<string, string | number> = { ...bounds };
  const { alias, table, seq } = chooseFirst(filter, isRarePath);
  const joined = new Map<TableName, string>([[alias, table]]);
  const join = (name: TableName): void => {
    const { table: other, column } = TABLES[name];
    if (!joined.has(name)) joined.set(name, `${other} ${name} on ${name}.${column} = ${seq}`);
  };

  if (bounds !== null) conditions.push(`${seq} > @above and ${seq} < @below`);
  const condition = facetCondition(filter);
  if (filter.text !== undefined) {
    const match = textQuery(filter.text, facets);
    if (match === null) conditions.push('false');
    else {
      join('t');
      conditions.push('t.captures_text match @text');
      params['text'] = match;
    }
  }
  if (condition !== null && (filter.text === undefined || facets === null)) {
    join('l');
    // The sign keeps SQLite from the index of facets, whose rows it would have to sort.
    conditions.push(
      `${isOrdered ? '+' : ''}l.facet in (select f.seq from capture_facets f where ${condition.sql})`,
    );
    Object.assign(params, condition.params);
  }
  if (filter.since !== undefined) {
    join('l');
    conditions.push('l.received_at >= @since');
    params['since'] = filter.since;
  }
  if (filter.until !== undefined) {
    join('l');
    conditions.push('l.received_at < @until');
    params['until'] = filter.until;
  }
  if (filter.status !== undefined) {
    join('r');
    conditions.push(statusCondition(filter.status));
  }
  if (filter.path !== undefined) {
    join('c');
    conditions.push('c.path >= @path and c.path < @pathEnd');
    Object.assign(params, pathRange(filter.path));
  }
  const where = conditions.length === 0 ? 'true' : conditions.join(' and ');
  return { from: [...joined.values()].join(' cross join '), where, seq, params };
}

export function pathRange(path: string): { readonly path: string; readonly pathEnd: string } {
  return { path, pathEnd: `${path}\u{10ffff}` };
}

type TableName = keyof typeof TABLES;

const TABLES = {
  l: { table: 'capture_list', column: 'seq' },
  c: { table: 'captures', column: 'seq' },
  r: { table: 'capture_responses', column: 'capture_seq' },
  t: { table: 'captures_text', column: 'rowid' },
} as const;

function chooseFirst(
  { text, status }: CaptureFilter,
  isRarePath: boolean,
): { readonly alias: TableName; readonly table: string; readonly seq: string } {
  if (isRarePath) return { alias: 'c', table: 'captures c indexed by captures_path', seq: 'c.seq' };
  const isRefusal = status !== undefined && !status.startsWith('2');
  const alias = text !== undefined ? 't' : isRefusal ? 'r' : 'l';
  const { table, column } = TABLES[alias];
  return { alias, table: `${table} ${alias}`, seq: `${alias}.${column}` };
}

function statusCondition(status: string): string {
  const match = /^([1-9])(\d\d|xx)$/i.exec(status);
  if (match === null) return 'false';
  const hundred = Number(match[1]);
  // What the indexes hold; digits of the pattern itself, not a parameter, so that this is seen.
  const isRefusal = hundred === 2 ? '' : ' and r.status / 100 <> 2';
  return match[2]!.toLowerCase() === 'xx'
    ? `r.status / 100 = ${hundred}${isRefusal}`
    : `r.status = ${Number(status)}${isRefusal}`;
}

/** All words must occur. As FTS5 phrases no character of theirs is an operator. Null where there is no word. */
function textQuery(text: string, facets: readonly number[] | null): string | null {
  const words = new Set(text.split(/[\s\0]+/).filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word)));
  const phrases = [...words].slice(0, MOST_WORDS).map((word) => `"${word.replaceAll('"', '""')}"`);
  if (phrases.length === 0 || facets?.length === 0) return null;
  const query = `{headers body} : (${phrases.join(' ')})`;
  return facets === null ? query : `(${query}) AND facet : (${facets.join(' OR ')})`;
}
