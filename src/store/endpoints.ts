import type Database from 'better-sqlite3';
import { asOf, type Endpoint, type EndpointStatus } from '../model/endpoint.ts';
import { prepareCancel } from './delivery-cancel.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import type { EndpointStore } from './store.ts';

interface EndpointRow {
  seq: number;
  id: string;
  provider: string;
  status: EndpointStatus;
  failures: number;
  failingSince: number | null;
  pausedUntil: number | null;
  pauses: number;
  revision: number;
  settings: string;
  secret: string | Buffer | null;
}

const COLUMNS = `seq, id, provider, status, failures, failing_since as failingSince, paused_until as pausedUntil, pauses,
  revision, settings, secret`;

/** By chance, not by counting: what a transaction wrote and took back is never mistaken for what was written later. */
const NEW_REVISION = 'random() & 0x1fffffffffffff';

interface EndpointsOfProvider {
  readonly endpoints: readonly Endpoint[];
  /** The number of an endpoint's row by its id. */
  readonly seqOf: ReadonlyMap<string, number>;
}

/** Endpoints by their row's number, for the rest of the store. Synchronous: meant to run inside a transaction. */
export interface EndpointTable {
  /** Parsed once for each of its revisions. */
  bySeq(seq: number): Endpoint;
  /** Those of a provider that are not deleted, oldest first. Read once for each change of them; counts are not kept up. */
  ofProvider(provider: string): EndpointsOfProvider;
  /**
   * Disables it, for good or until a moment, and cancels what waits for it. Returns how many that were, or null where it was not
   * active.
   */
  disable(seq: number, reason: string, now: number, pausedUntil: number | null): number | null;
  /** Makes those active again that were disabled until a moment that has come. */
  resume(now: number): void;
  recordTest(seq: number, now: number): void;
}

export function createEndpointTable(db: Database.Database): EndpointTable {
  const parsed = new Map<number, { revision: number; endpoint: Endpoint }>();
  const revisionOf = db.prepare<[number], number>('select revision from endpoints where seq = ?');
  revisionOf.pluck();
  const selectOne = db.prepare<[number], EndpointRow>(`select ${COLUMNS} from endpoints where seq = ?`);
  const selectAll = db.prepare<[string], EndpointRow>(
    `select ${COLUMNS} from endpoints where provider = ? and deleted_at is null order by seq`,
  );
  const changesOf = db.prepare<[string], number>('select number from endpoint_changes where provider = ?');
  changesOf.pluck();
  const known = new Map<string, { changes: number | undefined; found: EndpointsOfProvider }>();
  const write = prepareWrite(db);
  const cancel = prepareCancel(db);
  const selectPaused = db.prepare<[number], EndpointRow>(
    `select ${COLUMNS} from endpoints where paused_until <= ?`,
  );

  return {
    bySeq: (seq) => {
      const known = parsed.get(seq);
      if (known !== undefined && revisionOf.get(seq) === known.revision) return known.endpoint;
      const row = selectOne.get(seq)!;
      const endpoint = toEndpoint(row);
      parsed.set(seq, { revision: row.revision, endpoint });
      return endpoint;
    },
    ofProvider: (provider) => {
      const changes = changesOf.get(provider);
      const before = known.get(provider);
      if (before !== undefined && before.changes === changes) return before.found;
      const rows = selectAll.all(provider);
      const found = {
        endpoints: rows.map(toEndpoint),
        seqOf: new Map(rows.map(({ id, seq }) => [id, seq])),
      };
      known.set(provider, { changes, found });
      return found;
    },
    disable: (seq, reason, now, pausedUntil) => {
      const endpoint = toEndpoint(selectOne.get(seq)!);
      if (endpoint.status !== 'active') return null;
      write(seq, {
        ...endpoint,
        status: 'disabled',
        disabledReason: reason,
        disabledAt: now,
        testedAt: null,
        pausedUntil,
        pauses: endpoint.pauses + Number(pausedUntil !== null),
        updatedAt: now,
      });
      return cancel.ofInactive(seq, `the endpoint was disabled: ${reason}`, now);
    },
    resume: (now) => {
      for (const row of selectPaused.all(now)) write(row.seq, asOf(toEndpoint(row), now));
    },
    recordTest: (seq, now) => {
      write(seq, { ...toEndpoint(selectOne.get(seq)!), testedAt: now });
    },
  };
}

