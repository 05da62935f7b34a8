import { describe, expect, test } from 'vitest';
import { APPLICATION_ID, migrations } from '../../../src/store/migrations.ts';
import { openStore } from '../../../src/store/open.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { claimOne, deliverTo, ended, enterEngine, newEndpoint, succeeded } from '../../support/deliveries.ts';

const EVERY_BYTE = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));
const VERDICT = {
  ok: false,
  reason: 'no-match',
  message: 'it is no-match',
  scheme: 'hmac-sha256',
  header: 'x-signature',
};

/** A database as the first version of the schema has it, with two captures, an answer, a text index and three attempts. */
function makeFirstVersion(path: string): void {
  const db = connect(path);
  db.pragma('auto_vacuum = incremental');
  db.pragma('journal_mode = wal');
  db.exec(migrations[0]!.sql);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('user_version = 1');
  const capture = db.prepare(`
    insert into captures (id, received_at, method, path, remote_address, provider, event_type, event_id, dedupe_key,
      duplicate_of, verdict_ok, verdict_reason, body_size, verdict, headers, body)
    values (?, ?, 'POST', '/iverton', '127.0.0.1', 'iverton', 'deal.won', 'evt_1', 'iverton id evt_1', ?, 0, 'no-match', ?, ?, ?, ?)`);
  const headers = JSON.stringify([['X-A', 'b']]);
  capture.run('cap_1', 1_000, null, 256, JSON.stringify(VERDICT), headers, EVERY_BYTE);
  capture.run('cap_2', 2_000, 'cap_1', 6, JSON.stringify(VERDICT), headers, Buffer.from('needle'));
  db.prepare('insert into capture_responses values (1, 503, 1.25)').run();
  db.prepare("insert into captures_text (rowid, headers, body) values (1, 'X-A b', '')").run();
  db.prepare('update captures_text_progress set last_seq = 1').run();
  const attempt = db.prepare(`
    insert into attempts (id, capture_id, number, "trigger", provider, event_type, message_id, scheduled_at, started_at,
      duration_ms, ok, method, url, request_headers, request_body_size, status, response_headers, error_code, error_message,
      response_truncated, response_body)
    values (?, ?, ?, 'replay', 'iverton', 'deal.won', 'evt_1', 3000, 3001, 2.5, 0, 'POST', 'http://a/', '[["A","1"]]', 256, ?, ?, ?, ?,
      ?, ?)`);
  attempt.run('atm_1', 'cap_1', 1, 500, '[["B","2"]]', null, null, 1, EVERY_BYTE);
  attempt.run('atm_2', 'cap_1', 2, null, null, 'refused', 'nobody there', 0, null);
  attempt.run('atm_3', null, 1, 200, '[]', null, null, 0, Buffer.alloc(0));
  db.close();
}

const { id: _, provider: __, ...settings } = newEndpoint({ createdAt: 1_000, updatedAt: 1_000 });

/** A database as the second version of the schema has it: with endpoints, and deliveries in several states too. */
function makeSecondVersion(path: string): void {
  makeFirstVersion(path);
  const db = connect(path);
  db.exec(migrations[1]!.sql);
  db.pragma('user_version = 2');
  const endpoint = db.prepare(
    'insert into endpoints (id, provider, status, settings, secret) values (?, ?, ?, ?, ?)',
  );
  endpoint.run('ep_1', 'iverton', 'active', JSON.stringify(settings), 'whsec_test');
  endpoint.run('ep_2', 'filedgr', 'disabled', JSON.stringify(settings), EVERY_BYTE);
  db.prepare(
    "insert into events (id, provider, event_type, is_own_id, created_at) values ('evt_1', 'iverton', 'deal.won', 0, 5000)",
  ).run();
  db.prepare('insert into messages (event_seq, body) values (1, ?)').run(EVERY_BYTE);
  const delivery = db.prepare(`
    insert into deliveries (id, event_seq, message_seq, endpoint_seq, status, "trigger", created_at, due_at, finished_at, attempts)
    values (?, 1, 1, 1, ?, 'scheduled', 5000, ?, ?, ?)`);
  delivery.run('dlv_1', 'succeeded', null, 6_000, 1);
  delivery.run('dlv_2', 'failed', null, 7_000, 3);
  delivery.run('dlv_3', 'pending', 8_000, null, 1);
  db.prepare("update attempts set delivery_seq = 1 where id = 'atm_3'").run();
  db.prepare("insert into remembered_values values ('iverton', 'pipeline', 'deal', '7')").run();
  db.prepare(
    "insert into retry_runs (id, selection, begun_at, filter) values ('run_1', 'all', 5000, '{}')",
  ).run();
  db.prepare("insert into engines (clock, host, pid, process_started) values ('real', 'here', 1, 1)").run();
  db.close();
}

/** A database as the seventh version has it: before endpoints could fail for long, or be disabled for a while. */
function makeSeventhVersion(path: string): void {
  makeSecondVersion(path);
  const db = connect(path);
  for (const { sql } of migrations.slice(2, 7)) db.exec(sql);
  db.pragma('user_version = 7');
  db.close();
}

/** All rows of all tables but the text index, which is made anew; the columns that `as` has, if given. */
function rowsOf(
  path: string,
  as?: Record<string, { columns: string }>,
): Record<string, { columns: string; rows: unknown }> {
  const db = connect(path, { readonly: true });
  const tables = db
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'captures_text%'",
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables
      .filter((table) => as === undefined || table in as)
      .map((table) => {
        const named = db.pragma(`table_info(${table})`) as { name: string }[];
        const columns = as?.[table]!.columns ?? named.map(({ name }) => `"${name}"`).join(', ');
        return [table, { columns, rows: db.prepare(`select ${columns} from ${table}`).all() }];
      }),
  );
}

