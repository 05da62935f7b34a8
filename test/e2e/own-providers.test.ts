import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'jsonc-parser';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere, startListen, startServe, type CliResult } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { runInTerminal } from '../support/terminal.ts';

const home = createHome();
const documents = fileURLToPath(new URL('../documents', import.meta.url));

/** A folder of a project of its own, with these files. */
function project(files: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(home.folder, 'project-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }
  return folder;
}

function run(cwd: string, ...args: string[]): Promise<CliResult> {
  return runHere(args, { home, cwd });
}

async function failure(cwd: string, ...args: string[]) {
  const { code, stderr } = await runCli([...args, '--json'], { home, cwd });
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint: string | null } };
  return { exit: code, ...error };
}

const json = (cwd: string, name: string): any => JSON.parse(readFileSync(join(cwd, name), 'utf8'));

/** The package, as if it were installed there. */
function installIn(cwd: string): void {
  const folder = join(cwd, 'node_modules/webhook-cli');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module","exports":"./index.js"}');
  const main = new URL('../../dist/index.js', import.meta.url).href;
  writeFileSync(join(folder, 'index.js'), `export * from '${main}';`);
}

const acme = {
  id: 'acme',
  name: 'Acme',
  signature: {
    kind: 'hmac',
    hash: 'sha1',
    signature: { header: 'X-Acme-Signature' },
    forms: [{ prefix: 'sha1=', encoding: 'hex' }],
  },
  envelope: { type: [{ body: 'type' }], id: [{ body: 'id' }], freshIds: ['id'] },
  events: [
    {
      name: 'order.made',
      description: 'Made',
      payload: 'documented',
      example: { id: 'o_1', type: 'order.made' },
    },
  ],
};

