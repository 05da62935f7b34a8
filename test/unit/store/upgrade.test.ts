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

  test('has the schema of one that was made anew', async () => {
    const [old, fresh] = [newDatabasePath(), newDatabasePath()];
    makeFirstVersion(old);
    for (const path of [old, fresh]) await (await openStore({ path })).close();
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
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
