import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint } from '../../../src/model/endpoint.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Claim, Settlement, Store } from '../../../src/store/store.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import {
  NOON,
  againAt,
  claimOne,
  deliverTo,
  ended,
  enterEngine,
  failed,
  newEndpoint,
  newEvent,
  nextId,
  planned,
  succeeded,
  wanting,
} from '../../support/deliveries.ts';
import { runScript } from '../../support/run-script.ts';

async function publishMany({ deliveries }: Store, endpoint: Endpoint, count: number): Promise<string[]> {
  const body = Buffer.from('{}');
  const published = await deliveries.publish(newEvent({ batch: 'all' }), () =>
    Array.from({ length: count }, () => ({
      endpointId: endpoint.id,
      id: nextId('dlv'),
      body,
      discarded: null,
      trigger: 'scheduled',
      dueAt: NOON,
    })),
  );
  return published.map(({ id }) => id);
}

describe('one database', () => {
  test('over two connections gives nothing twice', async () => {
    const path = newDatabasePath();
    const stores = [await openForTest({ path }), await openForTest({ path })];
    const endpoint = newEndpoint();
    await stores[0]!.endpoints.add(endpoint);
    const ids = await publishMany(stores[0]!, endpoint, 100);
    const owners = [await enterEngine(stores[0]!, 4_000_001), await enterEngine(stores[1]!, 4_000_002)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        stores[index % 2]!.deliveries.claim(wanting(owners[index % 2]!, { room: 3 })),
      ),
    );
    const taken = answers.flatMap(({ claims }) => claims);
    expect(taken.map(({ deliveryId }) => deliveryId).toSorted()).toEqual(ids.toSorted());
    expect(new Set(taken.map(({ owner }) => owner)).size).toBe(2);
  });

  test('of several processes at work at once gives nothing twice', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const script = new URL('./scripts/claim-all.ts', import.meta.url);
    const running = Array.from({ length: 2 }, () => runScript(script, [path, 'all', String(NOON)]));
    onTestFinished(() => running.forEach(({ kill }) => kill('SIGKILL')));
    for (const { line } of running) expect(await line()).toBe('ready');
    const ids = await publishMany(store, endpoint, 120);
    const taken: string[] = [];
    for (const { line } of running) taken.push(...(JSON.parse(await line()) as string[]));
    expect(taken.toSorted()).toEqual(ids.toSorted());
  });

  test('changed over one connection is delivered to as it is by another', async () => {
    const path = newDatabasePath();
    const [here, there] = [await openForTest({ path }), await openForTest({ path })];
    const endpoint = newEndpoint();
    await here.endpoints.add(endpoint);
    const owner = await enterEngine(here);
    for (const url of ['http://a/', 'http://b/']) {
      await there.endpoints.update(endpoint.id, (before) => ({ ...before, url }));
      await deliverTo(there, endpoint);
      expect((await claimOne(here.deliveries, owner)).endpoint.url).toBe(url);
    }
  });

  test('opened again still has what waits, who had what, and a retry of many that was cut short', async () => {
    const path = newDatabasePath();
    const first = await openStore({ path });
    const endpoint = newEndpoint();
    await first.endpoints.add(endpoint);
    const owner = await enterEngine(first);
    const sending = await deliverTo(first, endpoint);
    const lost = await claimOne(first.deliveries, owner);
    await first.deliveries.publish(newEvent(), () => []);
    const body = Buffer.from('{}');
    await first.deliveries.publish(newEvent(), (endpoints) =>
      Array.from({ length: 700 }, () => ({
        endpointId: endpoints[0]!.id,
        id: nextId('dlv'),
        body,
        discarded: 'asleep',
        trigger: 'scheduled',
        dueAt: NOON,
      })),
    );
    await first.deliveries.beginRetryRun('all', {}, 'run_1', NOON);
    const before = await first.deliveries.continueRetryRun('run_1', NOON);
    await first.close();

    const again = await openForTest({ path });
    expect(await again.engines.list()).toMatchObject([{ seq: owner }]);
    expect(await again.deliveries.get(sending)).toMatchObject({ status: 'sending' });
    expect(await again.deliveries.beginRetryRun('all', {}, 'run_2', NOON + 9)).toEqual({
      id: 'run_1',
      begunAt: NOON,
      resumed: true,
    });
    expect(before + (await again.deliveries.continueRetryRun('run_1', NOON))).toBe(700);
    expect(await again.deliveries.continueRetryRun('run_1', NOON)).toBe(0);
    expect(await again.engines.remove(owner)).toBe(1);
    expect((await again.deliveries.settle(lost, ended(), succeeded)).status).toBeNull();
    expect(await again.deliveries.get(sending)).toMatchObject({ status: 'pending', interruptions: 1 });
  });

  test('keeps one message for deliveries with one body, and one for each other body', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    for (let count = 0; count < 3; count += 1) await store.endpoints.add(newEndpoint());
    await store.deliveries.publish(newEvent(), planned());
    const messages = connect(path, { readonly: true }).prepare('select count(*) from messages').pluck();
    expect(messages.get()).toBe(1);
    await store.deliveries.publish(newEvent(), (endpoints) =>
      planned()(endpoints, () => null).map((delivery, index) => ({
        ...delivery,
        body: Buffer.from(String(index)),
      })),
    );
    expect(messages.get()).toBe(4);
  });

  test('of a plan that throws keeps no row at all', async () => {
    const path = newDatabasePath();
    const store = await openForTest({ path });
    await store.endpoints.add(newEndpoint());
    const remember = [{ filter: 'f', key: 'k', value: 'v' }];
    await expect(
      store.deliveries.publish(newEvent({ remember }), () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(
      store.deliveries.publish(newEvent({ remember }), planned({ endpointId: 'ep_x' })),
    ).rejects.toThrow();
    const db = connect(path, { readonly: true });
    for (const table of ['events', 'messages', 'deliveries', 'remembered_values']) {
      expect([table, db.prepare(`select count(*) from ${table}`).pluck().get()]).toEqual([table, 0]);
    }
  });
});