describe('init', () => {
  test('writes a provider that can be forged at once, and says what is next', async () => {
    const cwd = project();
    const { code, stdout, stderr } = await run(
      cwd,
      'providers',
      'init',
      'acme',
      '--prefix',
      'v=',
      '--event',
      'a.b',
      '--event',
      'c',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      '✓  acme.provider.json: Acme, 2 event types (a.b, c)\n✓  named in webhook.config.json\n',
    );
    expect(stderr).toContain('webhook-cli providers test acme.provider.json');
    expect(json(cwd, 'webhook.config.json')).toEqual({
      $schema: expect.any(String),
      providers: ['./acme.provider.json'],
    });
    expect(json(cwd, 'acme.provider.json')).toMatchObject({
      $schema: expect.stringMatching(/provider\.schema\.json$/),
      id: 'acme',
    });

    const tested = await run(cwd, 'providers', 'test', 'acme.provider.json', '--json');
    contract.examination(tested.json());
    expect([tested.code, tested.json().summary]).toEqual([
      0,
      expect.objectContaining({ failed: 0, warned: 0 }),
    ]);
    const sent = await run(cwd, 'send', 'acme', 'c', '--to', ':1', '--secret', 's', '--print', 'http');
    expect(sent.stdout).toMatch(/X-Acme-Signature: v=[\da-f]{64}/i);
  });

  test('takes the id of no one else’s file, and leaves it as it is', async () => {
    const cwd = project({ 'acme.provider.json': 'mine' });
    const { exit, code } = await failure(cwd, 'providers', 'init', 'acme');
    expect([exit, code]).toEqual([1, 'ERR_EXISTS']);
    expect(readFileSync(join(cwd, 'acme.provider.json'), 'utf8')).toBe('mine');
  });

  test('says where it takes the place of one that is built in', async () => {
    const cwd = project();
    const { stdout } = await run(cwd, 'providers', 'init', 'github');
    expect(stdout).toMatch(/^!  it takes the place of the github that is built in$/m);
  });

  test.each([
    [['--header', 'X Acme'], `--header takes a header's name, not "X Acme"`],
    [['--event', 'a', '--event', ' b'], '--event takes a name without white space around it, not " b"'],
    [['--event', ''], '--event takes a name without white space around it, not ""'],
  ])('names the option that is not right: %j', async (options, message) => {
    const cwd = project();
    expect(await failure(cwd, 'providers', 'init', 'acme', ...options)).toMatchObject({ exit: 2, message });
    expect(existsSync(join(cwd, 'acme.provider.json'))).toBe(false);
  });

  test('keeps how a configuration is written', async () => {
    const text =
      '{\n\t"db": "./x.db",\n\t"secrets": { "acme": "s" },\n\t"providers": [\n\t\t"./other.provider.json"\n\t]\n}\n';
    const cwd = project({ 'webhook.config.json': text, 'other.provider.json': { ...acme, id: 'other' } });
    const { code, json: result } = await run(
      cwd,
      'providers',
      'init',
      'acme',
      '--algorithm',
      'token',
      '--json',
    );
    contract.newProvider(result());
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'webhook.config.json'), 'utf8')).toBe(
      text.replace('.json"\n', '.json",\n\t\t"./acme.provider.json"\n'),
    );
    const bare = project({ 'webhook.config.json': '{\r\n    "db": "./x.db"\r\n}\r\n' });
    await run(bare, 'providers', 'init', 'acme', '--algorithm', 'none');
    const edited = readFileSync(join(bare, 'webhook.config.json'), 'utf8');
    expect(edited).toMatch(/^\{\r\n {4}"db": "\.\/x\.db",\r\n {4}"providers": \[/);
    expect(parse(edited)).toEqual({ db: './x.db', providers: ['./acme.provider.json'] });
  });

  test('says what to add to a configuration that is a program', async () => {
    const cwd = project({ 'webhook.config.mjs': 'export default {};' });
    const { stdout } = await runCli(['providers', 'init', 'acme'], { home, cwd });
    expect(stdout).toContain(
      '!  not yet named: add "./acme.provider.json" to providers in webhook.config.mjs',
    );
  });

  test('asks at a terminal for what no option says', async () => {
    const cwd = project();
    const asked = runInTerminal(['providers', 'init', '--encoding', 'base64'], { ...home, folder: cwd });
    for (const [question, keys] of [
      ['Its id', 'acme\r'],
      ['Its name', 'Orders\r'],
      ['How are deliveries signed', 'sha512'],
      ['❯ HMAC-SHA512', '\r'],
      ['In which header', '\r'],
      ['What stands before it', 'v1=\r'],
      ['Event types', '\r'],
    ] as const) {
      await asked.waitFor(question);
      asked.type(keys);
    }
    expect(await asked.ended).toBe(0);
    expect(json(cwd, 'acme.provider.json')).toMatchObject({
      name: 'Orders',
      signature: {
        hash: 'sha512',
        signature: { header: 'X-Acme-Signature' },
        forms: [{ prefix: 'v1=', encoding: 'base64' }],
      },
      events: [{ name: 'order.created' }, { name: 'order.canceled' }],
    });
  });
});

describe('test', () => {
  test('lists every mistake of a file, with exit code 3', async () => {
    const cwd = project({
      'acme.provider.json': { ...acme, name: 7, signature: { ...acme.signature, hash: 'sha265' } },
    });
    const { code, stdout } = await run(cwd, 'providers', 'test', 'acme.provider.json');
    expect(code).toBe(3);
    expect(stdout).toContain('✗  profile  the profile is valid');
    expect(stdout).toContain('provider acme: signature.hash is "sha265"');
    expect(stdout).toContain('provider acme: name is 7');
    expect(stdout).toContain('0 passed, 2 failed');
  });

  test('tells what does not hold, and takes ids, ours too', async () => {
    const events = [acme.events[0]!, { ...acme.events[0]!, name: 'order.lost' }];
    const cwd = project({ 'webhook.config.json': { providers: [{ ...acme, events }] } });
    const { code, json: result } = await run(cwd, 'providers', 'test', 'acme', '--json');
    contract.examination(result());
    expect(code).toBe(3);
    expect(result().checks.filter(({ status }: any) => status === 'failed')).toMatchObject([
      { id: 'event-type', message: 'order.lost is taken for "order.made"' },
    ]);
    expect((await run(cwd, 'providers', 'test', 'iverton')).code).toBe(0);
    expect(await failure(cwd, 'providers', 'test', 'acmee')).toMatchObject({
      exit: 2,
      code: 'ERR_UNKNOWN_PROVIDER',
      hint: 'did you mean acme?',
    });
  });
});

