import { describe, expect, test } from 'vitest';
import { LEASE_MS, watchNeighbours } from '../../../src/engine/neighbours.ts';
import { hasEnded, type Processes } from '../../../src/engine/processes.ts';
import type { EngineRecord, Store } from '../../../src/store/store.ts';
import { openForTest } from '../../support/database.ts';
import { NOON, claimOne, deliverTo, newEndpoint } from '../../support/deliveries.ts';
import { manualClock } from '../../support/manual-clock.ts';

const OWN_PID = 100;

const here = (alive: readonly number[] = []): Processes => ({
  host: 'here',
  pid: OWN_PID,
  startedAt: 5,
  isAlive: (pid) => alive.includes(pid),
});

async function enter({ engines }: Store, about: Partial<EngineRecord>): Promise<number> {
  const engine = { clock: 'real', host: 'here', pid: OWN_PID, processStarted: 5, ...about };
  const registered = await engines.register(engine, () => false);
  if ('excludedBy' in registered) throw new Error('an engine excludes this one');
  return registered.seq;
}

describe('a process', () => {
  const engine: EngineRecord = {
    seq: 1,
    clock: 'real',
    host: 'here',
    pid: 7,
    processStarted: 5,
    beats: 0,
  };

  test.each<[string, Partial<EngineRecord>, readonly number[], boolean]>([
    ['that runs has not ended', {}, [7], false],
    ['that does not has', {}, [], true],
    ['on another host may always live', { host: 'there' }, [], false],
    ['that is this one has not ended', { pid: OWN_PID }, [], false],
    ['that had this one’s number before has', { pid: OWN_PID, processStarted: 4 }, [OWN_PID], true],
  ])('%s', (_name, about, alive, ended) => {
    expect(hasEnded({ ...engine, ...about }, here(alive))).toBe(ended);
  });
});

describe('neighbours', () => {
  async function start() {
    const store = await openForTest({ path: ':memory:' });
    const real = manualClock(NOON);
    const own = await enter(store, {});
    return { store, real, own, left: async () => (await store.engines.list()).map(({ seq }) => seq) };
  }

  test('whose process has ended are removed at once, and what they had is free', async () => {
    const { store, real, own, left } = await start();
    const dead = await enter(store, { pid: 7 });
    const alive = await enter(store, { pid: 8 });
    const endpoint = newEndpoint();
    await store.endpoints.add(endpoint);
    const id = await deliverTo(store, endpoint);
    await claimOne(store.deliveries, dead);
    expect(await watchNeighbours(store.engines, here([8]), real).bury(own)).toBe(1);
    expect(await left()).toEqual([own, alive]);
    expect(await store.deliveries.get(id)).toMatchObject({ status: 'pending', interruptions: 1 });
  });

  test.each([
    ['on another host', { host: 'there' }],
    ['whose process still runs', { pid: 8 }],
  ])('%s are removed when they were seen without a beat for the whole of a lease', async (_name, about) => {
    const { store, real, own, left } = await start();
    const silent = await enter(store, about);
    const neighbours = watchNeighbours(store.engines, here([8]), real);
    await neighbours.bury(own);
    await real.advance(LEASE_MS - 1);
    await neighbours.bury(own);
    expect(await left()).toEqual([own, silent]);
    await real.advance(1);
    await neighbours.bury(own);
    expect(await left()).toEqual([own]);
  });

  test('that beat stay, however long ago this one looked', async () => {
    const { store, real, own, left } = await start();
    const other = await enter(store, { host: 'there' });
    const neighbours = watchNeighbours(store.engines, here(), real);
    await neighbours.bury(own);
    for (let round = 0; round < 3; round += 1) {
      await real.advance(10 * LEASE_MS);
      await store.engines.beat(other);
      await neighbours.bury(own);
    }
    await real.advance(LEASE_MS - 1);
    await neighbours.bury(own);
    expect(await left()).toEqual([own, other]);
  });

  test('are never this one itself', async () => {
    const { store, real, own, left } = await start();
    const neighbours = watchNeighbours(store.engines, here(), real);
    await neighbours.bury(own);
    await real.advance(10 * LEASE_MS);
    await neighbours.bury(own);
    expect(await left()).toEqual([own]);
  });
});
