import { expect, test } from 'vitest';
import { DELIVERY_STATUSES } from '../../../src/model/delivery.ts';
import type { CaptureFilter, DeliveryFilter, Store } from '../../../src/store/store.ts';
import { newCapture } from '../../support/captures.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import {
  NOON,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  wanting,
} from '../../support/deliveries.ts';
import { planOf } from '../../support/query-plans.ts';
import { watchStatements } from '../../support/statements.ts';

interface Exception {
  /** What its statements hold. */
  readonly sql: RegExp;
  /** The steps that are all right there. */
  readonly step: RegExp;
}

/** What may be read through or sorted, and why that is little however much is stored. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'what is listed in a parameter': { sql: /json_each/, step: /^SCAN \w+ VIRTUAL TABLE INDEX 1:$/ },
  'endpoints and facets are few, and of their lanes only the heads are sorted': {
    sql: /delivery_facets f on f\.endpoint_seq = p\.seq cross|json_each\(@statuses\) s cross join endpoints p/,
    step: /^(SCAN p\b|USE TEMP B-TREE FOR ORDER BY$)/,
  },
  'one row for each thousand deliveries, in their order': {
    sql: /from delivery_spans (where|union)|max\(latest\) as at from delivery_spans/,
    step: /^SCAN delivery_spans$/,
  },
  'of what is being sent there is little': {
    sql: /indexed by deliveries_sending|status = 'sending'/,
    step: /^(SCAN (deliveries|d) USING INDEX deliveries_sending|USE TEMP B-TREE FOR ORDER BY)$/,
  },
  'an event has as many deliveries as there are endpoints': {
    sql: /d\.event_seq in \(select seq from events where id = @event\)/,
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
  },
  'a batch is what one command has made, and is counted as a whole': {
    sql: /where batch = \? group by status$/,
    step: /^USE TEMP B-TREE FOR GROUP BY$/,
  },
  'endpoints are few': {
    sql: /from endpoints\s+where (status <> 'active'|deleted_at is null)/,
    step: /^SCAN endpoints\b/,
  },
  'a foreign key’s other end is looked for only while one is violated': {
    sql: /^insert into endpoints/,
    step: /^SCAN deliveries$/,
  },
  'providers are few': {
    sql: /^select provider from endpoint_changes$/,
    step: /^SCAN endpoint_changes$/,
  },
  'engines are few': { sql: /from engines order by seq$/, step: /^SCAN engines$/ },
  'retries of many by hand are few': { sql: /from retry_runs where selection/, step: /^SCAN retry_runs$/ },
  'the latest so many, by number': {
    sql: /from (events|attempts) order by seq desc limit \d+\)/,
    step: /^SCAN (events|attempts|\(subquery-\d+\))$/,
  },
};

/** As above, for captures, their text, and what is deleted because it is old. */
const OF_CAPTURES: Readonly<Record<string, Exception>> = {
  'one row, or the few of the schema': {
    sql: /captures_text_progress|sqlite_schema/,
    step: /^SCAN (captures_text_progress|sqlite_schema|sqlite_master)$/,
  },
  'by number': {
    sql: /captures_text where rowid = \?/,
    step: /^SCAN captures_text VIRTUAL TABLE INDEX 0:=$/,
  },
  'one row for each thousand captures, in their order': {
    sql: /from capture_spans where/,
    step: /^SCAN capture_spans$/,
  },
  'facets are few, and of them only the heads are sorted': {
    sql: /from capture_facets f/,
    step: /^(SCAN f|USE TEMP B-TREE FOR ORDER BY)$/,
  },
  'what is listed in a parameter, in its order': {
    sql: /from json_each\(@seqs\) s .* order by s\.key$/s,
    step: /^(SCAN s VIRTUAL TABLE INDEX 1:|USE TEMP B-TREE FOR ORDER BY)$/,
  },
  'the text index goes through what its words lead to, in its order': {
    sql: /from captures_text t\b.*(t\.captures_text match @text|and false)/s,
    step: /^SCAN t VIRTUAL TABLE INDEX \S+$/,
  },
  'words of captures whose numbers are given': {
    sql: /\bt\.rowid = [sc]\.(value|seq)\b/,
    step: /^SCAN t VIRTUAL TABLE INDEX 0:=M\d$/,
  },
  'a path that few captures have, which was counted before': {
    sql: /from captures c indexed by captures_path/,
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
  },
  'counted up to a bound': {
    sql: /^select count\(\*\) from \(.* limit (@most|\d+)\)$/s,
    step: /^SCAN \(subquery-\d+\)$/,
  },
  'the oldest so many, by number': {
    sql: /from (capture_list( l)?|events|captures)\b.*order by (l\.)?seq limit (\d+|1 offset \?)$/s,
    step: /^SCAN (capture_list|l|events|captures)$/,
  },
  'counted now and then, in the smallest index': {
    sql: /select count\(\*\) from (capture_list|captures|events)$/,
    step: /^SCAN (capture_list|captures|events) USING COVERING INDEX/,
  },
};

