import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtIn } from '../../src/providers/index.ts';
import { createHome, runCli } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { createProject, freePort } from '../support/project.ts';
import { runInTerminal } from '../support/terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [LISTEN, ...OTHERS] = [...README.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => block!);
const SMOKE = OTHERS.find((transcript) => transcript.startsWith('$ webhook-cli smoke'))!;
const HANDSHAKE = OTHERS.find((transcript) => transcript.includes('--handshake'))!;
const TRANSCRIPTS = OTHERS.filter((transcript) => transcript !== SMOKE && transcript !== HANDSHAKE);
/** The code of that language in the README that holds a word. */
function block(language: string, word: string): string {
  const blocks = [...README.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  return blocks.find(([, name, code]) => name === language && code!.includes(word))![2]!;
}

const URL_IN_README = 'http://127.0.0.1:4400';

const GROUPS = new Set(['captures', 'providers', 'endpoints', 'deliveries']);

/** What differs from run to run. */
function steady(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, URL_IN_README)
    .replace(/\b(evt|cap)_[0-9a-z]+/g, '$1_*')
    .replace(/\d\d:\d\d:\d\d/g, '**:**:**')
    .replace(/(<1|[\d.]+) (ms|s)\b(?!,)/g, '* ms')
    .replace(/slowest: \S+/, 'slowest: *')
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
  await runCli(['send', 'stripe', 'payment_intent.succeeded', '--to', url, '--secret', 'whsec_x'], { home });
  await listen.waitFor('signature ok');
  await runCli(['send', 'stripe', 'charge.failed', '--to', url, '--secret', 'whsec_y'], { home });
  await listen.waitFor('--explain');
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

test('the handshake of the README is what it prints for an app that does not check the signature', async () => {
  const app = await startServer(({ body }, response) => {
    response.end((JSON.parse(body.toString()) as { challenge: string }).challenge);
  });
  const [command, ...shown] = HANDSHAKE.split('\n');
  const run = runInTerminal(argsOf(command!.replace(':3000', `:${new URL(app.url).port}`)), createHome());
  expect(await run.ended, run.text()).toBe(3);
  const withoutChallenge = (output: string) => steady(output).replace(/came: {2}\w{24}$/m, 'came:  *');
  expect(withoutChallenge(run.text())).toBe(withoutChallenge(shown.join('\n')));
});

test('the README names every provider, and no other', () => {
  const [, names] = /has their events: ([\s\S]*?),?\s+and\s+\[yours\]/.exec(README)!;
  expect(names!.split(/,\s+/).toSorted()).toEqual(builtIn.all.map(({ name }) => name).toSorted());
});

test('the engine of the README runs as it says', async () => {
  const code = block('js', 'createEngine');
  // The package knows itself by its name.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
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

const EXAMPLES = new URL('../../examples/', import.meta.url);
const example = (name: string): string => readFileSync(new URL(name, EXAMPLES), 'utf8');

describe('the tests of the README, as somebody would copy them', () => {
  const handled = block('js', 'test(');
  const received = block('js', 'createReceiver');
  const files = {
    'package.json': '{ "type": "module" }',
    'handler.ts': example('fetch/handler.ts'),
    'app.js': `import { createHandler } from './handler.ts';
export const deals = [];
export const handle = createHandler({ secret: 'whsec_x', bookDeal: async (deal) => deals.push(deal) });`,
    'my-app.js': `import { send } from 'webhook-cli';
export const myApp = {
  notify: (to) => send('iverton', 'deal.won', { to, secret: 'whsec_x', set: { 'data.amount': 15000 } }),
};`,
    'handled.test.js': handled,
    'received.test.js': `import { describe, expect, test } from 'vitest';
import { myApp } from './my-app.js';
${received}
test('came as far as this', () => {});`,
  };

  test('pass', async () => {
    const lines = /test\([\s\S]*\}\);/.exec(handled)![0].split('\n');
    expect(lines).toHaveLength(5);
    const { code, output } = await createProject(files, ['vitest']).run('vitest run');
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests +2 passed/);
  });

  test('fail where the consumer does not handle the event', async () => {
    const idle = files['handler.ts'].replace("'deal.won'", "'deal.lost'");
    const { code, output } = await createProject({ ...files, 'handler.ts': idle }, ['vitest']).run(
      'vitest run',
    );
    expect(code).toBe(1);
    expect(output).toMatch(/Tests +1 failed \| 1 passed/);
  });
});

test('the smoke test of the README is what it prints for the Express example', async () => {
  const port = String(await freePort());
  const files = {
    'package.json': '{ "type": "module" }',
    'server.mjs': example('express/server.mjs'),
    'app.mjs': example('express/app.mjs'),
  };
  const project = createProject(files, ['express']);
  await project.run('node server.mjs &', { PORT: port, WEBHOOK_SECRET: 'whsec_x' });
  const [command, ...shown] = SMOKE.split('\n');
  const args = [...argsOf(command!.replace(':3000', `:${port}`)), '--wait', '30s'];
  const run = runInTerminal(args, createHome());
  expect(await run.ended, run.text()).toBe(0);
  expect(steady(run.text())).toBe(steady(shown.join('\n')));
});

test('the YAML of the README passes a good consumer, and fails one that does not verify', async () => {
  const steps = (parse(block('yaml', 'smoke')) as { run: string }[]).map(({ run }) => run);
  expect(steps.length).toBeLessThanOrEqual(3);
  const app = example('express/app.mjs');
  for (const [source, expected] of [
    [app, 0],
    [app.replace(/if \(!isSigned.*\n/, '\n'), 3],
  ] as const) {
    const project = createProject(
      {
        'package.json': '{ "type": "module", "scripts": { "start": "node server.mjs" } }',
        'server.mjs': example('express/server.mjs'),
        'app.mjs': source,
      },
      ['express'],
    );
    const port = String(await freePort());
    const results = [];
    for (const step of steps) results.push(await project.run(step.replace('3000', port), { PORT: port }));
    const { code, output } = results.at(-1)!;
    expect(code, output).toBe(expected);
  }
});