type Operation =
  | { readonly kind: 'publish'; readonly endpoint: number; readonly isTest: boolean; readonly dueIn: number }
  | { readonly kind: 'claim'; readonly engine: number; readonly room: number }
  | { readonly kind: 'settle'; readonly claim: number; readonly settlement: (now: number) => Settlement }
  | { readonly kind: 'release'; readonly claim: number }
  | { readonly kind: 'switch'; readonly endpoint: number; readonly status: Endpoint['status'] }
  | { readonly kind: 'delete'; readonly endpoint: number }
  | { readonly kind: 'retry'; readonly delivery: number }
  | { readonly kind: 'retryAll' }
  | { readonly kind: 'cancel'; readonly delivery: number }
  | { readonly kind: 'die'; readonly engine: number };

const which = fc.nat(30);
const settlement = fc.oneof(
  { weight: 3, arbitrary: fc.constant(succeeded) },
  { weight: 2, arbitrary: fc.constant(() => failed()) },
  { weight: 1, arbitrary: fc.constant(() => failed('3 failed retries')) },
  { weight: 4, arbitrary: fc.nat(20).map((wait) => (now: number) => againAt(now + wait)) },
);
const operation = (kind: Operation['kind'], rest: object = {}, weight = 2) => ({
  weight,
  arbitrary: fc.record({
    kind: fc.constant(kind),
    ...rest,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Operation>,
});
const operations = fc.array(
  fc.oneof(
    operation('publish', { endpoint: which, isTest: fc.boolean(), dueIn: fc.nat(5) }, 6),
    operation('claim', { engine: which, room: fc.integer({ min: 0, max: 4 }) }, 8),
    operation('settle', { claim: which, settlement }, 8),
    operation('release', { claim: which }, 4),
    operation('switch', { endpoint: which, status: fc.constantFrom('active', 'inactive', 'disabled') }, 4),
    operation('delete', { endpoint: which }, 1),
    operation('retry', { delivery: which }, 4),
    operation('retryAll', {}, 1),
    operation('cancel', { delivery: which }, 1),
    operation('die', { engine: which }),
  ),
  { minLength: 20, maxLength: 60 },
);

/** What no delivery may ever be, each as a condition that finds such a one. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'a status that there is not': `d.status not in ('pending', 'sending', 'succeeded', 'failed', 'discarded', 'canceled')`,
  'alive without a due time': `d.status in ('pending', 'sending') and d.due_at is null`,
  'over with a due time': `d.status not in ('pending', 'sending') and (d.due_at is not null or d.resume_at is not null)`,
  'over without an end': `d.status not in ('pending', 'sending') and d.finished_at is null`,
  'alive with an end or a reason for it': `d.status in ('pending', 'sending') and (d.finished_at is not null or d.reason is not null)`,
  'ended before it began': 'd.finished_at < d.created_at',
  'sending for nobody who is there': `d.status = 'sending' and (d.owner is null or d.owner not in (select seq from engines))`,
  'somebody’s without being sent': `d.status <> 'sending' and d.owner is not null`,
  'discarded or canceled without a reason': `d.status in ('discarded', 'canceled') and d.reason is null`,
  'succeeded or failed without an attempt': `d.status in ('succeeded', 'failed') and d.attempts = 0`,
  'claims that came to no end': `d.claim <> d.attempts + d.interruptions + (d.status = 'sending')`,
  'more of the schedule than attempts': 'd.step > d.attempts',
  'a test with a schedule': `d."trigger" = 'test' and (d.step > 0 or d.resume_at is not null)`,
  'a schedule to go on with that nobody interrupted': `d.resume_at is not null and d."trigger" <> 'manual'`,
  'waiting for ever': `d.status = 'pending' and (p.deleted_at is not null or (p.status <> 'active' and d."trigger" <> 'test'))`,
};

function impossible(db: Database.Database): object {
  const found = Object.entries(IMPOSSIBLE).map(([name, condition]) => [
    name,
    db
      .prepare(`select d.* from deliveries d join endpoints p on p.seq = d.endpoint_seq where ${condition}`)
      .all(),
  ]);
  return Object.fromEntries(found.filter(([, rows]) => (rows as unknown[]).length > 0)) as object;
}

/** A store to which things happen, and what is known of it. */
async function startWorld() {
  const path = newDatabasePath();
  const store = await openStore({ path });
  const { deliveries } = store;
  const endpoints = [newEndpoint(), newEndpoint()];
  for (const endpoint of endpoints) await store.endpoints.add(endpoint);
  const engines = [await enterEngine(store, 4_000_001), await enterEngine(store, 4_000_002)];
  const ids: string[] = [];
  /** Those that were lost to another engine too: they may come back late. */
  let claims: Claim[] = [];
  let recorded = 0;
  let unsettled = 0;
  let now = NOON;
  const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

  async function run(step: Operation): Promise<void> {
    now += 3;
    switch (step.kind) {
      case 'publish': {
        const { id } = pick(endpoints, step.endpoint)!;
        const { status } = (await store.endpoints.get(id))!;
        const about = {
          trigger: step.isTest ? 'test' : 'scheduled',
          discarded: status === 'active' || step.isTest ? null : 'asleep',
          dueAt: now + step.dueIn,
        } as const;
        const published = await deliveries.publish(newEvent({ createdAt: now }), planned(about, [id]));
        ids.push(published[0]!.id);
        return;
      }
      case 'claim': {
        const owner = pick(engines, step.engine)!;
        const underWay = (id: string): number => claims.filter(({ endpoint }) => endpoint.id === id).length;
        const answer = await deliveries.claim(wanting(owner, { now, room: step.room, underWay }));
        claims.push(...answer.claims);
        return;
      }
      case 'settle': {
        const claim = pick(claims, step.claim);
        if (claim === undefined) return;
        claims = claims.filter((other) => other !== claim);
        const made = ended({ trigger: claim.trigger, startedAt: now }, now);
        // A test is never tried again, and disables nothing.
        const next = step.settlement(now);
        const fitting = claim.trigger === 'test' && next.status !== 'succeeded' ? failed() : next;
        const { status } = await deliveries.settle(claim, made, () => fitting);
        recorded += 1;
        if (status === null) unsettled += 1;
        return;
      }
      case 'release': {
        const claim = pick(claims, step.claim);
        if (claim !== undefined) await deliveries.release([claim]);
        return;
      }
      case 'switch':
        await store.endpoints.update(pick(endpoints, step.endpoint)!.id, (before) => ({
          ...before,
          status: step.status,
          updatedAt: now,
        }));
        return;
      case 'delete': {
        const index = step.endpoint % endpoints.length;
        await store.endpoints.delete(endpoints[index]!.id, now);
        endpoints[index] = newEndpoint();
        await store.endpoints.add(endpoints[index]);
        return;
      }
      case 'retry': {
        const id = pick(ids, step.delivery);
        if (id !== undefined) await deliveries.retry(id, now, 'hand');
        return;
      }
      case 'retryAll': {
        const run = nextId('run');
        await deliveries.beginRetryRun(run, {}, run, now);
        while ((await deliveries.continueRetryRun(run, now)) > 0);
        return;
      }
      case 'cancel': {
        const id = pick(ids, step.delivery);
        if (id !== undefined) await deliveries.cancel([id], 'enough', now);
        return;
      }
      case 'die': {
        const index = step.engine % engines.length;
        await store.engines.remove(engines[index]!);
        engines[index] = await enterEngine(store, 4_000_001 + index);
      }
    }
  }

  /** Everybody dies, somebody comes and delivers what there is. */
  async function deliverTheRest(): Promise<void> {
    for (const seq of engines) await store.engines.remove(seq);
    const owner = await enterEngine(store);
    now += 1_000;
    for (;;) {
      const { claims: rest } = await deliveries.claim(wanting(owner, { now }));
      if (rest.length === 0) return;
      for (const claim of rest) await deliveries.settle(claim, ended({ startedAt: now }, now), succeeded);
      recorded += rest.length;
    }
  }

  const db = connect(path, { readonly: true });
  const attempts = db.prepare<[], { counted: number; rows: number }>(
    'select (select total(attempts) from deliveries) as counted, (select count(delivery_seq) from attempts) as rows',
  );
  return {
    run,
    deliverTheRest,
    close: () => store.close(),
    check: () => {
      expect(impossible(db)).toEqual({});
      expect(attempts.get()).toEqual({ counted: recorded - unsettled, rows: recorded });
    },
    alive: () =>
      db.prepare("select count(*) from deliveries where status in ('pending', 'sending')").pluck().get(),
  };
}

describe('whatever happens', () => {
  test('no delivery is ever in an impossible state, and in the end none is left', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (steps) => {
        const world = await startWorld();
        try {
          for (const step of steps) {
            await world.run(step);
            world.check();
          }
          await world.deliverTheRest();
          world.check();
          expect(world.alive()).toBe(0);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 50 },
    );
  });
});
