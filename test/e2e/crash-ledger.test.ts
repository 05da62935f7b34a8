import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { newDatabasePath } from '../support/database.ts';
import { endpointWith } from '../support/endpoints.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { startFickleReceiver, type FickleReceiver, type Tally } from '../support/fickle-receiver.ts';
import { drawFrom } from '../support/random.ts';

const KILLS = 50;
const EVENTS = 2_000;
/** Few enough that some are left for the last life, which nothing ends. */
const EVENTS_PER_LIFE = 39;
/** Short waits, and so many that nothing is ever given up. */
const DELAYS_MS = [1, 1, 2, 2, 5, 5, ...Array.from({ length: 90 }, () => 10)];
const EVENT_TYPES = ['risk.created', 'asset.updated', 'task.completed', 'document.expired'];
const TIMEOUT_MS = 2_000;

const start = Number(process.env['LEDGER_FROM'] ?? Date.now() % 1_000_000_000);
console.log(`ledger: drawn from ${start} (LEDGER_FROM=${start} draws it again)`);

test(`${KILLS} kills in the middle of deliveries lose none`, async () => {
  const random = drawFrom(start);
  const receiver = await startFickleReceiver(drawFrom(start + 1));
  const path = await databaseWithEndpoints(receiver.url);
  const accepted = new Set<string>();
  let kills = 0;
  let recoveries = 0;

  while (kills < KILLS) {
    const engine = startEngineProcess({ path, publish: EVENTS_PER_LIFE, eventTypes: EVENT_TYPES });
    // Each event that is not acknowledged yet takes at least one request more.
    const outstanding = EVENTS_PER_LIFE + accepted.size - acknowledged(receiver, accepted);
    await receiver.reached(receiver.requests + 1 + Math.floor(random() * Math.min(outstanding / 2, 120)));
    engine.kill('SIGKILL');
    expect(await engine.ended).toEqual({ code: null, signal: 'SIGKILL', stderr: '' });
    kills += 1;
    for (const line of engine.lines) if ('accepted' in line) accepted.add(line['accepted']);
    recoveries += expectImmediateRecovery(engine.lines);
  }
  const last = startEngineProcess({
    path,
    publish: EVENTS - accepted.size,
    eventTypes: EVENT_TYPES,
    finish: true,
  });
  expect(await last.ended).toEqual({ code: 0, signal: null, stderr: '' });
  for (const line of last.lines) if ('accepted' in line) accepted.add(line['accepted']);
  recoveries += expectImmediateRecovery(last.lines);

  const ledger = readLedger(path);
  const { delivered, duplicates, interrupted } = balance(ledger, receiver.tallies);
  console.log(
    `ledger: ${accepted.size} accepted, ${delivered(accepted)} delivered, ${receiver.requests} attempts, ` +
      `${interrupted} interrupted, ${duplicates} duplicates, ${kills} kills`,
  );
  expect(accepted.size).toBe(EVENTS);
  expect(delivered(accepted)).toBe(EVENTS);
  // Or else the engine was not killed in the middle of anything.
  expect(recoveries).toBeGreaterThan(KILLS / 2);
  expect(interrupted).toBeGreaterThan(KILLS);
}, 300_000);

test('killed while it publishes, it has accepted whole events or none', async () => {
  const random = drawFrom(start + 2);
  const receiver = await startFickleReceiver(drawFrom(start + 3));
  const path = await databaseWithEndpoints(receiver.url, 3);
  const accepted = new Set<string>();
  for (let life = 0; life < 8; life += 1) {
    const engine = startEngineProcess({ path, publish: 80, eventTypes: EVENT_TYPES });
    await engine.said('accepted', 1 + Math.floor(random() * 79));
    engine.kill('SIGKILL');
    await engine.ended;
    for (const line of engine.lines) if ('accepted' in line) accepted.add(line['accepted']);
  }
  const last = startEngineProcess({ path, finish: true });
  expect(await last.ended).toEqual({ code: 0, signal: null, stderr: '' });

  const ledger = readLedger(path);
  const { delivered } = balance(ledger, receiver.tallies);
  const deliveriesOf = new Map<string, number>();
  for (const { eventId } of ledger) deliveriesOf.set(eventId, (deliveriesOf.get(eventId) ?? 0) + 1);
  expect(new Set(deliveriesOf.values())).toEqual(new Set([3]));
  expect(delivered(accepted)).toBe(accepted.size);
}, 120_000);

