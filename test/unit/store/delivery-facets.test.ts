import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DELIVERY_STATUSES, type Delivery } from '../../../src/model/delivery.ts';
import { APPLICATION_ID, migrations } from '../../../src/store/migrations.ts';
import type { DeliveryFilter, Store } from '../../../src/store/store.ts';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';
import { NOON, newEvent, newEndpoint, nextId } from '../../support/deliveries.ts';

const PROVIDERS = ['iverton', 'filedgr'];
const TYPES = ['deal.won', 'deal.lost', 'file.added', null];
const BEFORE = 2_500;
const AFTER = 1_500;
/** The oldest of all: what is rare. */
const RARE = { endpoint: 'ep_rare', type: 'deal.rare', number: 3 };

/** Times go up, but for now and then a clock that was wrong. */
function createdAt(number: number): number {
  return NOON + number * 10 + (number % 400 === 0 ? 9_000 : number % 700 === 0 ? -9_000 : 0);
}

/** A database from before there were facets, with deliveries of every kind. */
function makeOld(path: string): void {
  const db = connect(path);
  db.pragma('journal_mode = wal');
  for (const { sql } of migrations.slice(0, 3)) db.exec(sql);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('user_version = 3');
  const { id: _, provider: __, status: ___, failures: ____, secret: _____, ...settings } = newEndpoint();
  const endpoint = db.prepare('insert into endpoints (id, provider, status, settings) values (?, ?, ?, ?)');
  for (const [id, provider] of [
    ['ep_1', PROVIDERS[0]],
    ['ep_2', PROVIDERS[0]],
    ['ep_3', PROVIDERS[1]],
    [RARE.endpoint, PROVIDERS[1]],
  ]) {
    endpoint.run(id, provider, 'active', JSON.stringify(settings));
  }
  const event = db.prepare(
    'insert into events (id, provider, event_type, is_own_id, created_at) values (?, ?, ?, 0, ?)',
  );
  const message = db.prepare("insert into messages (event_seq, body) values (?, x'7b7d')");
  const delivery = db.prepare(
    `insert into deliveries (id, event_seq, message_seq, endpoint_seq, status, "trigger", created_at, due_at, finished_at, reason)
     values (?, ?, ?, ?, ?, 'scheduled', ?, ?, ?, null)`,
  );
  db.transaction(() => {
    for (let number = 0; number < BEFORE; number += 1) {
      const isRare = number < RARE.number;
      const endpointSeq = isRare ? 4 : 1 + (number % 3);
      const type = isRare ? RARE.type : TYPES[number % TYPES.length];
      const at = createdAt(number);
      const status = DELIVERY_STATUSES[(number * 7) % DELIVERY_STATUSES.length]!;
      const isOpen = status === 'pending' || status === 'sending';
      const { lastInsertRowid: seq } = event.run(
        `evt_old_${number}`,
        PROVIDERS[endpointSeq > 2 ? 1 : 0],
        type,
        at,
      );
      message.run(seq);
      delivery.run(
        `dlv_old_${number}`,
        seq,
        seq,
        endpointSeq,
        status,
        at,
        isOpen ? at : null,
        isOpen ? null : at,
      );
    }
  })();
  db.close();
}

async function publishMore({ deliveries }: Store): Promise<void> {
  const body = Buffer.from('{}');
  await Promise.all(
    Array.from({ length: AFTER }, (_, index) => {
      const number = BEFORE + index;
      const at = createdAt(number);
      const about = { createdAt: at, eventType: TYPES[number % TYPES.length]!, provider: PROVIDERS[0]! };
      return deliveries.publish(newEvent(about), () => [
        {
          endpointId: number % 2 === 0 ? 'ep_1' : 'ep_2',
          id: nextId('dlv'),
          body,
          discarded: number % 50 === 0 ? 'asleep' : null,
          trigger: 'scheduled',
          dueAt: at,
        },
      ]);
    }),
  );
}

function fits(filter: DeliveryFilter, delivery: Delivery): boolean {
  const { endpoint, provider, type, status, since, until, event } = filter;
  const pattern = type === undefined ? null : new RegExp(`^${type.replaceAll('*', '.*')}$`);
  return (
    (endpoint === undefined || delivery.endpointId === endpoint) &&
    (provider === undefined || delivery.provider === provider) &&
    (pattern === null || (delivery.eventType !== null && pattern.test(delivery.eventType))) &&
    (status === undefined || delivery.status === status) &&
    (since === undefined || delivery.createdAt >= since) &&
    (until === undefined || delivery.createdAt < until) &&
    (event === undefined || delivery.eventId === event)
  );
}

