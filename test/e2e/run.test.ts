import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as contract from '../support/contract.ts';
import {
  BIN,
  createHome,
  runCli,
  spawnCli,
  startListen,
  type CliOptions,
  type Home,
} from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const NOTHING = 'webhook-cli: 0 captured\n';

/** A place whose temporary files are its own, so that what is left behind shows. */
interface Place extends CliOptions {
  readonly home: Home;
  readonly env: Readonly<Record<string, string>>;
  leftBehind(): string[];
}

function createPlace(env: Readonly<Record<string, string>> = {}): Place {
  const home = createHome();
  const temporary = join(home.folder, 'tmp');
  mkdirSync(temporary);
  return {
    home,
    env: { TMPDIR: temporary, NODE: process.execPath, BIN, ...env },
    leftBehind: () => readdirSync(temporary),
  };
}

const sh = (script: string): string[] => ['--', 'sh', '-c', script];
/** In a shell script, `cli` is the program. */
const cli = (script: string): string[] => sh(`cli() { "$NODE" "$BIN" "$@"; }\n${script}`);
const node = (script: string, ...args: string[]): string[] => ['--', process.execPath, '-e', script, ...args];

const run = (place: Place, ...args: string[]) => runCli(['run', ...args], place);

const PRINT_ENV =
  'console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("WEBHOOK_")))))';

/** A run whose command goes on until it is told to end; `line` is its next line of output. */
async function started(place: Place, args: readonly string[]) {
  const child = spawnCli(['run', ...args], place);
  let [stdout, stderr] = ['', ''];
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const watcher of watchers) watcher();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close');
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      watchers.add(look);
      look();
      child.once('close', () => reject(new Error(`it ended without "${text}": ${stderr}`)));
    });
  return { child, ended, closed, said, stdout: () => stdout, stderr: () => stderr };
}