describe('a provider of the configuration', () => {
  test('is received, detected, verified and delivered as any other', async () => {
    const cwd = project({
      'webhook.config.json': { db: './own.db', secrets: { acme: 's' }, providers: [acme] },
    });
    const options = { home: { ...home, database: join(cwd, 'own.db') }, cwd };
    const listen = await startListen([], options);
    const sent = await runCli(['send', 'acme', 'order.made', '--to', listen.url, '--json'], options);
    expect([sent.code, sent.stderr]).toEqual([0, '']);
    const [capture] = await listen.captures(1);
    expect(capture).toMatchObject({
      provider: 'acme',
      eventType: 'order.made',
      verdict: { ok: true, reason: 'valid' },
    });
    await run(cwd, 'endpoints', 'create', '--provider', 'acme', '--url', listen.url, '--secret', 's');
    const emitted = await run(cwd, 'emit', 'acme', 'order.made', '--json');
    expect([emitted.code, emitted.stderr]).toEqual([0, '']);
    expect((await listen.captures(2))[1]).toMatchObject({ provider: 'acme', verdict: { ok: true } });
    await listen.stop();
    expect((await run(cwd, 'verify', 'last')).code).toBe(0);
    expect((await run(cwd, 'replay', 'last', '--to', ':1', '--resign', '--print', 'http')).code).not.toBe(70);
    const listed = await run(cwd, 'providers', 'list', '--json');
    contract.providerList(listed.json());
    expect(listed.json().providers.filter(({ own }: any) => own)).toMatchObject([
      { id: 'acme', eventTypes: 1 },
    ]);
    expect((await run(cwd, 'providers', 'list')).stdout).toContain('acme\tAcme (own)\t1\tX-Acme-Signature\t');
  });

  test('has its payloads in files beside it, its secret in the environment, and may take another’s place', async () => {
    const bare = {
      ...acme,
      id: 'iverton',
      fixtures: './payloads',
      events: [{ ...acme.events[0], example: undefined }],
    };
    const cwd = project({ 'webhook.config.json': { providers: ['own/iverton.provider.json'] } });
    mkdirSync(join(cwd, 'own/payloads'), { recursive: true });
    writeFileSync(join(cwd, 'own/iverton.provider.json'), JSON.stringify(bare));
    writeFileSync(join(cwd, 'own/payloads/order.made.json'), '{"id":"o_9","type":"order.made","n":1}');
    const sent = await runHere(
      ['send', 'iverton', 'order.made', '--to', ':1', '--print', 'http', '--keep-ids'],
      {
        home,
        cwd,
        env: { WEBHOOK_SECRET_IVERTON: 's' },
      },
    );
    expect(sent.stdout).toContain('{"id":"o_9","type":"order.made","n":1}');
    expect(sent.stdout).toMatch(/X-Acme-Signature: sha1=/i);
    expect(sent.stderr).toContain(
      `note: iverton is the provider of ${join(cwd, 'own/iverton.provider.json')}, not the one that is built in`,
    );
  });

  test('with a mistake is told with its file, and what to run', async () => {
    const cwd = project({
      'webhook.config.json': { providers: ['./acme.provider.json'] },
      'acme.provider.json': { ...acme, events: [] },
    });
    const file = join(cwd, 'acme.provider.json');
    expect(await failure(cwd, 'send', 'acme', 'order.made')).toEqual({
      exit: 2,
      code: 'ERR_CONFIG',
      message: `${file}: provider acme: events is empty: at least 1 is due`,
      hint: `mend it there; all that is wrong: webhook-cli providers test ${file}`,
    });
    const twice = project({ 'webhook.config.json': { providers: [acme, acme] } });
    expect(await failure(twice, 'providers', 'list')).toMatchObject({
      exit: 2,
      message: expect.stringMatching(/two providers have the id acme$/),
    });
  });
});