/** Endpoints for each of the event types, so many, all with the same receiver. */
async function databaseWithEndpoints(url: string, each = 1): Promise<string> {
  const path = newDatabasePath();
  const store = await openStore({ path });
  for (const eventType of EVENT_TYPES) {
    for (let number = 0; number < each; number += 1) {
      await store.endpoints.add(
        endpointWith({
          id: `ep_${eventType}_${number}`,
          url: `${url}/ep_${eventType}_${number}`,
          eventTypes: [eventType],
          delaysMs: DELAYS_MS,
          timeoutMs: TIMEOUT_MS,
        }),
      );
    }
  }
  await store.close();
  return path;
}

interface LedgerRow {
  readonly eventId: string;
  readonly endpointId: string;
  readonly status: string;
  readonly attempts: number;
  readonly interruptions: number;
  readonly recorded: number;
}

function readLedger(path: string): readonly LedgerRow[] {
  const db = new Database(path);
  onTestFinished(() => void db.close());
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  return db
    .prepare<[], LedgerRow>(
      `select v.id as eventId, p.id as endpointId, d.status, d.attempts, d.interruptions,
         (select count(*) from attempts a where a.delivery_seq = d.seq) as recorded
       from events v left join deliveries d on d.event_seq = v.seq left join endpoints p on p.seq = d.endpoint_seq`,
    )
    .all();
}

/** How many of these events the receiver has acknowledged so far. */
function acknowledged({ tallies }: FickleReceiver, events: ReadonlySet<string>): number {
  let number = 0;
  for (const { eventId, acknowledged } of tallies.values()) {
    if (acknowledged > 0 && events.has(eventId)) number += 1;
  }
  return number;
}

/** What the engine before had under way is due, and is taken up again, as soon as the next one looks for work. */
function expectImmediateRecovery(lines: readonly Readonly<Record<string, any>>[]): number {
  const ready = lines.find((line) => 'ready' in line);
  if (ready === undefined) return 0;
  expect(ready['due']).toBe(ready['freed']);
  if (ready['freed'] > 0) expect(ready['taken']).toBeGreaterThan(0);
  return ready['freed'];
}

/** Compares what the database says with what the receiver saw, delivery by delivery. */
function balance(ledger: readonly LedgerRow[], tallies: ReadonlyMap<string, Tally>) {
  let duplicates = 0;
  let interrupted = 0;
  const delivered = new Set<string>();
  for (const row of ledger) {
    const tally = tallies.get(`/${row.endpointId} ${row.eventId}`);
    expect({ ...row, requests: tally?.requests, alike: tally?.alike }).toMatchObject({
      status: 'succeeded',
      attempts: row.recorded,
      alike: true,
    });
    const { requests, acknowledged } = tally!;
    // Whatever it saw beyond what is recorded, a kill has cut.
    expect(requests).toBeGreaterThanOrEqual(row.recorded);
    expect(requests).toBeLessThanOrEqual(row.recorded + row.interruptions);
    expect(acknowledged).toBeGreaterThanOrEqual(1);
    expect(acknowledged).toBeLessThanOrEqual(1 + row.interruptions);
    duplicates += acknowledged - 1;
    interrupted += row.interruptions;
    delivered.add(row.eventId);
  }
  // Nothing was sent that the database does not know.
  expect(tallies.size).toBe(ledger.length);
  return {
    duplicates,
    interrupted,
    delivered: (events: ReadonlySet<string>) => [...events].filter((id) => delivered.has(id)).length,
  };
}