function isListening(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what a command finds', () => {
  test('is a receiver, a secret and a database of this run, which are gone afterwards', async () => {
    const place = createPlace({ OTHER: 'inherited' });
    const script = `${PRINT_ENV};
      const { statSync } = require("node:fs"), { dirname } = require("node:path");
      console.log(process.env.OTHER, (statSync(dirname(process.env.WEBHOOK_DB)).mode & 0o777).toString(8));
      fetch(process.env.WEBHOOK_URL, { method: "POST" }).then(({ status }) => console.log(status));`;
    const runs = await Promise.all([run(place, ...node(script)), run(place, ...node(script))]);
    const envs = runs.map(({ code, stdout, stderr }) => {
      expect([code, stderr]).toEqual([0, 'webhook-cli: 1 captured\n']);
      const [env, ...rest] = stdout.trimEnd().split('\n');
      expect(rest).toEqual(['inherited 700', '200']);
      return JSON.parse(env!);
    });
    for (const env of envs) {
      expect(Object.keys(env).sort()).toEqual(['WEBHOOK_DB', 'WEBHOOK_SECRET', 'WEBHOOK_URL']);
      expect(env.WEBHOOK_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(env.WEBHOOK_SECRET).toMatch(/^whsec_[\w-]{32}$/);
      expect(await isListening(env.WEBHOOK_URL)).toBe(false);
    }
    for (const name of ['WEBHOOK_DB', 'WEBHOOK_SECRET', 'WEBHOOK_URL']) {
      expect(envs[0][name]).not.toBe(envs[1][name]);
    }
    expect([place.leftBehind(), existsSync(place.home.database)]).toEqual([[], false]);
  });

  test.each([
    ['discord', 'ENTITLEMENT_CREATE'],
    ['sendgrid', 'delivered'],
  ])('is a pair of keys where %s signs with one', async (provider, event) => {
    const place = createPlace();
    const { code, stdout, stderr } = await run(
      place,
      '--provider',
      provider,
      '--verify',
      'strict',
      ...cli(`"$NODE" -e '${PRINT_ENV}'
        cli send ${provider} ${event} --to "$WEBHOOK_URL" --quiet >&2 &&
        env -u WEBHOOK_SECRET "$NODE" "$BIN" verify last --secret "$WEBHOOK_PUBLIC_KEY" >&2`),
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 captured, 1 verified')]);
    const { WEBHOOK_SECRET: secret, WEBHOOK_PUBLIC_KEY: key } = JSON.parse(stdout);
    expect(secret).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(key).toMatch(provider === 'discord' ? /^[0-9a-f]{64}$/ : /^[\w+/]{100,}=*$/);
  });

  test('makes send and wait work by themselves', async () => {
    const place = createPlace();
    const { code, stdout, stderr } = await run(
      place,
      ...cli(`cli send iverton deal.won --to "$WEBHOOK_URL" --quiet >&2 &&
        cli send filedgr vault.created --to "$WEBHOOK_URL/filedgr" --break signature --quiet >&2
        cli wait --since 5m --expect iverton:deal.won --json`),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).captures).toMatchObject([{ eventType: 'deal.won', verdict: { ok: true } }]);
    expect(stderr).toMatch(
      /\nwebhook-cli: 2 captured, 1 verified, 1 with a bad signature\n {2}✗ POST \/filedgr {2}filedgr vault\.created \S+ {2}no-match: the signature in X-Filedgr-Signature .+\n$/,
    );
  });

  test('are the secrets that are given or configured, each where it belongs', async () => {
    const place = createPlace();
    const config = { db: 'yesterday.db', secrets: { iverton: 'of iverton', filedgr: ['new', 'old'] } };
    writeFileSync(join(place.home.folder, 'webhook.config.json'), JSON.stringify(config));
    const send = ['iverton deal.won', 'filedgr vault.created', 'taskplatform task.created']
      .map((event) => `cli send ${event} --to "$WEBHOOK_URL/$(echo ${event} | cut -d' ' -f1)" --quiet >&2`)
      .join(' && ');
    const { stdout, stderr } = await run(
      place,
      '--provider',
      'iverton',
      '--verify',
      'strict',
      ...cli(`"$NODE" -e '${PRINT_ENV}'; ${send}`),
    );
    expect(stderr.split('\n').at(-2)).toBe('webhook-cli: 3 captured, 3 verified');
    expect(JSON.parse(stdout)).toMatchObject({
      WEBHOOK_SECRET: 'of iverton',
      WEBHOOK_SECRET_FILEDGR: 'new',
    });
    // What another day has left is nothing to a test.
    expect([existsSync(join(place.home.folder, 'yesterday.db')), place.leftBehind()]).toEqual([false, []]);
  });

  test('is the database that is named, which stays', async () => {
    for (const [args, env] of [
      [['--db', 'kept.db'], {}],
      [[], { WEBHOOK_DB: 'kept.db' }],
      [['--db', 'kept.db'], { WEBHOOK_DB: 'other.db' }],
    ] as const) {
      const place = createPlace(env);
      const { code, stdout } = await run(
        place,
        ...args,
        ...cli('cd / && cli send iverton deal.won --to "$WEBHOOK_URL" --quiet >&2 && echo "$WEBHOOK_DB"'),
      );
      const kept = join(place.home.folder, 'kept.db');
      expect([code, stdout]).toEqual([0, `${kept}\n`]);
      const list = await runCli(['captures', 'list', '--json'], {
        ...place,
        env: { ...place.env, WEBHOOK_DB: kept },
      });
      expect(list.json().captures).toHaveLength(1);
      expect([place.leftBehind(), existsSync(join(place.home.folder, 'other.db'))]).toEqual([[], false]);
    }
  });

  test('is, with --serve, a provider that delivers', async () => {
    const place = createPlace();
    const script = `
      const { WEBHOOK_API_URL, WEBHOOK_API_KEY, WEBHOOK_URL, WEBHOOK_SECRET } = process.env;
      const call = (path, body) => fetch(WEBHOOK_API_URL + path, {
        method: "POST",
        headers: { Authorization: "Bearer " + WEBHOOK_API_KEY, "Content-Type": "application/json" },
        body: JSON.stringify(body ?? {}),
      });
      (async () => {
        const created = await call("/webhooks", { url: WEBHOOK_URL, events: ["vault.created"], secret: WEBHOOK_SECRET, active: true });
        const emitted = await call("/_emit/vault.created");
        console.log(created.status, emitted.status, WEBHOOK_API_URL);
      })();`;
    const { code, stdout, stderr } = await run(
      place,
      '--serve',
      '--provider',
      'filedgr',
      '--expect',
      'filedgr:vault.created',
      '--timeout',
      '30s',
      ...node(script),
    );
    expect([code, stderr]).toEqual([0, 'webhook-cli: 1 captured, 1 verified\n']);
    expect(stdout).toMatch(/^201 202 http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await isListening(stdout.split(/\s/)[2]!)).toBe(false);
    expect(place.leftBehind()).toEqual([]);
    const all = await run(
      createPlace({ WEBHOOK_API_KEY: 'given' }),
      '--serve',
      '--clock',
      'virtual',
      '--quiet',
      ...node(`const { WEBHOOK_API_URL: url, WEBHOOK_API_KEY: key } = process.env;
        fetch(url + "/taskplatform/v1/webhooks", { headers: { Authorization: "Bearer " + key } })
          .then(({ status }) => console.log(status, key));`),
    );
    expect([all.code, all.stdout, all.stderr]).toEqual([0, '200 given\n', '']);
  });
});