describe('a configuration that is a program', () => {
  const profile = JSON.stringify(acme);

  test.each([
    ['webhook.config.mjs', `export default { providers: [${profile}] };`],
    ['webhook.config.js', `module.exports = { providers: [${profile}] };`],
    [
      'webhook.config.js',
      `import { defineConfig, defineProvider } from 'webhook-cli';\nexport default defineConfig({ providers: [defineProvider(${profile})] });`,
    ],
  ])('%s', async (name, text) => {
    const cwd = project({ [name]: text });
    installIn(cwd);
    const { code, stdout, stderr } = await runCli(['providers', 'test', 'acme'], { home, cwd });
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining('✓  signature')]);
  });

  test('is as the README has it', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const text = /```js\n([^`]*defineConfig\([^`]*)```/.exec(readme)![1]!;
    const cwd = project({ 'webhook.config.js': text, 'acme.provider.json': acme });
    installIn(cwd);
    mkdirSync(join(cwd, 'fixtures/globex'), { recursive: true });
    writeFileSync(join(cwd, 'fixtures/globex/part.made.json'), '{"id":"p_1","type":"part.made"}');
    const { code, json: result } = await runCli(['providers', 'test', 'globex', '--json'], { home, cwd });
    expect([code, result().summary]).toEqual([0, expect.objectContaining({ failed: 0, warned: 0 })]);
  });

  test.each<[string, string, RegExp, RegExp | null]>([
    [
      'webhook.config.mjs',
      'export default {\n  a: 1,\n  b: ,\n};',
      /webhook\.config\.mjs:3: SyntaxError: Unexpected token/,
      /mend it there/,
    ],
    [
      'webhook.config.mjs',
      'const x = undefined;\nexport default { db: x.y };',
      /webhook\.config\.mjs:2: Cannot read properties of undefined/,
      /mend it there/,
    ],
    [
      'webhook.config.js',
      'module.exports = {\n  a: ;',
      /webhook\.config\.js:2: SyntaxError/,
      /mend it there/,
    ],
    [
      'webhook.config.mjs',
      "import 'webhook-cli';\nexport default {};",
      /imports webhook-cli, which is not installed/,
      /npm install --save-dev webhook-cli/,
    ],
    ['webhook.config.mjs', 'export const config = {};', /exports no default$/, /export default/],
    ['webhook.config.mjs', 'export default 7;', /must hold an object$/, null],
  ])('that fails is told with its line: %s %j', async (name, text, message, hint) => {
    const cwd = project({ [name]: text });
    const error = await failure(cwd, 'providers', 'list');
    expect(error).toMatchObject({ exit: 2, code: 'ERR_CONFIG', message: expect.stringMatching(message) });
    expect(error.message).not.toMatch(/\n|\/(src|dist)\/cli\//);
    if (hint !== null) expect(error.hint).toMatch(hint);
  });

  test('in TypeScript is read where Node reads it, and else told', async () => {
    const cwd = project({
      'webhook.config.ts': `const id: string = 'acme';\nexport default { providers: [{ ...${profile}, id }] };`,
    });
    const { code, stdout, stderr } = await runCli(['providers', 'list'], { home, cwd });
    if ((process.features as { typescript?: unknown }).typescript)
      expect([code, stdout]).toEqual([0, expect.stringContaining('acme\tAcme (own)')]);
    else {
      expect([code, stderr]).toEqual([2, expect.stringContaining('this Node does not read TypeScript')]);
      expect(stderr).toContain('hint: write it as .js or .json, or use Node 22.18 or newer');
    }
  });

  test('beside another is one too many', async () => {
    const cwd = project({ 'webhook.config.json': {}, 'webhook.config.js': '' });
    expect(await failure(cwd, 'providers', 'list')).toMatchObject({
      exit: 2,
      message: 'there are webhook.config.json and webhook.config.js, and only one can count',
    });
    expect((await runCli(['providers', 'list', '--config', 'webhook.config.json'], { home, cwd })).code).toBe(
      0,
    );
  });
});

