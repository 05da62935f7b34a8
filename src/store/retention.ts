import type Database from 'better-sqlite3';
import type { RetentionRule } from '../model/retention.ts';
import { prepareForget } from './capture-text.ts';
import { explaining, isBusy } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import { createEventWalk, prepareEventDeletion } from './retention-events.ts';
import { createExcess } from './retention-excess.ts';
import { createTextRenewal } from './text-renewal.ts';
import { createRoom } from './room.ts';
import type { RetentionStore } from './store.ts';

/** A capture, or an event with all that was delivered of it. */
interface Old {
  readonly kind: 'capture' | 'event';
  readonly seq: number;
  readonly at: number;
  readonly bytes: number;
}

interface Found {
  readonly old: readonly Old[];
  /** Pages in use that are to be reached; 0 where all of it goes. */
  readonly goal: number;
  /** Whether there is nothing else. */
  readonly isAll: boolean;
}

/** Small, so that a receiver beside it never waits long for the write lock. */
const ROWS_PER_TRANSACTION = 200;
const BYTES_PER_TRANSACTION = 16 * 1024 * 1024;

/** Deletes what a rule does not keep, and makes the file smaller. */
export function createRetentionStore(
  db: Database.Database,
  commit: GroupCommit,
  path: string,
): RetentionStore {
  const room = createRoom(db);
  const text = createTextRenewal(db);
  const tooMany = {
    captures: createExcess(db, 'capture_list'),
    events: createExcess(db, 'events'),
  };
  // What has to go, and what may go for room: they are gone through apart.
  const walks = { due: createEventWalk(db), any: createEventWalk(db) };
  const oldestCaptures = db.prepare<[], Old>(
    `select 'capture' as kind, l.seq, l.received_at as at, c.body_size as bytes
     from capture_list l cross join captures c on c.seq = l.seq order by l.seq limit ${ROWS_PER_TRANSACTION}`,
  );
  const deleteCapture = db.prepare<[number]>('delete from captures where seq = ?');
  const forget = prepareForget(db);
  const deleteEvent = prepareEventDeletion(db);
  let hasWritten = false;

  /** Some of what is too old or too many. */
  function findDue(rule: RetentionRule, now: number): Found {
    const cutoff = rule.ageMs === undefined ? Number.NEGATIVE_INFINITY : now - rule.ageMs;
    const through = tooMany.captures.through(rule.count);
    const throughEvent = tooMany.events.through(rule.count);
    const captures =
      rule.ageMs === undefined && through === 0
        ? []
        : oldestCaptures.all().filter(({ at, seq }) => at < cutoff || seq <= through);
    const { events, isAtEnd } = walks.due.some(
      now,
      (event) => event.at >= cutoff && event.seq > throughEvent,
      (event) => event.endedAt < cutoff || event.seq <= throughEvent,
    );
    const isAll = captures.length === 0 && events.length === 0 && isAtEnd;
    if (isAll) for (const excess of Object.values(tooMany)) excess.settle();
    return { old: [...captures, ...events.map(toOld)], goal: 0, isAll };
  }

  /** The oldest, where the file is too large. */
  function findForRoom(rule: RetentionRule, now: number): Found {
    const goal = room.goal(rule.sizeBytes);
    if (goal === null) return { old: [], goal: 0, isAll: true };
    const { events, isAtEnd } = walks.any.some(
      now,
      () => false,
      () => true,
    );
    // Events that are passed over first may be older than any capture.
    const captures = events.length === 0 && !isAtEnd ? [] : oldestCaptures.all();
    const old = [...captures, ...events.map(toOld)].toSorted((one, other) => one.at - other.at);
    return { old, goal, isAll: old.length === 0 && isAtEnd };
  }

  function remove({ old, goal }: Found): { captures: number; deliveries: number } {
    const captures: number[] = [];
    let [deliveries, bytes] = [0, 0];
    for (const { kind, seq, bytes: size } of old.slice(0, ROWS_PER_TRANSACTION)) {
      if (bytes + size > BYTES_PER_TRANSACTION && bytes > 0) break;
      if (goal > 0 && room.pagesInUse() <= goal) break;
      if (kind === 'event') deliveries += deleteEvent(seq);
      else if (deleteCapture.run(seq).changes > 0) captures.push(seq);
      bytes += size;
    }
    forget(captures);
    return { captures: captures.length, deliveries };
  }

  /** Resolves with whether there was anything to do. */
  async function renewText(): Promise<boolean> {
    if (explaining(path, text.isLeft)) await commit.run(text.removeSome);
    else if (!explaining(path, text.isDue) || !(await commit.run(text.beginAnew))) return false;
    return true;
  }

  return {
    prune: async (rule, now) => {
      const none = { captures: 0, deliveries: 0 };
      if (await renewText()) {
        hasWritten = true;
        return { ...none, isDone: false };
      }
      const due = explaining(path, () => findDue(rule, now));
      const found = due.isAll ? explaining(path, () => findForRoom(rule, now)) : due;
      if (found.old.length === 0) return { ...none, isDone: found.isAll };
      hasWritten = true;
      return { ...(await commit.run(() => remove(found))), isDone: false };
    },
    giveBack: async (share, mostBytes) => {
      if (explaining(path, () => room.isMuchFree(share, mostBytes))) {
        hasWritten = true;
        if (await commit.run(room.giveBack)) return { isDone: false };
      }
      if (hasWritten) explaining(path, emptyLog);
      hasWritten = false;
      return { isDone: true };
    },
    size: async () => explaining(path, room.fileBytes),
  };

  function emptyLog(): void {
    try {
      db.pragma('wal_checkpoint(truncate)');
    } catch (error) {
      // Who reads at this moment needs it.
      if (!isBusy(error)) throw error;
    }
  }
}

function toOld({ seq, at, bytes }: Omit<Old, 'kind'>): Old {
  return { kind: 'event', seq, at, bytes };
}