describe('the end of a command', () => {
  test('is the end of the run', async () => {
    const place = createPlace();
    writeFileSync(join(place.home.folder, 'plain'), 'echo\n');
    chmodSync(join(place.home.folder, 'plain'), 0o644);
    const codes = await Promise.all(
      [
        sh('exit 0'),
        sh('exit 1'),
        sh('exit 7'),
        sh('kill -9 $$'),
        ['--', 'no-such-command'],
        ['--', './plain'],
        ['--', ''],
      ].map(async (args) => {
        const { code, stdout, stderr } = await run(place, ...args);
        return [code, stdout, stderr];
      }),
    );
    const notFound = expect.stringMatching(
      /^error: command not found: (no-such-command)?\nhint: check its name and PATH; .+\n$/,
    );
    expect(codes).toEqual([
      [0, '', NOTHING],
      [1, '', NOTHING],
      [7, '', NOTHING],
      [137, '', NOTHING],
      [127, '', notFound],
      [
        126,
        '',
        expect.stringMatching(/^error: not executable: \.\/plain\nhint: make it so with chmod .+\n$/),
      ],
      [127, '', notFound],
    ]);
    expect(place.leftBehind()).toEqual([]);
  });

  test('does not wait for what it leaves running', async () => {
    const place = createPlace();
    const { ended, closed, stdout } = await started(place, sh('sleep 300 & echo $!'));
    expect(await ended).toEqual({ code: 0, signal: null });
    const left = Number(stdout());
    expect(isAlive(left)).toBe(true);
    process.kill(left);
    await closed;
    expect(place.leftBehind()).toEqual([]);
  });

  test('has its answers written first', async () => {
    const place = createPlace();
    // It ends as soon as its request is stored, long before it is answered.
    const { code, stderr } = await run(
      place,
      '--respond',
      'delay:2s',
      '--expect',
      '*',
      ...cli(`"$NODE" -e 'fetch(process.env.WEBHOOK_URL).then(({ status }) => console.error(status))' &
        cli wait --since 5m --quiet >&2`),
    );
    expect([code, stderr.trimEnd().split('\n').slice(-2).sort()]).toEqual([
      0,
      ['200', NOTHING.trim().replace('0', '1')],
    ]);
  });
});

