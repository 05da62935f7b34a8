import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { newCapture } from '../support/captures.ts';
import { createHome, runCli, runHere, startListen, startServe, type Home } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { connect } from '../support/database.ts';
import { newEndpoint, newEvent, planned } from '../support/deliveries.ts';
import { post } from '../support/load.ts';

const MINUTE = 60_000;
/** Pruning beside what else the machine does. */
const PATIENCE = { timeout: 30_000 };

/** Posts so many requests, several at a time; each has to be acknowledged. */
async function send(url: string, count: number, body: (index: number) => string): Promise<void> {
  let next = 0;
  const connection = async (): Promise<void> => {
    while (next < count) expect((await post(url, body(next++))).status).toBe(200);
  };
  await Promise.all(Array.from({ length: 8 }, connection));
}

/** Looks at a database while others have it. */
function look(home: Home) {
  const db = connect(home.database);
  const number = (sql: string): number => db.prepare<[], number>(sql).pluck().get() as number;
  return {
    db,
    number,
    captures: () => number('select count(*) from captures'),
    events: () => number('select count(*) from events'),
    expectSound: () => {
      // An index of words that was may be half deleted.
      const found = db.prepare<[], string>('pragma integrity_check').pluck().all();
      expect(found.filter((line) => line !== 'ok' && !line.includes('"captures_text_old"'))).toEqual([]);
      expect(db.pragma('foreign_key_check')).toEqual([]);
      db.exec("insert into captures_text (captures_text) values ('integrity-check')");
    },
  };
}

/** Fills a database with captures that hold words, and with deliveries that have ended. */
async function fill(home: Home, counts: { captures?: number; events?: number; waiting?: number }) {
  const store = await openStore({ path: home.database });
  const now = Date.now();
  const captures = Array.from({ length: counts.captures ?? 0 }, (_, index) =>
    newCapture({ receivedAt: now - MINUTE, body: Buffer.from(`needle n${index} ${'word '.repeat(40)}`) }),
  );
  await Promise.all(captures.map((capture) => store.captures.add(capture)));
  await store.captures.indexText();
  const endpoint = newEndpoint({ status: 'inactive' });
  await store.endpoints.add(endpoint);
  const publish = (discarded: string | null) =>
    store.deliveries.publish(
      newEvent({ createdAt: now - MINUTE }),
      planned({ discarded, dueAt: now + 600 * MINUTE }, [endpoint.id]),
    );
  await Promise.all(Array.from({ length: counts.waiting ?? 0 }, () => publish(null)));
  await Promise.all(Array.from({ length: counts.events ?? 0 }, () => publish('not subscribed')));
  await store.close();
  return captures.map(({ id }) => id);
}

