import type Database from 'better-sqlite3';

/** An event of which nothing is to be delivered any more. */
export interface EndedEvent {
  readonly seq: number;
  readonly at: number;
  readonly endedAt: number;
  /** Of its messages. */
  readonly bytes: number;
}

/** Goes through the events from the oldest on. */
export interface EventWalk {
  /** Some of those that have ended and for which `isOld` holds, up to the first that `isNew`; reads a few only. */
  some(
    now: number,
    isNew: (event: EndedEvent) => boolean,
    isOld: (event: EndedEvent) => boolean,
  ): { readonly events: readonly EndedEvent[]; readonly isAtEnd: boolean };
}

const EVENTS_PER_LOOK = 500;
/** How long what was passed over is not looked at again, in milliseconds: it may be much. */
const PASSED_FOR_MS = 60_000;
/** That something is still to be delivered of the event `v`. */
const IS_OPEN = `exists (
  select 1 from deliveries d where d.event_seq = v.seq and d.status in ('pending', 'sending'))`;

export function createEventWalk(db: Database.Database): EventWalk {
  const after = db.prepare<[number], EndedEvent & { isOpen: number }>(
    `select v.seq, v.created_at as at, ${IS_OPEN} as isOpen,
       max(v.created_at, (select coalesce(max(d.finished_at), 0) from deliveries d where d.event_seq = v.seq)) as endedAt,
       (select coalesce(sum(length(m.body)), 0) from messages m where m.event_seq = v.seq) as bytes
     from events v where v.seq > ? order by v.seq limit ${EVENTS_PER_LOOK}`,
  );
  let passed = 0;
  let begunAt = Number.NEGATIVE_INFINITY;

  return {
    some: (now, isNew, isOld) => {
      if (Math.abs(now - begunAt) >= PASSED_FOR_MS) [passed, begunAt] = [0, now];
      const events: EndedEvent[] = [];
      let looked = 0;
      for (const row of after.iterate(passed)) {
        if (isNew(row)) return { events, isAtEnd: true };
        looked += 1;
        if (row.isOpen === 0 && isOld(row)) events.push(row);
        else if (events.length === 0) passed = row.seq;
      }
      return { events, isAtEnd: looked < EVENTS_PER_LOOK };
    },
  };
}

/** Deletes an event with all that was delivered of it, unless something is to be delivered again. Returns how many deliveries. */
export function prepareEventDeletion(db: Database.Database): (seq: number) => number {
  const deliveries = db
    .prepare<[number], number>('select count(*) from deliveries where event_seq = ?')
    .pluck();
  const remove = db.prepare<[number]>(`delete from events as v where v.seq = ? and not ${IS_OPEN}`);
  return (seq) => {
    const count = deliveries.get(seq) as number;
    return remove.run(seq).changes === 0 ? 0 : count;
  };
}
