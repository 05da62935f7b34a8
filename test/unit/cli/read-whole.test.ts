import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collect, readWhole } from '../../../src/cli/read-whole.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-whole-'));

test('a file up to the limit is read, and one byte more is not', async () => {
  const path = join(folder, 'body');
  writeFileSync(path, 'x'.repeat(1_000));
  expect((await readWhole(path, 'body', 1_000)).toString()).toBe('x'.repeat(1_000));
  await expect(readWhole(path, 'body', 999)).rejects.toMatchObject({
    name: 'UsageError',
    message: 'body is larger than 999 B',
  });
});

test.runIf(process.platform !== 'win32')('a device without end is given up at the limit', async () => {
  await expect(readWhole('/dev/zero', '/dev/zero', 1024 * 1024)).rejects.toThrow(
    '/dev/zero is larger than 1 MB',
  );
});

test('so is a stream without end', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(64);
  }
  await expect(collect(endless(), 'standard input', 1_000)).rejects.toThrow(
    'standard input is larger than 1000 B',
  );
});

test('a file that is not there is as the system says', async () => {
  await expect(readWhole(join(folder, 'none'), 'none')).rejects.toMatchObject({ code: 'ENOENT' });
});
