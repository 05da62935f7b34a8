import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadProvider, loadProviders, providerIds } from '../../src/providers/index.ts';
import { randomSecret } from '../../src/signing/keys.ts';
import * as contract from '../support/contract.ts';
import { createHome, runCli, runHere, spawnCli, startListen } from '../support/cli.ts';
import { payload } from '../support/fixtures.ts';
import { DOCUMENTED_WHOLE } from '../support/forging.ts';
import { startServer } from '../support/http.ts';

const home = createHome();
const secret = 'whsec_x';
const providers = await loadProviders();

async function send(...args: string[]) {
  const result = await runHere(['send', ...args, '--json'], { home });
  const json = result.stdout === '' ? null : result.json();
  if (json?.attempts !== undefined) contract.attempts(json);
  if (json?.requests !== undefined) contract.requests(json);
  return { ...result, attempts: json?.attempts as any[], requests: json?.requests as any[] };
}

/** An address where nobody listens. */
async function nowhere(): Promise<string> {
  const server = await startServer();
  await server.close();
  return server.url;
}

describe('the whole catalog', () => {
  test('of iverton arrives at a listener and verifies', async () => {
    const listening = await startListen(['--provider', 'iverton', '--secret', secret], { home });
    contract.ready(listening.ready);
    const sent = await runCli(['send', 'iverton', '--all', '--to', listening.url, '--secret', secret], {
      home,
    });
    expect([sent.code, sent.stderr]).toEqual([0, '']);
    expect(sent.stdout).toMatch(/^✓ {2}contact\.created +evt_\w{12} +200 {2}.+s\n/);
    expect(sent.stdout).toMatch(/\n22 of 22 acknowledged\n$/);
    const captures = await listening.captures(22);
    expect(captures.map(({ verdict }) => verdict.ok && verdict.reason)).toEqual(Array(22).fill('valid'));
    expect(new Set(captures.map(({ eventId }) => eventId)).size).toBe(22);
    expect(captures.map(({ eventType }) => eventType)).toEqual(
      (await loadProvider('iverton')).events.map(({ name }) => name),
    );
    for (const item of listening.items.slice(1)) contract.captureItem(item);
    expect((await listening.stop()).code).toBe(130);
    expect(listening.items.filter(({ type }) => type === 'capture')).toHaveLength(22);
  });

  test('of those whose documents name it whole arrives at one listener, told by its path', async () => {
    const listening = await startListen(['--secret', secret], { home });
    let before = 0;
    for (const { id, events } of providers.filter((provider) => DOCUMENTED_WHOLE.has(provider.id))) {
      const to = `${listening.url}/${id}`;
      const { code, attempts } = await send(id, '--all', '--to', to, '--secret', secret);
      expect(code).toBe(0);
      expect(attempts.map(({ ok, eventType, number }) => [ok, eventType, number])).toEqual(
        events.map(({ name }, index) => [true, name, index + 1]),
      );
      const captures = (await listening.captures(before + events.length)).slice(before);
      before += events.length;
      expect(captures.map(told)).toEqual(
        events.map(({ name }) => ({
          provider: id,
          eventType: name,
          path: `/${id}`,
          reason: 'valid',
          duplicateOf: null,
        })),
      );
      expect(attempts.map(({ messageId }) => messageId)).toEqual(captures.map(({ eventId }) => eventId));
    }
    expect(before).toBe(63);
    await listening.stop();
  });
});

const told = ({ provider, eventType, path, verdict, duplicateOf }: any) => ({
  provider,
  eventType,
  path,
  reason: verdict.reason,
  duplicateOf,
});

test('an event of every provider arrives at one listener, and is told by its path and by itself', async () => {
  const secrets = Object.fromEntries(
    providers.map(({ id, signature }) => [id, randomSecret(signature.value, randomBytes)]),
  );
  const config = join(mkdtempSync(join(tmpdir(), 'webhook-send-')), 'webhook.config.json');
  writeFileSync(config, JSON.stringify({ secrets }));
  const listening = await startListen(['--config', config], { home });
  const wanted: object[] = [];
  for (const { id, events } of providers) {
    const [{ name }] = events as [(typeof events)[number]];
    for (const path of [`/${id}`, '/']) {
      const { code, stderr } = await send(id, name, '--to', listening.url + path, '--config', config);
      expect([id, code, stderr]).toEqual([id, 0, '']);
      wanted.push({ provider: id, eventType: name, path, reason: 'valid', duplicateOf: null });
    }
  }
  const captures = await listening.captures(wanted.length);
  const byPath = captures.filter(({ path }) => path !== '/');
  expect(byPath.map(told)).toEqual(wanted.filter((_one, index) => index % 2 === 0));
  // Some are alike but for their secrets; whoever it is taken for, nobody is taken for the wrong one with a valid signature.
  const byItself = captures.filter(({ path }) => path === '/');
  expect(byItself).toHaveLength(providers.length);
  const right = byItself.filter((capture, index) => capture.provider === providers[index]!.id);
  expect(right.length).toBeGreaterThan(providers.length - 8);
  expect(right.map(({ verdict }) => verdict.reason)).toEqual(right.map(() => 'valid'));
  const wrong = byItself.filter((capture, index) => capture.provider !== providers[index]!.id);
  expect(wrong.filter(({ provider, verdict }) => provider !== null && verdict.ok)).toEqual([]);
  await listening.stop();
});