export function createEndpointStore(db: Database.Database, commit: GroupCommit, path: string): EndpointStore {
  const insert = db.prepare(
    `insert into endpoints (id, provider, status, failures, failing_since, paused_until, pauses, settings, secret)
     values (@id, @provider, @status, @failures, @failingSince, @pausedUntil, @pauses, @settings, @secret)`,
  );
  const selectOne = db.prepare<[string], EndpointRow>(
    `select ${COLUMNS} from endpoints where id = ? and deleted_at is null`,
  );
  const selectAll = db.prepare<[object], EndpointRow>(
    `select ${COLUMNS} from endpoints where deleted_at is null and (@provider is null or provider = @provider)
       and (@status is null or status = @status)
       and seq > iif(@after is null, 0, (select seq from endpoints where id = @after))
     order by seq limit @limit`,
  );
  const markDeleted = db.prepare(
    `update endpoints set deleted_at = ?, revision = ${NEW_REVISION} where seq = ?`,
  );
  const write = prepareWrite(db);
  const cancel = prepareCancel(db);

  function update(id: string, change: (endpoint: Endpoint) => Endpoint): Endpoint | null {
    const row = selectOne.get(id);
    if (row === undefined) return null;
    const before = toEndpoint(row);
    const after = change(before);
    write(row.seq, after);
    if (before.status === 'active' && after.status !== 'active') {
      cancel.ofInactive(row.seq, after.disabledReason ?? 'the endpoint was disabled', after.updatedAt);
    }
    return after;
  }

  function remove(id: string, now: number): boolean {
    const row = selectOne.get(id);
    if (row === undefined) return false;
    markDeleted.run(now, row.seq);
    cancel.ofDeleted(row.seq, now);
    return true;
  }

  return {
    add: (endpoint) => commit.run(() => void insert.run(toRow(endpoint))),
    get: async (id) =>
      explaining(path, () => {
        const row = selectOne.get(id);
        return row === undefined ? null : toEndpoint(row);
      }),
    list: async (
      { provider = null, status = null }: { provider?: string | null; status?: string | null } = {},
      page,
    ) =>
      explaining(path, () =>
        selectAll
          .all({ provider, status, after: page?.after ?? null, limit: page?.limit ?? -1 })
          .map(toEndpoint),
      ),
    update: (id, change) => commit.run(() => update(id, change)),
    delete: (id, now) => commit.run(() => remove(id, now)),
  };
}

function prepareWrite(db: Database.Database): (seq: number, endpoint: Endpoint) => void {
  const statement = db.prepare(
    `update endpoints set status = @status, failures = @failures, failing_since = @failingSince, paused_until = @pausedUntil,
       pauses = @pauses, settings = @settings, secret = @secret, revision = ${NEW_REVISION} where seq = @seq`,
  );
  return (seq, endpoint) => {
    const { id: _id, provider: _provider, ...changed } = toRow(endpoint);
    statement.run({ seq, ...changed });
  };
}

function toRow(endpoint: Endpoint): Omit<EndpointRow, 'seq' | 'revision'> {
  const { id, provider, status, failures, failingSince, pausedUntil, pauses, secret, ...settings } = endpoint;
  return {
    id,
    provider,
    status,
    failures,
    failingSince,
    pausedUntil,
    pauses,
    settings: JSON.stringify(settings),
    secret: secret === null || typeof secret === 'string' ? secret : Buffer.from(secret),
  };
}

function toEndpoint({ seq: _seq, revision: _revision, settings, ...columns }: EndpointRow): Endpoint {
  const rest = JSON.parse(settings) as Omit<Endpoint, keyof typeof columns>;
  return { ...columns, ...rest };
}