describe('its streams', () => {
  test('are ours', async () => {
    const place = createPlace();
    const stdin = Buffer.alloc(3_000_000, 'line\n');
    const { code, stdoutBytes, stderr } = await runCli(['run', '--quiet', ...sh('cat; echo err >&2')], {
      ...place,
      stdin,
    });
    expect([code, stdoutBytes.equals(stdin), stderr]).toEqual([0, true, 'err\n']);
  });

  test('hold why the exit code is not 0, with --quiet too', async () => {
    const { code, stdout, stderr } = await run(
      createPlace(),
      '--quiet',
      '--expect',
      'deal.won',
      ...sh('exit 0'),
    );
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe('Not all that was expected has come:\n  ✗ deal.won  0 of 1\n');
  });

  test('leave stdout to one JSON document under --json', async () => {
    const place = createPlace();
    const [good, bad, missing] = await Promise.all([
      run(
        place,
        '--json',
        '--expect',
        'iverton:deal.won',
        '--where',
        'data.amount=15000',
        ...cli(`cli send iverton deal.won --to "$WEBHOOK_URL" --set data.amount=15000
          cli send iverton deal.lost --to "$WEBHOOK_URL"`),
      ),
      run(place, '--json', '--expect', 'iverton:deal.*', ...sh('echo out; kill -TERM $$')),
      run(place, '--json', '--', 'no-such-command', 'more'),
    ]);
    expect([good.code, good.stderr]).toEqual([
      0,
      expect.stringMatching(/^✓ {2}deal\.won.*\n✓ {2}deal\.lost.*\n$/),
    ]);
    contract.run(good.json());
    expect(good.json()).toMatchObject({
      run: { exitCode: 0, signal: null },
      captures: [{ eventType: 'deal.won' }, { eventType: 'deal.lost' }],
      met: true,
      expectations: [{ provider: 'iverton', type: 'deal.won', count: 1, received: 1 }],
      instead: [{ what: 'deal.lost', why: 'not expected', count: 1 }],
    });
    expect([bad.code, bad.stderr]).toEqual([143, 'out\n']);
    contract.run(bad.json());
    expect(bad.json()).toMatchObject({
      run: { exitCode: null, signal: 'SIGTERM' },
      captures: [],
      met: false,
    });
    expect([missing.code, missing.stdout]).toEqual([127, '']);
    contract.failure(JSON.parse(missing.stderr));
  });
});

describe('what is expected', () => {
  const SEND = 'cli send iverton deal.won --to "$WEBHOOK_URL" --quiet >&2';

  test('and missing is told, and is not what a failing command ends with', async () => {
    const place = createPlace();
    const expecting = ['--expect', 'iverton:deal.won x2', '--expect', 'filedgr:*'];
    const [unmet, failed, narrowed] = await Promise.all([
      run(place, ...expecting, ...cli(SEND)),
      run(place, ...expecting, ...cli(`${SEND}; exit 7`)),
      run(place, '--where', 'data.amount=-1', ...cli(SEND)),
    ]);
    expect([unmet.code, unmet.stderr.slice(unmet.stderr.indexOf('webhook-cli:'))]).toEqual([
      3,
      `webhook-cli: 1 captured, 1 verified
Not all that was expected has come:
  ✗ iverton:deal.won x2  1 of 2
  ✗ filedgr:*            0 of 1
`,
    ]);
    expect([failed.code, failed.stderr]).toEqual([
      7,
      expect.stringMatching(/webhook-cli: 1 captured, 1 verified\n$/),
    ]);
    expect([narrowed.code, narrowed.stderr]).toEqual([
      3,
      expect.stringMatching(
        / any capture +0 of 1\nWhat came instead:\n {2}1 x iverton deal\.won: .*data\.amount/,
      ),
    ]);
  });

  test('is waited for after the end of a command', async () => {
    const place = createPlace();
    const { code, stderr } = await run(
      place,
      '--expect',
      'iverton:deal.won',
      '--timeout',
      '60s',
      // It ends at once, and its child has only begun.
      ...cli(`(${SEND}) & exit 0`),
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('webhook-cli: 1 captured, 1 verified\n')]);
  });
});