describe('known answers', () => {
  test.each([
    [
      'deiterate',
      'risk.created',
      'your-webhook-secret',
      [['X-Deiterate-Signature', '281d08680d7b3e10d195648d2b1cf0bf1ef9ff63caa6bf2d9af7d42235733a3c']],
    ],
    [
      'filedgr',
      'vault.created',
      'your-webhook-secret-key',
      [
        ['X-Filedgr-Event-Type', 'vault.created'],
        ['X-Filedgr-Event-ID', 'evt_abc123'],
        ['X-Filedgr-Signature', '910928b9b77185e64a2f9a90cf72d9434dd347de890cf73bac17a90898ceef01'],
      ],
    ],
    [
      'filedgr',
      'stream.alert_triggered',
      'your-webhook-secret-key',
      [
        ['X-Filedgr-Event-Type', 'stream.alert_triggered'],
        ['X-Filedgr-Event-ID', 'evt_pqr678'],
        ['X-Filedgr-Signature', '472badd32e2095f392b4c92490adc8c5d501396c901e9849fbf24c78385fac9e'],
      ],
    ],
    [
      'taskplatform',
      'task.created',
      'your_webhook_secret',
      [
        ['X-Webhook-ID', 'webhook_123'],
        ['X-Webhook-Timestamp', expect.stringMatching(/^\d{10}$/)],
        ['X-Webhook-Signature', 'sha256=3a3fe4287eab26fdae82f1019d6c7cb19bc1970e4b9947c116d5072d65de20f2'],
      ],
    ],
    [
      'iverton',
      'contact.created',
      'whsec_xxxxxxxxxxxxx',
      [['X-Iverton-Signature', 'sha256=5c9cfa0a8b7c98e25253314b7f33be8e1c2b141095eccf9fda661ca2b7b216c5']],
    ],
    [
      'compliancely',
      'business.status_changed',
      'compliancely-test-secret',
      [['Compliancely-Signature', '42154899957384659733f67605990ae569b1f23e35c9327e83ff433c885c7980']],
    ],
  ])('%s %s', async (provider, type, key, headers) => {
    const { code, requests } = await send(provider, type, '--keep-ids', '--secret', key, '--dry-run');
    expect(code).toBe(0);
    expect(requests).toEqual([
      {
        method: 'POST',
        url: 'http://127.0.0.1:4400/',
        headers: [['Content-Type', 'application/json'], ...headers],
        bodySize: payload(provider, type).length,
        body: payload(provider, type).toString(),
      },
    ]);
  });
});

