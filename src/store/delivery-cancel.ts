import type Database from 'better-sqlite3';

/** Cancels what waits for an endpoint. Synchronous: meant to run inside a transaction. Both return how many that were. */
export interface DeliveryCancel {
  /** All but tests, which an endpoint gets that is not active too. */
  ofInactive(endpointSeq: number, reason: string, now: number): number;
  ofDeleted(endpointSeq: number, now: number): number;
}

export function prepareCancel(db: Database.Database): DeliveryCancel {
  // Named, because SQLite would take the index over all that an endpoint ever got.
  const cancel = `update deliveries indexed by deliveries_due
    set status = 'canceled', reason = ?, finished_at = ?, due_at = null, resume_at = null
    where endpoint_seq = ? and status = 'pending'`;
  const all = db.prepare(cancel);
  const allButTests = db.prepare(`${cancel} and "trigger" <> 'test'`);
  return {
    ofInactive: (seq, reason, now) => allButTests.run(reason, now, seq).changes,
    ofDeleted: (seq, now) => all.run('the endpoint was deleted', now, seq).changes,
  };
}

/**
 * Cancels what an engine gave back after its endpoint had been disabled or deleted: it would else wait for ever. It counts as
 * canceled together with what waited then.
 */
export function prepareCancelStranded(db: Database.Database): () => void {
  const gone = db.prepare<[], { seq: number; deletedAt: number | null; updatedAt: number }>(
    `select seq, deleted_at as deletedAt, settings ->> '$.updatedAt' as updatedAt from endpoints
     where status <> 'active' or deleted_at is not null`,
  );
  const cancel = prepareCancel(db);
  return () => {
    for (const { seq, deletedAt, updatedAt } of gone.all()) {
      if (deletedAt === null) cancel.ofInactive(seq, 'the endpoint was disabled', updatedAt);
      else cancel.ofDeleted(seq, deletedAt);
    }
  };
}