describe('listen --keep', () => {
  test('keeps the newest of what comes, and acknowledges all of it', async () => {
    const home = createHome();
    const listen = await startListen(['--keep', '100'], { home });
    await send(listen.url, 940, (index) => `needle n${index}`);
    const before = new Set((await listen.captures(940)).map(({ id }) => id));
    await send(listen.url, 60, (index) => `needle last${index}`);
    const { captures } = look(home);
    await expect.poll(captures, PATIENCE).toBeLessThanOrEqual(101);
    const listed = await runCli(['captures', 'search', 'needle', '--json', '--limit', '500'], { home });
    expect(listed.stderr).toBe('');
    const left = listed.json().captures.map(({ id }: any) => id) as string[];
    expect(left.length).toBeGreaterThanOrEqual(100);
    expect(left.slice(0, 60).filter((id) => before.has(id))).toEqual([]);
    expect((await listen.stop()).code).toBe(130);
    expect(listen.stderr()).toBe('');
    look(home).expectSound();
  });

  test('keeps the file to a size, whatever comes, and makes it smaller when it is quiet', async () => {
    const home = createHome();
    // What is shown of so large bodies would take longer than all else.
    const listen = await startListen(['--keep', '10MB', '--quiet'], { home });
    let largest = 0;
    for (let index = 0; index < 16; index += 1) {
      expect((await post(listen.url, `${index}`.padEnd(5_000_000, 'x'))).status).toBe(200);
      largest = Math.max(largest, statSync(home.database).size);
    }
    expect(largest).toBeLessThan(50_000_000);
    const sizes = () => ['', '-wal'].map((suffix) => statSync(home.database + suffix).size);
    await expect.poll(() => Math.max(...sizes()), PATIENCE).toBeLessThanOrEqual(10 * 2 ** 20);
    const { db, expectSound } = look(home);
    const left = db.prepare<[], number>('select seq from captures order by seq').pluck().all();
    expect([[16], [15, 16]]).toContainEqual(left);
    expect((await listen.stop()).code).toBe(130);
    expectSound();
  });

  test('two at once on one database do not prune more than one would', async () => {
    const home = createHome();
    const both = await Promise.all([1, 2].map(() => startListen(['--keep', '50'], { home })));
    await Promise.all(both.map(({ url }) => send(url, 300, (index) => `body ${index}`)));
    const { captures, expectSound } = look(home);
    await expect.poll(captures, PATIENCE).toBeLessThanOrEqual(51);
    expect(captures()).toBeGreaterThanOrEqual(50);
    for (const listen of both) {
      expect((await listen.stop()).code).toBe(130);
      expect(listen.stderr()).toBe('');
    }
    expectSound();
  });

  test('killed in the middle leaves a sound database, and the next one goes on', async () => {
    const home = createHome();
    const ids = await fill(home, { captures: 12_000 });
    const { captures, expectSound, number } = look(home);
    for (const until of [10_000, 6_000, 2_000]) {
      const listen = await startListen(['--keep', '40'], { home });
      await expect.poll(captures, { ...PATIENCE, interval: 5 }).toBeLessThan(until);
      await listen.stop('SIGKILL');
      expect(captures()).toBeGreaterThan(40);
      expectSound();
    }
    const listen = await startListen(['--keep', '40'], { home });
    await expect.poll(captures, PATIENCE).toBe(40);
    // What belonged to captures that are gone is not left behind.
    const leftOvers = "select count(*) from sqlite_schema where name like 'captures_text_old%'";
    await expect.poll(() => number(leftOvers), PATIENCE).toBe(0);
    await expect
      .poll(() => number('select forgotten from captures_text_progress'), PATIENCE)
      .toBeLessThanOrEqual(50);
    await listen.stop();
    const found = await runHere(['captures', 'search', 'needle', '--json', '--limit', '100'], { home });
    expect(found.json().captures.map(({ id }: any) => id)).toEqual(ids.slice(-40).toReversed());
    expectSound();
  });

  test('takes WEBHOOK_KEEP, and the configuration; --keep all goes before them', async () => {
    const home = createHome();
    await fill(home, { captures: 30 });
    writeFileSync(join(home.folder, 'webhook.config.json'), '{"keep":"20"}');
    const { captures } = look(home);
    const kept = await startListen(['--keep', 'all'], { home, env: { WEBHOOK_KEEP: '5' } });
    await post(kept.url, 'one more');
    await kept.captures(1);
    expect((await kept.stop()).code).toBe(130);
    expect(captures()).toBe(31);
    const configured = await startListen([], { home });
    await expect.poll(captures, PATIENCE).toBe(20);
    await configured.stop();
    const told = await startListen([], { home, env: { WEBHOOK_KEEP: '5' } });
    await expect.poll(captures, PATIENCE).toBe(5);
    await told.stop();
  });

  test.each([
    [['listen', '--keep', '5M'], '"5M" does not say how much to keep (--keep)'],
    [['serve', '--keep', '7 days'], '"7 days" does not say how much to keep (--keep)'],
    [['listen', '--keep', '0'], '--keep takes a number of at least 1'],
    [['listen', '--keep', '1GiB', '--max-db', '1GB'], 'to keep as much as --max-db allows'],
  ])('%j is a usage error, and nothing is made', async (args, message) => {
    const home = createHome();
    const { code, stderr } = await runHere(args, { home });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
    expect(stderr).toMatch(/\nhint: .*(7d|900MB|--all)/);
    expect(() => statSync(home.database)).toThrow('ENOENT');
  });
});