describe('an answer', () => {
  test('is shown with its status, time and body', async () => {
    const app = await startServer(
      (_request, response) => void response.writeHead(500, { 'X-App': 'y' }).end('out of order\n'),
    );
    const args = ['iverton', 'deal.won', '--to', app.url, '--secret', secret];
    const shown = await runHere(['send', ...args], { home });
    expect(shown.code).toBe(3);
    expect(shown.stdout).toMatch(/^✗ {2}deal\.won {2}evt_\w{12} {2}500 {2}.+\n {2}out of order\n$/);
    const { code, attempts } = await send(...args);
    expect(code).toBe(3);
    expect(attempts[0]).toMatchObject({
      number: 1,
      trigger: 'manual',
      provider: 'iverton',
      eventType: 'deal.won',
      offsetMs: 0,
      ok: false,
      request: { method: 'POST', url: `${app.url}/`, bodySize: app.received[1]!.body.length },
      response: { status: 500, body: 'out of order\n', truncated: false },
      error: null,
    });
    expect(attempts[0].response.headers).toContainEqual(['X-App', 'y']);
  });

  test('that is not text comes as base64 in JSON', async () => {
    const app = await startServer((_request, response) => void response.end(Buffer.from([255, 0])));
    const { attempts } = await send('iverton', 'deal.won', '--to', app.url, '--secret', secret);
    expect(attempts[0].response).toMatchObject({ status: 200, bodyBase64: '/wA=' });
  });

  test('that redirects is not followed, and no success', async () => {
    const app = await startServer(
      (_request, response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
    );
    const { code, attempts } = await send('iverton', 'deal.won', '--to', app.url, '--secret', secret);
    expect([code, attempts[0].ok, attempts[0].response.status]).toEqual([3, false, 302]);
    expect(app.received.map(({ path }) => path)).toEqual(['/']);
  });

  test.each([
    ['deiterate', 'risk.created', 'de.iterate acknowledges on 200 only (--success 2xx takes any)'],
    ['taskplatform', 'task.created', 'Task platform acknowledges on 200 only (--success 2xx takes any)'],
  ])('of 201 is no success to %s, and why is said', async (provider, type, explanation) => {
    const app = await startServer((_request, response) => void response.writeHead(201).end());
    const args = ['send', provider, type, '--to', app.url, '--secret', secret];
    const strict = await runHere(args, { home });
    expect(strict.code).toBe(3);
    expect(strict.stdout).toContain(explanation);
    const lenient = await runHere([...args, '--success', '2xx'], { home });
    expect(lenient.code).toBe(0);
    expect(lenient.stdout).not.toContain(explanation);
    const { code, attempts } = await send(...args.slice(1));
    expect([code, attempts[0].ok]).toEqual([3, false]);
  });

  test('of 201 is a success to the others', async () => {
    const app = await startServer((_request, response) => void response.writeHead(201).end());
    for (const [provider, type] of [
      ['iverton', 'deal.won'],
      ['filedgr', 'vault.created'],
      ['compliancely', 'request.completed'],
    ]) {
      expect((await send(provider!, type!, '--to', app.url, '--secret', secret)).code).toBe(0);
    }
  });

  test('that fails once makes the whole fail', async () => {
    const app = await startServer(
      ({ body }, response) => void response.writeHead(body.includes('deal.won') ? 503 : 200).end(),
    );
    const result = await runHere(['send', 'iverton', '--all', '--to', app.url, '--secret', secret], { home });
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/\n✗ {2}deal\.won +evt_\w+ +503 {2}.*\n/);
    expect(result.stdout).toMatch(/\n21 of 22 acknowledged\n$/);
    expect(app.received).toHaveLength(22);
  });
});

describe('no answer', () => {
  test('where nobody listens', async () => {
    const to = await nowhere();
    const { code, attempts } = await send('iverton', 'deal.won', '--to', to, '--secret', secret);
    expect([code, attempts[0].ok, attempts[0].response]).toEqual([3, false, null]);
    expect(attempts[0].error).toEqual({ code: 'refused', message: 'connection refused' });
    const shown = await runHere(['send', 'iverton', 'deal.won', '--to', to, '--secret', secret], { home });
    expect(shown.code).toBe(3);
    expect(shown.stdout).toMatch(/no answer: connection refused/);
  });

  test('where the name is unknown', async () => {
    const { code, attempts } = await send(
      'iverton',
      'deal.won',
      '--to',
      'http://nowhere.invalid/',
      '--secret',
      secret,
    );
    expect([code, attempts[0].response, attempts[0].error.code]).toEqual([3, null, 'dns']);
  });

  test('within --timeout', async () => {
    const app = await startServer(() => {});
    const { code, attempts } = await send(
      'iverton',
      'deal.won',
      '--to',
      app.url,
      '--secret',
      secret,
      '--timeout',
      '200ms',
    );
    expect([code, attempts[0].response]).toEqual([3, null]);
    expect(attempts[0].error).toEqual({ code: 'timeout', message: 'no complete answer within 0.2 s' });
    expect(app.received).toHaveLength(1);
  });

  test('where the connection is cut', async () => {
    const app = await startServer((_request, _response, message) => void message.socket.destroy());
    const { code, attempts } = await send('iverton', 'deal.won', '--to', app.url, '--secret', secret);
    expect([code, attempts[0].response, attempts[0].error.code]).toEqual([3, null, 'reset']);
  });

  test('where Ctrl-C comes first', async () => {
    let arrived = (): void => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const app = await startServer(() => arrived());
    const args = [
      'send',
      'iverton',
      '--all',
      '--to',
      app.url,
      '--secret',
      secret,
      '--timeout',
      '1h',
      '--json',
    ];
    const child = spawnCli(args, { home });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await waiting;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toBe('');
    const { attempts } = JSON.parse(stdout);
    expect(attempts).toHaveLength(1);
    expect(attempts[0].error).toEqual({ code: 'aborted', message: 'interrupted' });
  });
});

test('every provider is known to --help’s examples', async () => {
  const { stdout } = await runHere(['send', '--help'], { home });
  const named = Array.from(stdout.matchAll(/^ {2}webhook-cli send (\w+)(?: ([a-z]\w*\.\w+))?/gm));
  expect(named.length).toBeGreaterThan(3);
  for (const [, provider, type] of named) {
    expect(providerIds).toContain(provider);
    if (type !== undefined)
      expect((await loadProvider(provider!)).events.map(({ name }) => name)).toContain(type);
  }
});