const FILTERS = subsets<DeliveryFilter>({
  endpoint: 'ep_x',
  provider: 'iverton',
  type: 'deal.won',
  since: 1,
  until: NOON * 2,
  event: 'evt_x',
});
const CAPTURE_FILTERS = subsets<CaptureFilter>({
  provider: 'iverton',
  type: 'deal.won',
  verdict: 'failed',
  status: '5xx',
  method: 'PUT',
  path: '/a',
  since: 1,
  until: NOON * 2,
  text: 'needle',
});

/** All parts of an object, nothing and all of it included. */
function subsets<T extends object>(whole: T): T[] {
  let parts = [{} as T];
  for (const [name, value] of Object.entries(whole)) {
    parts = parts.concat(parts.map((part) => ({ ...part, [name]: value as unknown })));
  }
  return parts;
}

/** Notes which of a store's operations are called. */
function noting(store: Store): { readonly store: Store; readonly missed: () => string[] } {
  const missed = new Set<string>();
  const parts = Object.entries(store).map(([part, operations]) => {
    if (typeof operations === 'function') return [part, operations as unknown];
    const noted = Object.entries(operations as object).map(([name, operation]) => {
      missed.add(`${part}.${name}`);
      const called = (...values: unknown[]): unknown => {
        missed.delete(`${part}.${name}`);
        return (operation as (...values: unknown[]) => unknown)(...values);
      };
      return [name, called];
    });
    return [part, Object.fromEntries(noted) as unknown];
  });
  return { store: Object.fromEntries(parts) as unknown as Store, missed: () => [...missed] };
}

async function deliver(store: Store): Promise<void> {
  const { deliveries, endpoints, engines, attempts } = store;
  const [endpoint, other, third] = [newEndpoint(), newEndpoint(), newEndpoint()];
  for (const one of [endpoint, other, third]) await endpoints.add(one);
  for (const provider of [undefined, 'iverton'])
    await endpoints.list(provider === undefined ? {} : { provider });
  await endpoints.list({ status: 'active' }, { limit: 1, after: endpoint.id });
  await endpoints.get(endpoint.id);
  const gone = await enterEngine(store, 1);
  const owner = await enterEngine(store);
  await engines.list();
  await engines.beat(owner);
  const remember = [{ filter: 'f', key: 'k', value: 'v' }];
  await deliveries.publish(
    {
      id: 'evt_r',
      isOwnId: true,
      provider: 'iverton',
      eventType: null,
      createdAt: NOON,
      batch: null,
      remember,
    },
    (_endpoints, recall) => {
      recall('f', 'k');
      return [];
    },
  );
  const ids: string[] = [];
  for (const to of [endpoint, other, third]) {
    ids.push(await deliverTo(store, to, {}, { batch: 'b' }), await deliverTo(store, to));
  }
  ids.push(await deliverTo(store, endpoint, { trigger: 'test' }));
  await deliveries.claim(wanting(gone, { room: 1 }));
  await engines.remove(gone);
  const batch = await deliveries.claim(wanting(owner, { batch: 'b' }));
  const { claims } = await deliveries.claim(wanting(owner, { room: 2 }));
  await deliveries.claim(wanting(owner));
  await deliveries.claim(wanting(owner));
  for (const claim of batch.claims) await deliveries.settle(claim, ended(), () => failed());
  await deliveries.settle(claims[0]!, ended(), () => failed('3 failed retries'));
  await deliveries.release(claims);
  await deliveries.cancel(ids, 'enough', NOON);
  for (const id of ids) {
    await deliveries.get(id);
    await deliveries.body(id);
    await attempts.ofDelivery(id);
    await deliveries.retry(id, NOON, 'hand');
  }
  await endpoints.update(other.id, (before) => ({ ...before, status: 'inactive' }));
  await endpoints.delete(third.id, NOON);
  await deliveries.count('b');
  await deliveries.recordOf(endpoint.id);
  await deliveries.lastTime();
  for (const [index, filter] of FILTERS.entries()) {
    for (const status of [undefined, ...DELIVERY_STATUSES]) {
      const full = status === undefined ? filter : { ...filter, status };
      await deliveries.list(full, { limit: 2 });
      await deliveries.list({ ...full, type: 'deal.*' }, { limit: 2, cursor: '9' });
    }
    await deliveries.beginRetryRun(String(index), filter, `run_${index}`, NOON);
    await deliveries.continueRetryRun(`run_${index}`, NOON);
    await deliveries.endRetryRun(`run_${index}`);
  }
}

