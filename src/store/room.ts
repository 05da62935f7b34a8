import type Database from 'better-sqlite3';

/** How large the database file is, and how much of it is free inside. */
export interface Room {
  fileBytes(): number;
  pagesInUse(): number;
  /** To how many pages what is in use has to come down; null where it is not too much. */
  goal(mostBytes: number | undefined): number | null;
  /** Whether more is free than a share of the file, or anything where the file is larger than it may be. */
  isMuchFree(share: number, mostBytes?: number): boolean;
  /** Makes the file smaller by some of what is free. To be called in a transaction. Returns whether that was possible. */
  giveBack(): boolean;
}

/** What is too large is brought down below its limit by so much, so that not every capture prunes. */
const LOWERED_TO = 0.95;
/** Few: moving a page from the end of the file to its beginning takes up to half a millisecond. */
const PAGES_GIVEN_BACK = 64;

export function createRoom(db: Database.Database): Room {
  const number = (pragma: string): (() => number) => {
    const statement = db.prepare<[], number>(`pragma ${pragma}`).pluck();
    return () => statement.get() as number;
  };
  const [pages, free, pageSize] = [number('page_count'), number('freelist_count'), number('page_size')];
  const pagesInUse = (): number => pages() - free();
  let isLowering = false;

  return {
    fileBytes: () => pages() * pageSize(),
    pagesInUse,
    goal: (mostBytes) => {
      if (mostBytes === undefined) return null;
      const most = Math.floor(mostBytes / pageSize());
      const low = Math.floor(most * LOWERED_TO);
      isLowering = pagesInUse() > (isLowering ? low : most);
      return isLowering ? low : null;
    },
    isMuchFree: (share, mostBytes = Number.POSITIVE_INFINITY) =>
      free() > (pages() * pageSize() > mostBytes ? 0 : pages() * share),
    giveBack: () => {
      const before = free();
      db.exec(`pragma incremental_vacuum(${PAGES_GIVEN_BACK})`);
      return free() < before;
    },
  };
}
