import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { storeContract } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

describe('SQLite in a file', () => {
  storeContract(() => openStore({ path: join(folder, `${(files += 1)}.db`) }));
});

describe('SQLite in memory', () => {
  storeContract(() => openStore({ path: ':memory:' }));
});