const schemaOf = (path: string): unknown =>
  connect(path, { readonly: true }).prepare('select name, sql from sqlite_schema order by name').all();

describe('a database of the first version', () => {
  test('becomes one of this version, with all that is in it', async () => {
    const path = newDatabasePath();
    makeFirstVersion(path);
    const { captures, attempts, deliveries } = await openForTest({ path });
    const common = {
      method: 'POST',
      path: '/iverton',
      headers: [['X-A', 'b']],
      remoteAddress: '127.0.0.1',
      provider: 'iverton',
      eventType: 'deal.won',
      eventId: 'evt_1',
      verdict: VERDICT,
    };
    expect(await captures.get('cap_1')).toEqual({
      ...common,
      id: 'cap_1',
      receivedAt: 1_000,
      body: EVERY_BYTE,
      duplicateOf: null,
      response: { status: 503, durationMs: 1.25 },
    });
    expect(await captures.get('cap_2')).toEqual({
      ...common,
      id: 'cap_2',
      receivedAt: 2_000,
      body: Buffer.from('needle'),
      duplicateOf: 'cap_1',
      response: null,
    });
    const found = await captures.list({ text: 'needle' }, { limit: 5 });
    expect(found.captures.map(({ id }) => id)).toEqual(['cap_2']);
    const made = {
      trigger: 'replay',
      provider: 'iverton',
      eventType: 'deal.won',
      messageId: 'evt_1',
      scheduledAt: 3_000,
      startedAt: 3_001,
      durationMs: 2.5,
      ok: false,
      request: { method: 'POST', url: 'http://a/', headers: [['A', '1']], bodySize: 256 },
    };
    expect(await attempts.ofCapture('cap_1')).toEqual([
      {
        ...made,
        number: 1,
        response: { status: 500, headers: [['B', '2']], body: EVERY_BYTE, truncated: true },
        error: null,
      },
      { ...made, number: 2, response: null, error: { code: 'refused', message: 'nobody there' } },
    ]);
    expect(await deliveries.lastTime()).toBe(3_004);
    const db = connect(path, { readonly: true });
    expect(db.prepare('select count(*) from attempts where delivery_seq is null').pluck().get()).toBe(3);
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('delivers, and keeps the attempts of captures and of deliveries apart', async () => {
    const path = newDatabasePath();
    makeFirstVersion(path);
    const store = await openForTest({ path });
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const id = await deliverTo(store, endpoint);
    const claim = await claimOne(store.deliveries, await enterEngine(store));
    await store.deliveries.settle(claim, ended(), succeeded);
    expect(await store.attempts.ofDelivery(id)).toHaveLength(1);
    expect(await store.attempts.ofCapture('cap_1')).toHaveLength(2);
    await store.captures.delete(['cap_1']);
    expect(await store.attempts.ofCapture('cap_1')).toEqual([]);
    expect(await store.attempts.ofDelivery(id)).toHaveLength(1);
  });
});

describe.each([
  ['first', makeFirstVersion],
  ['second', makeSecondVersion],
  ['seventh', makeSeventhVersion],
])('a database of the %s version', (_name, make) => {
  test('keeps every row', async () => {
    const path = newDatabasePath();
    make(path);
    const before = rowsOf(path);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(['captures', 'capture_responses', 'attempts']),
    );
    await (await openStore({ path })).close();
    expect(rowsOf(path, before)).toEqual(before);
    const db = connect(path, { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('has the schema of one that was made anew', async () => {
    const [old, fresh] = [newDatabasePath(), newDatabasePath()];
    make(old);
    for (const path of [old, fresh]) await (await openStore({ path })).close();
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
  });

  test('shows its captures by place, and takes answers', async () => {
    const path = newDatabasePath();
    make(path);
    const { captures } = await openForTest({ path });
    const window = await captures.window({ provider: 'iverton' }, { offset: 0, limit: 10 });
    expect(window.captures.map(({ id }) => id)).toEqual(['cap_2', 'cap_1']);
    expect(window.total).toBe(2);
    expect((await captures.window({}, { offset: 1, limit: 10 })).captures).toHaveLength(1);
    expect(await captures.answer('cap_1')).toBeNull();
    const answer = { headers: [], body: EVERY_BYTE, truncated: true };
    await captures.recordResponse('cap_1', { status: 200, durationMs: 1 }, answer);
    expect(await captures.answer('cap_1')).toEqual(answer);
  });
});

test.each([
  ['second', makeSecondVersion],
  ['seventh', makeSeventhVersion],
])('a database of the %s version delivers on', async (_name, make) => {
  const path = newDatabasePath();
  make(path);
  const store = await openForTest({ path });
  for (const { failingSince, pausedUntil, pauses } of await store.endpoints.list()) {
    expect([failingSince, pausedUntil, pauses]).toEqual([null, null, 0]);
  }
  expect(await store.deliveries.recordOf('ep_1')).toEqual({
    succeeded: 1,
    failed: 1,
    waiting: 1,
    retries: 0,
  });
  const claim = await claimOne(store.deliveries, await enterEngine(store));
  expect(claim).toMatchObject({ deliveryId: 'dlv_3', attempts: 1, lastFailure: null, body: EVERY_BYTE });
  await store.deliveries.settle(claim, ended(), succeeded);
  expect(await store.deliveries.get('dlv_3')).toMatchObject({ status: 'succeeded', attempts: 2 });
});
