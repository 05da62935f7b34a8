import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHome, runCli, spawnCli } from '../support/cli.ts';

const home = createHome();

/** A folder with a configuration that is a program. */
function project(text: string): string {
  const folder = mkdtempSync(join(home.folder, 'project-'));
  writeFileSync(join(folder, 'webhook.config.mjs'), text);
  return folder;
}

const list = (cwd: string) => runCli(['providers', 'list', '--json'], { home, cwd });

test('a configuration that waits for what never comes is no success', async () => {
  const { code, stdout, stderr } = await list(project('await new Promise(() => {}); export default {};'));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('error: it ended before it was done');
});

test('what a configuration prints is no result', async () => {
  const cwd = project(`console.log('hello'); process.stdout.write('there\\n'); export default {};`);
  const { code, json, stderr } = await list(cwd);
  expect([code, stderr]).toEqual([0, 'hello\nthere\n']);
  expect(json().providers.length).toBeGreaterThan(30);
});

test('what a configuration leaves running does not keep the command, and no result is lost', async () => {
  const cwd = project(`setInterval(() => console.log('tick'), 1); export default {};`);
  const all = ['send', 'github', '--all', '--dry-run', '--json', '--secret', 's'];
  const { code, stdout } = await runCli(all, { home, cwd });
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  for (const line of lines) JSON.parse(line);
  expect(stdout.length).toBeGreaterThan(500_000);
  const { code: failed } = await runCli(['send', 'nosuch', '--json'], { home, cwd });
  expect(failed).toBe(2);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a command whose configuration takes its time', async (signal, expected) => {
  const cwd = project(`
    setInterval(() => {}, 1_000);
    process.stderr.write('loading\\n');
    await new Promise(() => {});
    export default {};`);
  const child = spawnCli(['providers', 'list', '--json'], { home, cwd });
  await once(child.stderr, 'data');
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([expected, null]);
});

test('a getter of a configuration that throws is its own fault, and is run once', async () => {
  const throwing = project(`export default {
    get secrets() {
      throw new Error('no vault');
    },
  };`);
  const { code, stderr } = await list(throwing);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'ERR_CONFIG',
    message: `${join(throwing, 'webhook.config.mjs')}:3: no vault`,
  });
  const counting = project(`
    const circle = {};
    circle.circle = circle;
    export default {
      get db() {
        process.stderr.write('once\\n');
        return './x.db';
      },
      providers: [circle],
    };`);
  const counted = await list(counting);
  expect([counted.code, counted.stderr]).toEqual([2, expect.stringMatching(/^once\n\{"error":/)]);
});