describe('import', () => {
  test('makes of an OpenAPI document what can be sent, received and verified', async () => {
    const cwd = project();
    cpSync(documents, cwd, { recursive: true });
    const { code, json: result } = await run(
      cwd,
      'providers',
      'import',
      'shipping.yaml',
      '--id',
      'harbourline',
      '--json',
    );
    contract.newProvider(result());
    expect([code, result().notes]).toEqual([
      0,
      [expect.stringMatching(/^X-Harbourline-Signature is assumed/)],
    ]);
    const { events, ...profile } = json(cwd, 'harbourline.provider.json');
    expect(events.map(({ name, description }: any) => [name, description])).toEqual([
      ['shipment.booked', 'A shipment was booked'],
      ['shipment.departed', 'A shipment left a depot'],
      ['shipment.arrived', 'A shipment came to a depot'],
      ['shipment.held', 'Customs holds a shipment, or lets it go'],
      ['shipment.released', 'Customs holds a shipment, or lets it go'],
      ['label.printed', 'A label was printed.'],
      ['customer.changed', 'A customer changed'],
      ['invoice.paid', 'An invoice was paid'],
    ]);
    expect(profile).toMatchObject({
      name: 'Harbourline Shipping API',
      headers: [{ name: 'X-Harbourline-Delivery', value: { from: 'deliveryUuid' } }],
    });
    expect(events[3].example.data).toEqual({ reason: 'reason', fee: { amount: '12.50', currency: 'EUR' } });
    expect(events[6].example.data).toEqual({ email: 'ada@example.com', address: { city: 'Łódź' } });
    expect(events[7].example).toBe(
      'id=evt_77aa01&type=invoice.paid&created_at=2025-06-01T12%3A00%3A00Z&amount=100&note=paid+%26+done+%3D+yes',
    );

    const tested = await run(cwd, 'providers', 'test', 'harbourline', '--json');
    expect(
      tested.json().checks.filter(({ status }: any) => status === 'failed' || status === 'warned'),
    ).toEqual([]);
    const options = { home, cwd };
    const listen = await startListen(['--provider', 'harbourline', '--secret', 's'], options);
    const sent = await runCli(
      ['send', 'harbourline', '--all', '--to', listen.url, '--secret', 's', '--json'],
      options,
    );
    expect([sent.code, sent.stderr]).toEqual([0, '']);
    const captures = await listen.captures(8);
    expect(captures.map(({ eventType, verdict }) => [eventType, verdict.reason])).toEqual(
      events.map(({ name }: any) => [name, 'valid']),
    );
    expect(new Set(captures.map(({ eventId }) => eventId)).size).toBe(8);
    await listen.stop();
  });

  test('reads stdin, and no file outside the document’s folder', async () => {
    const cwd = project({ 'outside.yaml': 'a: { const: 1 }' });
    const inner = join(cwd, 'inner');
    mkdirSync(inner);
    const documentOf = (ref: string): string =>
      JSON.stringify({
        openapi: '3.1.0',
        info: { title: 'Acme API' },
        webhooks: {
          made: {
            post: {
              requestBody: {
                content: { 'application/json': { schema: { properties: { type: { $ref: ref } } } } },
              },
            },
          },
        },
      });
    for (const [ref, message] of [
      ['../outside.yaml#/a', /it refers to \.\.\/outside\.yaml, which is outside its folder/],
      ['/etc/hostname', /outside its folder/],
      ['http://127.0.0.1:1/x.yaml', /is elsewhere, and nothing is fetched/],
      ['none.yaml', /cannot read the OpenAPI document none\.yaml/],
    ] as const) {
      const { code, stderr } = await runHere(['providers', 'import', '-'], {
        home,
        cwd: inner,
        stdin: documentOf(ref),
      });
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(stderr).toMatch(/^error: stdin: /);
    }
    writeFileSync(join(inner, 'types.yml'), 'made: { const: order.made }');
    const { code } = await runHere(['providers', 'import', '-'], {
      home,
      cwd: inner,
      stdin: documentOf('types.yml#/made'),
    });
    expect([code, json(inner, 'acme.provider.json').events]).toMatchObject([0, [{ name: 'order.made' }]]);
    const circle = await runHere(['providers', 'import', '-'], { home, cwd: inner, stdin: 'a: &a\n  b: *a' });
    expect([circle.code, circle.stderr]).toEqual([2, expect.stringMatching(/stdin: neither JSON nor YAML/)]);
    const odd = await runHere(['providers', 'import', '-'], { home, cwd: inner, stdin: 'a: [b' });
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringMatching(/stdin: neither JSON nor YAML/)]);
  });
});

