import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { processes } from '../../../src/engine/processes.ts';

test('this process lives, and one that has ended and was asked how does not', async () => {
  expect(processes.isAlive(process.pid)).toBe(true);
  const child = spawn('true');
  await once(child, 'close');
  expect(processes.isAlive(child.pid!)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'one that was killed has ended, though nobody asks how',
  async () => {
    // The shell becomes a program that never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    expect(processes.isAlive(pid)).toBe(true);
    // The shell itself would ask.
    await expect
      .poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8'), { timeout: 20_000 })
      .toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => processes.isAlive(pid), { timeout: 20_000 }).toBe(false);
    // It is there still.
    expect(process.kill(pid, 0)).toBe(true);
  },
);
