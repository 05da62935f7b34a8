import { closeSync, fstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNode, examineMachine, type Machine } from '../../../src/doctor/machine.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { examineDatabase } from '../../../src/store/examine.ts';
import { APPLICATION_ID, migrations } from '../../../src/store/migrations.ts';
import { unfitDriver } from '../../../src/store/native.ts';
import { openStore } from '../../../src/store/open.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { newCapture } from '../../support/captures.ts';

const fit: Machine = {
  nodeVersion: '22.14.0',
  driver: async () => '13.0.0',
  databasePath: async () => '/data/webhook.db',
  database: async () => null,
  ports: [
    { port: 4400, by: 'listen' },
    { port: 4500, by: 'serve' },
  ],
  isFree: async () => true,
  tunnelServer: new URL('https://tunnel.example'),
  askTunnelServer: async () => 200,
  configuration: async () => ({ path: null, providers: [], known: builtIn.ids }),
  variables: [],
};

async function examine(changes: Partial<Machine>) {
  const checks = await examineMachine(
    { ...fit, ...changes },
    // Every wait is over at once.
    { clock: { now: systemClock.now, sleep: () => Promise.resolve() }, signal: new AbortController().signal },
  );
  return (id: string) => checks.find((check) => check.id === id)!;
}

test.each([
  ['20.19.0', 'passed'],
  ['20.18.3', 'failed'],
  ['18.20.0', 'failed'],
  ['21.7.0', 'failed'],
  ['22.13.1', 'failed'],
  ['22.14.0', 'passed'],
  ['23.0.0', 'passed'],
  ['24.1.0-nightly', 'passed'],
])('Node %s: %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

describe('this machine', () => {
  test('without a driver that fits cannot have its database opened', async () => {
    const of = await examine({ driver: () => Promise.reject(unfitDriver('13.0.0', 9)!) });
    expect(of('native-module')).toMatchObject({
      status: 'failed',
      message: 'better-sqlite3 13.0.0 needs Node-API 10, and this Node has 9',
      hint: expect.stringContaining('better-sqlite3@12'),
    });
    expect(of('database')).toMatchObject({ status: 'skipped', message: 'not without: native-module' });
  });

  test('with a taken port is warned of it', async () => {
    const of = await examine({ isFree: async (port) => port !== 4500 });
    expect(of('ports')).toMatchObject({
      status: 'warned',
      message: 'taken: 4500 (serve)',
      hint: expect.stringContaining('--port 0'),
    });
    expect((await examine({}))('ports')).toMatchObject({ status: 'passed', message: '4400, 4500' });
  });

  test.each([
    ['never answers', () => new Promise<number>(() => {}), 'tunnel.example does not answer within 3 s'],
    ['has an error', async () => 503, 'tunnel.example answers 503'],
    [
      'is unknown',
      () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
      'tunnel.example cannot be reached (ENOTFOUND)',
    ],
  ])('whose server for tunnels %s is warned and works', async (_what, askTunnelServer, message) => {
    expect((await examine({ askTunnelServer }))('tunnel')).toMatchObject({ status: 'warned', message });
  });

  test('lets a bug be one', async () => {
    await expect(examine({ driver: () => Promise.reject(new TypeError('x of undefined')) })).rejects.toThrow(
      TypeError,
    );
  });
});

describe('a database', () => {
  test('is looked at and left as it is', async () => {
    const path = newDatabasePath();
    const { captures } = await openForTest({ path });
    await captures.add(newCapture());
    expect(await examineDatabase(path)).toEqual({
      sizeBytes: expect.any(Number),
      captures: 1,
      schema: migrations.length,
      newestSchema: migrations.length,
      isOpenToOthers: false,
    });
  });

  test('of an older schema is not migrated', async () => {
    const path = newDatabasePath();
    const db = connect(path);
    db.exec(migrations[0]!.sql);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma('user_version = 1');
    const facts = await examineDatabase(path).catch((error: unknown) => error);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(facts).toMatchObject({ schema: 1, captures: 0 });
  });

  test('with damage inside is found to be damaged', async () => {
    const path = newDatabasePath();
    const store = await openStore({ path });
    for (let count = 0; count < 20; count += 1) {
      await store.captures.add(newCapture({ body: Buffer.alloc(20_000, 1) }));
    }
    await store.close();
    const file = openSync(path, 'r+');
    const { size } = fstatSync(file);
    // The last page of a body: only reading all of it tells.
    writeSync(file, Buffer.alloc(4_096, 0xff), 0, 4_096, size - 4_096);
    closeSync(file);
    await expect(examineDatabase(path)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  });

  test.each([
    ['no database at all', (path: string) => writeFileSync(path, 'x'.repeat(5_000)), 'ERR_STORE_CORRUPT'],
    ["another program's", (path: string) => connect(path).exec('create table x (y)'), 'ERR_STORE_FOREIGN'],
  ])('that is %s is refused', async (_what, make, code) => {
    const path = newDatabasePath();
    make(path);
    await expect(examineDatabase(path)).rejects.toMatchObject({ code });
  });

  test('that is not there yet is nothing bad, where a file can be made', async () => {
    expect(await examineDatabase(newDatabasePath())).toBeNull();
    const file = newDatabasePath();
    writeFileSync(file, 'no folder');
    await expect(examineDatabase(join(file, 'webhook.db'))).rejects.toMatchObject({
      code: 'ERR_STORE_UNREADABLE',
    });
  });
});