describe('a signal', () => {
  const ENDURE = `process.on("SIGTERM", () => console.log("TERM")); process.on("SIGINT", () => console.log("INT"));
    setInterval(() => {}, 1e6); console.log(process.env.WEBHOOK_URL);`;

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s goes on to the command, whose end counts',
    async (signal) => {
      const place = createPlace();
      const script = `process.on("${signal}", async () => {
        const { status } = await fetch(process.env.WEBHOOK_URL);
        process.exit(status === 200 ? 5 : 6);
      });
      setInterval(() => {}, 1e6); console.log("ready");`;
      const handled = await started(place, node(script));
      await handled.said('ready');
      handled.child.kill(signal);
      expect(await handled.ended).toEqual({ code: 5, signal: null });
      await handled.closed;
      expect(handled.stderr()).toBe('webhook-cli: 1 captured\n');
      const plain = await started(place, node('setInterval(() => {}, 1e6); console.log("ready")'));
      await plain.said('ready');
      plain.child.kill(signal);
      const number = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
      expect(await plain.ended).toEqual({ code: 128 + number, signal: null });
      expect(place.leftBehind()).toEqual([]);
    },
  );

  test('sent twice ends it at once, and a command that endures it', async () => {
    const place = createPlace();
    const { child, ended, closed, said, stdout } = await started(place, node(ENDURE));
    await said('127.0.0.1');
    child.kill('SIGTERM');
    await said('TERM');
    const url = /http\S+/.exec(stdout())![0];
    expect(await isListening(url)).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, signal: null });
    // The command holds our output open as long as it lives.
    await closed;
    expect([await isListening(url), place.leftBehind()]).toEqual([false, []]);
  });

  test('while something is waited for ends the wait', async () => {
    const place = createPlace();
    const { child, ended, closed, stdout, said, stderr } = await started(place, [
      '--expect',
      'iverton:deal.won',
      '--timeout',
      '10m',
      ...node('console.log(process.pid, "ready")'),
    ]);
    await said('ready');
    while (isAlive(Number.parseInt(stdout(), 10))) await new Promise(setImmediate);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, signal: null });
    await closed;
    expect(stderr()).toContain('iverton:deal.won  0 of 1\n');
    expect(place.leftBehind()).toEqual([]);
  });

  test('of a terminal reaches the command, whose end is waited for', async () => {
    const home = createHome();
    const script = `process.on("SIGINT", async () => {
        for (let round = 0; round < 20; round += 1) await fetch(process.env.WEBHOOK_URL);
        process.exit(11);
      });
      setInterval(() => {}, 1e6); console.log("colours", process.stdout.isTTY, process.stdin.isTTY);`;
    const terminal = runInTerminal(['run', ...node(script)], home);
    await terminal.waitFor('colours true true');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(11);
    expect(terminal.text()).toContain('webhook-cli: 20 captured\n');
  });
});

describe('options behind --', () => {
  test('are the command’s', async () => {
    const place = createPlace();
    const mine = ['--json', '--port', '1', '--help', '--', '--debug', '--serve'];
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    for (const own of [[], ['--port', '0', '--quiet']]) {
      const { code, stdout } = await run(place, ...own, ...node(script, '--', ...mine));
      expect([code, JSON.parse(stdout)]).toEqual([0, mine]);
    }
  });

  test('have to stand there', async () => {
    for (const args of [
      ['npm', 'test'],
      ['npm', '--', 'test'],
      ['--port', '0', 'npm', '--port', '1'],
    ]) {
      const { code, stdout, stderr } = await run(createPlace(), ...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^error: the command to run has to stand behind --\nhint: as in: webhook-cli run -- npm( test)?\n$/,
      );
    }
  });

  test('are no use without --serve where they are for it', async () => {
    const { code, stderr } = await run(createPlace(), '--clock', 'virtual', '--', 'true');
    expect([code, stderr]).toEqual([2, 'error: --clock is for deliveries\nhint: give --serve too\n']);
  });
});

test('WEBHOOK_DB is the database of every command, after --db and before the configuration', async () => {
  const home = createHome();
  writeFileSync(join(home.folder, 'webhook.config.json'), '{"db":"configured.db"}');
  const env = { WEBHOOK_DB: 'named.db' };
  const listening = await startListen([], { home, env });
  await fetch(listening.url);
  await listening.captures(1);
  await listening.stop();
  expect(readdirSync(home.folder).sort()).toEqual(['named.db', 'webhook.config.json']);
  const list = async (args: string[], variables: Record<string, string>) =>
    (await runCli(['captures', 'list', '--json', ...args], { home, env: variables })).json().captures.length;
  expect(await list([], env)).toBe(1);
  expect(await list(['--db', 'other.db'], env)).toBe(0);
  // An empty variable is none.
  expect(await list([], { WEBHOOK_DB: '' })).toBe(0);
  expect(readFileSync(join(home.folder, 'configured.db')).length).toBeGreaterThan(0);
});
