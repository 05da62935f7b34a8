import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createHome, runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [LISTEN, ...TRANSCRIPTS] = [...README.matchAll(/```console\n([\s\S]*?)```/g)].map(
  ([, block]) => block!,
);
const URL_IN_README = 'http://127.0.0.1:4400';

const GROUPS = new Set(['captures', 'providers', 'endpoints', 'deliveries']);

/** What differs from run to run. */
function steady(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, URL_IN_README)
    .replace(/\b(evt|cap)_[0-9a-z]+/g, '$1_*')
    .replace(/\d\d:\d\d:\d\d/g, '**:**:**')
    .replace(/(<1|[\d.]+) (ms|s)\b(?!,)/g, '* ms')
    .replace(/^( {2}history +).*$/m, '$1*')
    .trimEnd();
}

function argsOf(line: string): string[] {
  return line.replace('$ webhook-cli ', '').split(' ');
}

test('every transcript in the README is what the program prints', async () => {
  const home = createHome();
  const [command, ...shown] = LISTEN!.split('\n');
  const listen = runInTerminal([...argsOf(command!), '--port', '0'], home);
  await listen.waitFor('Ctrl-C here stops');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(listen.text())![0];
  await runCli(['send', 'iverton', 'contact.created', '--to', url, '--secret', 'whsec_x'], { home });
  await listen.waitFor('signature ok');
  await runCli(['send', 'iverton', 'deal.won', '--to', url, '--secret', 'whsec_y'], { home });
  await listen.waitFor('another secret, or other bytes');
  listen.type('\u0003');
  expect(await listen.ended).toBe(130);
  expect(steady(listen.text())).toBe(steady(shown.join('\n')));

  const next = runInTerminal(['listen', '--port', '0'], home);
  await next.waitFor('Ctrl-C here stops');
  const nextUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(next.text())![0];
  expect(TRANSCRIPTS.length).toBeGreaterThan(2);
  for (const transcript of TRANSCRIPTS) {
    const [line, ...output] = transcript.split('\n');
    const run = runInTerminal(argsOf(line!.replace(URL_IN_README, nextUrl)), home);
    expect(await run.ended, line).toBe(0);
    expect(steady(run.text()), line).toBe(steady(output.join('\n')));
  }
  next.type('\u0003');
  await next.ended;
});

test('the engine of the README runs as it says', async () => {
  const [code] = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map(([, block]) => block!);
  // The package knows itself by its name.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code!], {
    cwd: ROOT,
  });
  expect(stdout.trim().split('\n')).toEqual([
    '1 0 refused pending',
    '2 1 refused pending',
    '3 6 refused pending',
    '4 36 refused pending',
    '5 156 refused pending',
    '6 1596 refused failed',
    'endpoint-disabled 5 failed retries in a row',
  ]);
});

test('every command that the README names exists with those options', async () => {
  const lines = [...README.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.split('\n'))
    .filter((line) => line.startsWith('webhook-cli '));
  expect(lines.length).toBeGreaterThan(15);
  const helps = new Map<string, string>();
  for (const line of lines) {
    const words = line.replace(/ #.*$/, '').split(/\s+/).slice(1);
    const path = words.slice(0, GROUPS.has(words[0]!) ? 2 : 1);
    const key = path.join(' ');
    if (!helps.has(key)) helps.set(key, (await runCli([...path, '--help'])).stdout);
    for (const option of words.filter((word) => word.startsWith('--'))) {
      expect(helps.get(key), line).toContain(option);
    }
  }
});
