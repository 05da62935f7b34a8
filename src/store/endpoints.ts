import type Database from 'better-sqlite3';
import type { Endpoint, EndpointStatus } from '../model/endpoint.ts';
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
  revision: number;
  settings: string;
  secret: string | Buffer | null;
}

const COLUMNS = 'seq, id, provider, status, failures, revision, settings, secret';

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
  /** Those of a provider that are not deleted, oldest first. Read once for each change of them; `failures` is not kept up. */
  ofProvider(provider: string): EndpointsOfProvider;
  /** Disables it and cancels what waits for it. Returns how many that were, or null where it was not active. */
  disable(seq: number, reason: string, now: number): number | null;
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
    disable: (seq, reason, now) => {
      const endpoint = toEndpoint(selectOne.get(seq)!);
      if (endpoint.status !== 'active') return null;
      write(seq, {
        ...endpoint,
        status: 'disabled',
        disabledReason: reason,
        disabledAt: now,
        testedAt: null,
        updatedAt: now,
      });
      return cancel.ofInactive(seq, `the endpoint was disabled: ${reason}`, now);
    },
    recordTest: (seq, now) => {
      write(seq, { ...toEndpoint(selectOne.get(seq)!), testedAt: now });
    },
  };
}

export function createEndpointStore(db: Database.Database, commit: GroupCommit, path: string): EndpointStore {
  const insert = db.prepare(
    `insert into endpoints (id, provider, status, failures, settings, secret)
     values (@id, @provider, @status, @failures, @settings, @secret)`,
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
    `update endpoints set status = @status, failures = @failures, settings = @settings, secret = @secret,
       revision = ${NEW_REVISION} where seq = @seq`,
  );
  return (seq, endpoint) => {
    const { status, failures, settings, secret } = toRow(endpoint);
    statement.run({ seq, status, failures, settings, secret });
  };
}

function toRow(endpoint: Endpoint): Omit<EndpointRow, 'seq' | 'revision'> {
  const { id, provider, status, failures, secret, ...settings } = endpoint;
  return {
    id,
    provider,
    status,
    failures,
    settings: JSON.stringify(settings),
    secret: secret === null || typeof secret === 'string' ? secret : Buffer.from(secret),
  };
}

function toEndpoint({ id, provider, status, failures, settings, secret }: EndpointRow): Endpoint {
  const rest = JSON.parse(settings) as Omit<Endpoint, 'id' | 'provider' | 'status' | 'failures' | 'secret'>;
  return { id, provider, status, failures, secret, ...rest };
}
