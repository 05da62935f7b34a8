import { StoreError } from '../errors.ts';

const MOVE_AWAY = 'move the file away (a new one is made), or name another with --db';

const BUSY = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/;

const EXPLANATIONS: readonly { codes: RegExp; code: string; what: string; hint: string }[] = [
  { codes: /^SQLITE_NOTADB/, code: 'ERR_STORE_CORRUPT', what: 'is not a SQLite database', hint: MOVE_AWAY },
  { codes: /^SQLITE_CORRUPT/, code: 'ERR_STORE_CORRUPT', what: 'is damaged', hint: MOVE_AWAY },
  {
    codes: BUSY,
    code: 'ERR_STORE_LOCKED',
    what: 'is locked by another program',
    hint: 'close the program that holds it, or name another database with --db',
  },
  {
    codes: /^(SQLITE_FULL|ENOSPC)/,
    code: 'ERR_STORE_FULL',
    what: 'cannot grow: the disk or its size limit is full',
    hint: 'free some space, or delete captures with: webhook-cli captures delete --until 7d --yes',
  },
  {
    codes: /^(SQLITE_READONLY|EROFS)/,
    code: 'ERR_STORE_READONLY',
    what: 'cannot be written',
    hint: 'check the permissions of the file and of its folder, or name another with --db',
  },
  {
    codes: /^(SQLITE_IOERR|EIO$)/,
    code: 'ERR_STORE_IO',
    what: 'cannot be read or written',
    hint: 'check the disk, or name another database with --db',
  },
  {
    codes: /^(SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|E[A-Z0-9]+$)/,
    code: 'ERR_STORE_UNREADABLE',
    what: 'cannot be opened',
    hint: 'check the path and its permissions, or name another with --db',
  },
];

/** A driver's or file system's error as a StoreError that says what to do; anything else as it is. */
export function explainStoreError(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof StoreError || typeof code !== 'string') return error;
  const known = EXPLANATIONS.find(({ codes }) => codes.test(code));
  if (known === undefined) return error;
  return new StoreError(known.code, `the database ${path} ${known.what}`, { hint: known.hint, cause: error });
}

/** Runs a read, and throws what `explainStoreError` makes of its error. */
export function explaining<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw explainStoreError(error, path);
  }
}

/** Whether other writes must fail too: not where a row is bad, or too large for the room that is left. */
export function concernsWholeStore(error: unknown): boolean {
  const known = explainStoreError(error, '');
  return known instanceof StoreError && known.code !== 'ERR_STORE_FULL';
}

export function isBusy(error: unknown): boolean {
  return BUSY.test(String((error as { code?: unknown } | null)?.code));
}
