import { describe, expect, test } from 'vitest';
import { loadProviders } from '../../src/providers/index.ts';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere, startListen } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';

const home = createHome();
const all = await loadProviders();

async function providers(...args: string[]): Promise<any> {
  const { code, stderr, json } = await runHere(['providers', ...args, '--json'], { home });
  expect([code, stderr]).toEqual([0, '']);
  return json();
}

async function failure(...args: string[]) {
  const { code, stdout, stderr } = await runHere(['providers', ...args, '--json'], { home });
  expect(stdout).toBe('');
  contract.failure(JSON.parse(stderr));
  return { exit: code, ...JSON.parse(stderr).error };
}

describe('list', () => {
  test('has them all', async () => {
    const listed = await providers('list');
    contract.providerList(listed);
    expect(listed.providers.map(({ id, eventTypes }: any) => [id, eventTypes])).toEqual(
      all.map(({ id, events }) => [id, events.length]),
    );
    expect(listed.providers.filter(({ own }: any) => own)).toEqual([]);
  });

  test('is tab-separated in a pipe', async () => {
    const { stdout } = await runCli(['providers', 'list'], { home });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'iverton\tIverton AI\t22\tX-Iverton-Signature\t1 m, 5 m, 30 m, 2 h, 24 h',
        expect.stringMatching(/^stripe\tStripe\t\d+\tStripe-Signature\t\d+ within \d+ d/),
        expect.stringMatching(/^discord\tDiscord\t\d+\tX-Signature-Ed25519\t/),
      ]),
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(all.length);
  });
});