test('serve --keep prunes what was delivered, and nothing that waits', async () => {
  const home = createHome();
  await fill(home, { captures: 30, events: 60, waiting: 7 });
  const { captures, events, number, expectSound } = look(home);
  const serve = await startServe(['--keep', '20'], { home });
  await expect.poll(() => [captures(), events()], PATIENCE).toEqual([20, 27]);
  expect(number("select count(*) from deliveries where status = 'pending'")).toBe(7);
  expect(number('select count(*) from messages')).toBe(27);
  expect((await serve.stop()).code).toBe(130);
  expect(serve.stderr()).toBe('');
  expectSound();
});

describe('captures prune', () => {
  const prune = (home: Home, ...args: string[]) => runHere(['captures', 'prune', ...args], { home });

  test('deletes what is not kept and makes the file smaller, beside a receiver', async () => {
    const home = createHome();
    const ids = await fill(home, { captures: 3_000, events: 50 });
    const listen = await startListen([], { home });
    onTestFinished(async () => void (await listen.stop()));
    const before = statSync(home.database).size;
    const [{ code, json }] = await Promise.all([
      runCli(['captures', 'prune', '--keep', '100', '--keep', '4w', '--yes', '--json'], { home }),
      send(listen.url, 50, (index) => `meanwhile ${index}`),
    ]);
    contract.pruned(json());
    const { captures, deliveries, sizeBytes } = json();
    expect([code, deliveries]).toEqual([0, 0]);
    expect(captures).toBeGreaterThanOrEqual(2_900);
    expect(captures).toBeLessThanOrEqual(2_950);
    expect(sizeBytes.after).toBeLessThan(sizeBytes.before / 2);
    const search = await prune(home, '--keep', '10', '--yes').then(() =>
      runHere(['captures', 'search', 'needle', '--json'], { home }),
    );
    expect(search.json().captures.map(({ id }: any) => id)).not.toContain(ids[0]);
    expect(look(home).events()).toBe(10);
    expect(before).toBeGreaterThan(sizeBytes.after);
    look(home).expectSound();
  });

  test('says what it did', async () => {
    const home = createHome();
    await fill(home, { captures: 2, events: 3 });
    expect((await prune(home, '--keep', '1', '--yes')).stdout).toMatch(
      /^1 capture and 2 deliveries deleted; the database: \d.* before, \d.* now\n$/,
    );
    expect((await prune(home, '--keep', '1', '--yes')).stdout).toMatch(
      /^0 captures and 0 deliveries deleted; the database: [\d.]+ KB\n$/,
    );
    expect((await prune(home, '--keep', '30s', '--yes')).stdout).toMatch(/^1 capture and 1 delivery deleted/);
  });

  test('deletes nothing unless it is confirmed and told how much to keep', async () => {
    const home = createHome();
    await fill(home, { captures: 2 });
    for (const [args, message] of [
      [['--keep', '1'], 'this deletes captures and deliveries for good'],
      [['--yes'], 'how much is to be kept?'],
      [['--keep', 'all', '--yes'], 'everything is kept'],
    ] as const) {
      const { code, stderr } = await prune(home, ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
    }
    expect(look(home).captures()).toBe(2);
    writeFileSync(join(home.folder, 'webhook.config.json'), '{"keep":["1","7d"]}');
    expect((await prune(home, '--yes', '--json')).json()).toMatchObject({ captures: 1 });
  });
});