describe('a provider of another project', () => {
  test('keeps its endpoints, and its deliveries wait for an engine that knows it', async () => {
    const own = createHome();
    const mine = project({ 'webhook.config.json': { providers: [acme] } });
    const other = project();
    const app = await startServer();
    const create = await runHere(
      ['endpoints', 'create', '--provider', 'acme', '--url', app.url, '--events', '*', '--secret', 's'],
      { home: own, cwd: mine },
    );
    expect(create.code, create.stderr).toBe(0);
    const id = create.stdout.split('\n')[0]!;
    await runHere(['emit', 'acme', 'order.made', '--no-wait'], { home: own, cwd: mine });

    const elsewhere = (...args: string[]) => runHere(args, { home: own, cwd: other });
    const listed = await elsewhere('endpoints', 'list', '--json');
    contract.endpointList(listed.json());
    expect(listed.json().endpoints).toMatchObject([{ id, provider: 'acme', effective: null }]);
    const shown = await elsewhere('endpoints', 'show', id);
    expect(shown.stdout).toContain('acme, which is not known here: nothing is delivered');
    expect((await elsewhere('endpoints', 'list', '--status', 'disabled')).stdout).toBe('');

    const serve = await startServe(['--clock', 'x60'], { home: own, cwd: other });
    await runHere(
      ['endpoints', 'create', '--provider', 'iverton', '--url', app.url, '--events', '*', '--secret', 's'],
      { home: own, cwd: other },
    );
    await elsewhere('emit', 'iverton', 'deal.won', '--no-wait');
    // What came later has gone, so what was there before was looked at and left.
    await expect.poll(() => app.received.length).toBe(1);
    await serve.stop();
    const { deliveries } = (await elsewhere('deliveries', 'list', '--status', 'pending', '--json')).json();
    expect(deliveries).toHaveLength(1);
    const refused = await elsewhere('deliveries', 'retry', deliveries[0].id, '--json');
    expect([refused.code, JSON.parse(refused.stderr).error]).toMatchObject([
      2,
      { code: 'ERR_UNKNOWN_PROVIDER' },
    ]);

    const there = await startServe([], { home: own, cwd: mine });
    await expect.poll(() => app.received.length).toBe(2);
    await there.stop();
    expect(Object.fromEntries(app.received[1]!.headers)).toHaveProperty('X-Acme-Signature');

    const disabled = await elsewhere('endpoints', 'disable', id);
    expect([disabled.code, disabled.stdout]).toEqual([0, expect.stringContaining('inactive')]);
    expect((await elsewhere('endpoints', 'delete', id)).code).toBe(0);
  });
});

describe('a provider with a hole', () => {
  test('is told where a time can be renewed, and what no request could hold', async () => {
    const signature = {
      ...acme.signature,
      timestamp: { from: { header: 'X-Acme-Time' }, format: 'unix', toleranceSeconds: 300 },
    };
    const cwd = project({
      'acme.provider.json': { ...acme, signature },
      'wrong.provider.json': {
        ...acme,
        $schema: 1,
        signature: { ...acme.signature, kind: 'digest' },
        timeoutMs: { value: 5, assumed: null, foo: 1 },
        events: [{ ...acme.events[0], headers: { 'X Y': 'v' } }],
      },
      'open.provider.json': {
        ...acme,
        signature: { ...acme.signature, kind: 'digest' },
        ipRanges: ['999.1.1.1/99'],
      },
    });
    const { code, stdout } = await run(cwd, 'providers', 'test', 'acme.provider.json');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^! +tolerance .*\n? *.*the time is not signed: who replays/m),
    ]);
    const wrong = await run(cwd, 'providers', 'test', 'wrong.provider.json', '--json');
    expect([wrong.code, wrong.json().checks.map(({ message }: any) => message)]).toEqual([
      3,
      [
        'provider acme: $schema is 1: text is due',
        'provider acme: timeoutMs has no key "foo" beside value and assumed',
        `provider acme: events.0.headers has a key "X Y": a header's name is due`,
      ],
    ]);
    const open = await run(cwd, 'providers', 'test', 'open.provider.json');
    expect([open.code, open.stdout]).toEqual([3, expect.stringContaining('has no {secret}: anyone could')]);
    expect(open.stdout).toContain('ipRanges has 999.1.1.1/99, which is no CIDR range');
  });
});
