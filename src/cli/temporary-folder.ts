import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookError } from '../errors.ts';
import type { Host } from './io.ts';

export interface TemporaryFolder {
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Makes a folder that this user alone can read. It is removed when it is closed, and else when the process ends.
 * @throws {WebhookError}
 */
export function createTemporaryFolder(
  host: Pick<Host, 'onExit'>,
  warn: (what: string, error: unknown) => void,
): TemporaryFolder {
  const path = make();
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  const forget = host.onExit(remove);
  return {
    path,
    close: async () => {
      forget();
      try {
        remove();
      } catch (error) {
        const { message } = error as Error;
        warn('a folder is left behind', new WebhookError('ERR_FOLDER', message, { hint: `remove ${path}` }));
      }
    },
  };
}

function make(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'webhook-cli-run-'));
  } catch (error) {
    throw new WebhookError('ERR_FOLDER', `cannot make a temporary folder: ${(error as Error).message}`, {
      hint: 'set TMPDIR to a folder that may be written to, or name a database with --db',
      cause: error,
    });
  }
}