const time = fc.integer({ min: -1_000, max: BEFORE + AFTER + 1_000 }).map((number) => NOON + number * 10);
const filter = fc.record(
  {
    endpoint: fc.constantFrom('ep_1', 'ep_3', RARE.endpoint, 'ep_none'),
    provider: fc.constantFrom(...PROVIDERS, 'nobody'),
    type: fc.constantFrom('deal.won', RARE.type, 'deal.*', '*added', '*', 'none'),
    status: fc.constantFrom(...DELIVERY_STATUSES),
    since: time,
    until: time,
    event: fc.constantFrom('evt_old_7', 'evt_old_2400', 'evt_none'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<DeliveryFilter>;

test('a list has what matches and nothing else, newest first, however far back, on all its pages', async () => {
  const path = newDatabasePath();
  makeOld(path);
  const store = await openForTest({ path });
  await publishMore(store);
  const { deliveries: all } = await store.deliveries.list({}, { limit: 10_000 });
  expect(all).toHaveLength(BEFORE + AFTER);
  expect(all.at(-1)!.id).toBe('dlv_old_0');

  // Nothing is left out, nor comes twice, where one way of looking ends and the next begins.
  for (const provider of PROVIDERS) {
    const page = await store.deliveries.list({ provider }, { limit: 10_000 });
    expect(page.deliveries).toEqual(all.filter((delivery) => delivery.provider === provider));
  }

  await fc.assert(
    fc.asyncProperty(filter, fc.integer({ min: 1, max: 700 }), async (wanted, limit) => {
      const found: string[] = [];
      let cursor: string | undefined;
      // Three pages from the beginning: more takes long, and is no different.
      for (let pages = 0; pages < 3; pages += 1) {
        const page = await store.deliveries.list(wanted, { limit, cursor });
        found.push(...page.deliveries.map(({ id }) => id));
        if (page.nextCursor === null) break;
        expect(page.deliveries).toHaveLength(limit);
        cursor = page.nextCursor;
      }
      const matching = all.filter((delivery) => fits(wanted, delivery)).map(({ id }) => id);
      expect(found).toEqual(matching.slice(0, 3 * limit));
    }),
    { numRuns: 150 },
  );
});

test('a retry of many makes due what matches and has ended, the oldest first', async () => {
  const path = newDatabasePath();
  makeOld(path);
  const store = await openForTest({ path });
  const { deliveries: all } = await store.deliveries.list({}, { limit: 10_000 });
  for (const [index, wanted] of (
    [
      { event: 'evt_old_4' },
      { type: RARE.type },
      { endpoint: 'ep_2', status: 'failed', until: createdAt(900) },
      { status: 'canceled' },
      { provider: 'iverton', type: 'deal.*', since: createdAt(1_300) },
      {},
    ] as DeliveryFilter[]
  ).entries()) {
    const before = (await store.deliveries.list({}, { limit: 10_000 })).deliveries;
    const matching = before
      .filter(({ status }) => ['failed', 'discarded', 'canceled'].includes(status))
      .filter((delivery) => fits(wanted, delivery))
      .map(({ id }) => id)
      .toReversed();
    const run = `run_${index}`;
    await store.deliveries.beginRetryRun(run, wanted, run, NOON);
    const portions: number[] = [];
    for (;;) {
      const made = await store.deliveries.continueRetryRun(run, NOON);
      if (made === 0) break;
      portions.push(made);
      const due = new Set(
        (await store.deliveries.list({}, { limit: 10_000 })).deliveries
          .filter(({ trigger }) => trigger === 'manual')
          .map(({ id }) => id),
      );
      const soFar = portions.reduce((sum, one) => sum + one, 0);
      expect(matching.map((id) => due.has(id))).toEqual(matching.map((_, at) => at < soFar));
    }
    expect(portions.reduce((sum, one) => sum + one, 0)).toBe(matching.length);
  }
  expect(all).toHaveLength(BEFORE);
});