async function receive(store: Store): Promise<void> {
  const { captures, attempts } = store;
  for (const number of [1, 2, 3]) await captures.add(newCapture({ id: `cap_${number}`, dedupeKey: 'k' }));
  await captures.recordResponse('cap_1', { status: 200, durationMs: 1 }, null);
  await captures.recordResponse(
    'cap_2',
    { status: 200, durationMs: 1 },
    { headers: [], body: new Uint8Array(), truncated: false },
  );
  await captures.get('cap_1');
  await captures.answer('cap_1');
  await captures.neighbours('cap_2');
  await attempts.add({ ...ended(), captureId: 'cap_1' });
  await attempts.ofCapture('cap_1');
  await captures.indexText();
  for (const filter of CAPTURE_FILTERS) {
    for (const change of [
      {},
      { type: 'deal.*', verdict: 'ok', status: '200', method: 'POST' },
      { verdict: 'none', status: '404' },
    ]) {
      const whole = {
        ...filter,
        ...Object.fromEntries(Object.entries(change).filter(([name]) => name in filter)),
      };
      await captures.list(whole, { limit: 2 });
      await captures.list(whole, { limit: 2, cursor: '9' });
      await captures.window(whole, { offset: 1, limit: 2 });
      await captures.latest(whole);
    }
  }
  await captures.delete(['cap_1']);
  for (const filter of CAPTURE_FILTERS) await captures.deleteMatching(filter);
}

async function prune({ retention }: Store): Promise<void> {
  await retention.size();
  for (const rule of [{ ageMs: 1 }, { count: 1 }, { sizeBytes: 1 }]) await retention.prune(rule, NOON * 2);
  await retention.giveBack(0.5);
}

/** Whether a statement is about captures, or about what is deleted because it is old. */
const IS_OF_CAPTURES =
  /\bcaptures?(_\w+)?\b|sqlite_schema|from events order by seq limit 1 offset|count\(\*\) from events$/;

/**
 * The steps that read something through, or sort it, and that no exception covers, each with one statement that has it; and the
 * exceptions that cover none.
 */
function unexplained(
  path: string,
  statements: readonly string[],
  exceptions: Readonly<Record<string, Exception>>,
): { readonly found: readonly string[]; readonly unused: readonly string[] } {
  const db = connect(path);
  const unused = new Set(Object.keys(exceptions));
  const found = new Map<string, string>();
  for (const sql of new Set(statements)) {
    if (!/^\s*(select|insert|update|delete|with|replace)\b/i.test(sql)) continue;
    for (const step of planOf(db, sql)) {
      if (!/^SCAN (?!CONSTANT ROW)|TEMP B-TREE/.test(step)) continue;
      const covering = Object.entries(exceptions).filter(
        ([, one]) => one.sql.test(sql) && one.step.test(step),
      );
      for (const [why] of covering) unused.delete(why);
      if (covering.length === 0 && !found.has(step)) found.set(step, sql.replace(/\s+/g, ' ').trim());
    }
  }
  return { found: Array.from(found, (each) => each.join(' <- ')), unused: [...unused] };
}

test('no statement reads a table through, or sorts what it reads, but for the exceptions', async () => {
  const path = newDatabasePath();
  const watched = watchStatements();
  const { store, missed } = noting(await openForTest({ path }));
  await deliver(store);
  await receive(store);
  await prune(store);
  expect(missed()).toEqual([]);
  const nothing = { found: [], unused: [] };
  const ofCaptures = watched.prepared.filter((sql) => IS_OF_CAPTURES.test(sql));
  const others = watched.prepared.filter((sql) => !IS_OF_CAPTURES.test(sql));
  // An exception that explains nothing any more would explain the next mistake.
  expect({
    deliveries: unexplained(path, others, EXCEPTIONS),
    captures: unexplained(path, ofCaptures, OF_CAPTURES),
  }).toEqual({ deliveries: nothing, captures: nothing });
});