describe('show', () => {
  test.each(all)('$id', async (provider) => {
    const shown = await providers('show', provider.id);
    contract.providerShown(shown);
    expect(shown.provider).toEqual(JSON.parse(JSON.stringify(provider)));
    const { code, stdout } = await runHere(['providers', 'show', provider.id], { home });
    expect(code).toBe(0);
    expect(stdout).toContain(`${provider.name} (${provider.id})`);
    expect(stdout).toContain(`${provider.events.length} event types`);
    for (const { name } of provider.events) expect(stdout).toContain(`\n  ${name}\t`);
  });

  test('prints what is assumed, and what is not documented at all, as such', async () => {
    const shown = async (id: string) => (await runHere(['providers', 'show', id], { home })).stdout;
    expect(await shown('deiterate')).toMatch(/\n {2}retries +3, after 1 m, 5 m, 30 m {2}\(assumed: /);
    expect(await shown('iverton')).toMatch(/\n {2}retries +5, after 1 m, 5 m, 30 m, 2 h, 24 h\n/);
    expect((await shown('compliancely')).match(/SYNTHETIC/g)).toHaveLength(3);
    expect(await shown('iverton')).not.toContain('SYNTHETIC');
    expect(await shown('filedgr')).toContain('its documents are a draft');
  });

  test.each([
    ['filedgr', 'stream.alert_triggered'],
    ['iverton', 'deal.won'],
    ['compliancely', 'request.completed'],
  ])('%s %s has the exact bytes of the example', async (id, type) => {
    const { code, stdoutBytes } = await runHere(['providers', 'show', id, type], { home });
    expect([code, stdoutBytes.equals(payload(id, type))]).toEqual([0, true]);
    const shown = await providers('show', id, type);
    contract.payloadShown(shown);
    expect([shown.provider, shown.eventType.name, shown.eventType.body]).toEqual([
      id,
      type,
      payload(id, type).toString(),
    ]);
  });

  test.each([
    [['show', 'ivertn'], 'ERR_UNKNOWN_PROVIDER', 'unknown provider "ivertn"', 'did you mean iverton?'],
    [
      ['show', 'acme'],
      'ERR_UNKNOWN_PROVIDER',
      'unknown provider "acme"',
      'see them all with: webhook-cli providers list',
    ],
    [
      ['show', 'iverton', 'deal.wom'],
      'ERR_UNKNOWN_EVENT_TYPE',
      'Iverton AI has no event type "deal.wom"',
      'did you mean deal.won?',
    ],
    [['show'], 'ERR_USAGE', 'which provider?', 'name one; see them with: webhook-cli providers list'],
  ])('not %j', async (args, code, message, hint) => {
    expect(await failure(...args)).toEqual({ exit: 2, code, message, hint });
  });
});

describe('detect', () => {
  const detect = async (...args: string[]) => {
    const found = await providers('detect', ...args);
    contract.detection(found);
    return found.candidates;
  };

  test('whose capture it is', async () => {
    const listening = await startListen([], { home });
    await runHere(['send', 'filedgr', 'vault.created', '--to', listening.url, '--secret', 's'], { home });
    const [capture] = await listening.captures(1);
    await listening.stop();
    for (const id of [capture.id, 'last']) {
      expect((await detect(id))[0]).toMatchObject({
        provider: 'filedgr',
        evidence: expect.arrayContaining([
          'header X-Filedgr-Signature',
          'event type vault.created is in its catalog',
        ]),
      });
    }
    const { stdout } = await runHere(['providers', 'detect', 'last'], { home });
    expect(stdout).toMatch(/^filedgr\t\d+\theader X-Filedgr-Signature; /);
  });

  test('by a header, by a body, and by standard input', async () => {
    expect((await detect('--header', 'x-iverton-signature: x')).map(({ provider }: any) => provider)).toEqual(
      ['iverton'],
    );
    expect((await detect('--body', payload('deiterate', 'risk.created').toString()))[0].provider).toBe(
      'deiterate',
    );
    const { json } = await runCli(['providers', 'detect', '--body', '-', '--json'], {
      home,
      stdin: payload('taskplatform', 'task.created'),
    });
    expect(json().candidates[0].provider).toBe('taskplatform');
  });

  test('ranks those who may be meant', async () => {
    const candidates = await detect(
      '--header',
      'X-Webhook-Signature: x',
      '--body',
      payload('iverton', 'deal.won').toString(),
    );
    expect(candidates.map(({ provider }: any) => provider)).toEqual(['iverton', 'taskplatform']);
    expect(candidates[1].evidence).toEqual(['header X-Webhook-Signature, which other services use too']);
  });

  test('by a request that is pasted, and by its signature', async () => {
    const args = ['send', 'iverton', 'deal.won', '--to', 'http://h/', '--secret', 's', '--print'];
    const pasted = (await runHere([...args, 'http'], { home })).stdout;
    const run = (secret: string, ...more: string[]) =>
      runHere(['providers', 'detect', '--request', '-', ...more], {
        home,
        stdin: pasted,
        env: { WEBHOOK_SECRET_IVERTON: secret },
      });
    const [right, wrong] = await Promise.all([run('s', '--json'), run('other', '--json')]);
    contract.detection(right.json());
    expect(right.json().candidates[0]).toMatchObject({
      provider: 'iverton',
      sure: true,
      evidence: expect.arrayContaining(['its signature verifies with the configured secret']),
    });
    expect(JSON.stringify(wrong.json())).not.toContain('verifies');
    expect((await run('s')).stdout).not.toContain('hint');
  });

  test('says where it can only guess', async () => {
    const hint = ['providers', 'detect', '--header', 'X-Webhook-Signature: x'];
    const { code, stdout } = await runHere(hint, { home });
    expect([code, stdout]).toEqual([
      0,
      'taskplatform\t3\theader X-Webhook-Signature, which other services use too; only a hint\n',
    ]);
    expect((await runHere([...hint, '--json'], { home })).json().candidates[0].sure).toBe(false);
  });

  test('nobody is the answer no', async () => {
    const human = await runHere(['providers', 'detect', '--body', '{}'], { home });
    expect([human.code, human.stdout, human.stderr]).toEqual([3, '', 'no provider known here\n']);
    const { code, stdout } = await runHere(['providers', 'detect', '--body', '{}', '--json'], { home });
    expect([code, stdout]).toEqual([3, '{"candidates":[]}\n']);
  });

  test('needs something to look at', async () => {
    expect(await failure('detect')).toMatchObject({ exit: 2, code: 'ERR_USAGE', message: 'which capture?' });
    expect(await failure('detect', 'cap_nothing')).toMatchObject({ exit: 1, code: 'ERR_NOT_FOUND' });
    expect(await failure('detect', 'last', '--request', '-')).toMatchObject({ exit: 2, code: 'ERR_USAGE' });
    expect(await failure('detect', '--request', '{}')).toMatchObject({
      exit: 2,
      message: 'this is neither a curl command nor an HTTP request',
    });
    expect(await failure('detect', '--body', '@missing')).toMatchObject({
      exit: 1,
      message: 'cannot read missing',
    });
  });
});
