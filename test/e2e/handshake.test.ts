import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHome, runHere, startListen, type Listening } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { startListenText } from '../support/listen-text.ts';

const SLACK = '8f742231b10e8888abcd99yyyzzz85a5';
const ZOOM = 'kLrDk3aLRoOYXFGzqvTn6g';
const discord = generateKeyPairSync('ed25519');
const publicHex = discord.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

const unixNow = (): string => String(Math.floor(Date.now() / 1_000));
const macOf = (hash: string, key: string, text: string): string =>
  createHmac(hash, key).update(text).digest('hex');

/** As Slack and Zoom sign, under their headers' names. */
function v0(signature: string, timestamp: string, secret: string, body: string): Record<string, string> {
  const time = unixNow();
  return {
    'Content-Type': 'application/json',
    [timestamp]: time,
    [signature]: `v0=${macOf('sha256', secret, `v0:${time}:${body}`)}`,
  };
}
const asSlack = (secret: string, body: string) =>
  v0('X-Slack-Signature', 'X-Slack-Request-Timestamp', secret, body);
const asZoom = (secret: string, body: string) => v0('x-zm-signature', 'x-zm-request-timestamp', secret, body);

function asDiscord(key: KeyObject, body: string): Record<string, string> {
  const time = unixNow();
  return {
    'Content-Type': 'application/json',
    'X-Signature-Timestamp': time,
    'X-Signature-Ed25519': sign(null, Buffer.from(time + body), key).toString('hex'),
  };
}

/** The URL, then the parameters sorted by name, are what is signed. */
function asTwilio(url: string): { headers: Record<string, string>; body: string } {
  const text = `${url}BodyhiMessageSidSM1MessageStatussent`;
  return {
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': createHmac('sha1', 'twilio token').update(text).digest('base64'),
    },
    body: 'MessageSid=SM1&Body=hi&MessageStatus=sent',
  };
}

const URL_VERIFICATION = JSON.stringify({
  token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
  challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
  type: 'url_verification',
});
const URL_VALIDATION = JSON.stringify({
  payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
  event_ts: 1_654_503_849_680,
  event: 'endpoint.url_validation',
});

describe('listen', () => {
  let listening: Listening;
  let sent = 0;

  beforeAll(async () => {
    listening = await startListen(
      ['--verify', 'strict', '--verify-token', 'meatyhamhock', '--public-url', 'https://public.example/'],
      {
        home: createHome(),
        env: {
          WEBHOOK_SECRET_SLACK: SLACK,
          WEBHOOK_SECRET_ZOOM: ZOOM,
          WEBHOOK_SECRET_DISCORD: publicHex,
          WEBHOOK_SECRET_TWILIO: 'twilio token',
        },
      },
    );
  });

  /** What a request is answered, and the item that tells of it. */
  async function send(path: string, init: RequestInit = {}) {
    const response = await fetch(listening.url + path, init);
    sent += 1;
    const items = await listening.waitFor(sent, ({ type }) => type === 'capture');
    const item = items[sent - 1];
    contract.captureItem(item);
    return { status: response.status, text: await response.text(), headers: response.headers, item };
  }
  const post = (path: string, headers: Record<string, string>, body: string) =>
    send(path, { method: 'POST', headers, body });

  test("Slack's URL verification", async () => {
    const asked = await post('/', asSlack(SLACK, URL_VERIFICATION), URL_VERIFICATION);
    expect([asked.status, asked.text]).toEqual([200, JSON.parse(URL_VERIFICATION).challenge]);
    expect(asked.headers.get('content-type')).toBe('text/plain');
    expect(asked.item).toMatchObject({
      handshake: 'url_verification',
      remarks: ["answered Slack's url_verification"],
      capture: { provider: 'slack', verdict: { reason: 'valid' } },
    });
    const forged = await post('/', asSlack('another', URL_VERIFICATION), URL_VERIFICATION);
    expect([forged.status, forged.text]).toEqual([401, '']);
    const event = JSON.stringify({ type: 'event_callback', event: { type: 'app_mention' }, event_id: 'Ev1' });
    expect((await post('/', asSlack(SLACK, event), event)).item).toMatchObject({
      handshake: null,
      remarks: [],
    });
  });

  test("Zoom's URL validation", async () => {
    const { status, text, headers } = await post('/zoom', asZoom(ZOOM, URL_VALIDATION), URL_VALIDATION);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(text)).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: macOf('sha256', ZOOM, 'qgg8vlvZRS6UYooatFL8Aw'),
    });
  });

  test("Meta's subscription, which is unsigned and tells of itself by its query alone", async () => {
    const path = '/?hub.mode=subscribe&hub.verify_token=meatyhamhock&hub.challenge=1158201444';
    const asked = await send(path);
    expect([asked.status, asked.text]).toEqual([200, '1158201444']);
    // WhatsApp asks in the same way.
    expect(asked.item).toMatchObject({ handshake: 'hub.challenge', capture: { provider: null } });
    const named = await send(`/meta${path}`);
    expect([named.text, named.item.capture.provider, named.item.capture.verdict]).toEqual([
      '1158201444',
      'meta',
      null,
    ]);
    const wrong = await send(`/meta${path.replace('meaty', 'other')}`);
    expect([wrong.status, wrong.text]).toEqual([403, '']);
    expect((await send('/meta?hub.mode=unsubscribe')).status).toBe(401);
  });

  test("Discord's ping", async () => {
    const ping = JSON.stringify({ version: 1, application_id: '1234560123453231555', type: 0 });
    const asked = await post('/', asDiscord(discord.privateKey, ping), ping);
    expect([asked.status, asked.text, asked.item.capture.provider]).toEqual([204, '', 'discord']);
    const forged = asDiscord(generateKeyPairSync('ed25519').privateKey, ping);
    expect((await post('/', forged, ping)).status).toBe(401);
  });

  test("WooCommerce's ping", async () => {
    const { status, item } = await post(
      '/',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      'webhook_id=7',
    );
    expect([status, item.capture.provider, item.handshake]).toEqual([200, 'woocommerce', 'ping']);
  });

  test("Notion's token, which verifies what comes next", async () => {
    const token = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
    const { status, item } = await post(
      '/',
      { 'Content-Type': 'application/json' },
      JSON.stringify({ verification_token: token }),
    );
    expect([status, item.capture.provider]).toEqual([200, 'notion']);
    const [handed] = await listening.waitFor(1, ({ type }) => type === 'secret');
    contract.secretItem(handed);
    expect(handed).toEqual({
      type: 'secret',
      captureId: item.capture.id,
      provider: 'notion',
      handshake: 'verification',
      secret: 'secret_…7yBl',
      used: true,
    });
    const event = JSON.stringify({
      id: '1',
      type: 'page.created',
      timestamp: '2026-01-01T00:00:00Z',
      data: {},
    });
    const headers = {
      'Content-Type': 'application/json',
      'X-Notion-Signature': `sha256=${macOf('sha256', token, event)}`,
    };
    expect((await post('/notion', headers, event)).item.capture.verdict).toMatchObject({ reason: 'valid' });
  });

  test('CloudEvents, whoever sends them', async () => {
    const { status, headers, item } = await send('/', {
      method: 'OPTIONS',
      headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net', 'WebHook-Request-Rate': '120' },
    });
    expect([status, item.handshake]).toEqual([200, 'CloudEvents validation']);
    expect(headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
    expect(headers.get('webhook-allowed-rate')).toBe('*');
    expect(headers.get('allow')).toBe('POST');
  });

  test('a public URL, for those who sign theirs', async () => {
    const { headers, body } = asTwilio('https://public.example/twilio/sms?x=1');
    const { item } = await post('/twilio/sms?x=1', headers, body);
    expect(item.capture.verdict).toMatchObject({ reason: 'valid' });
  });
});

test("a tunnel's URL is the public one unless another is given", async () => {
  const program = "console.log('Your URL is https://hooks.example.net'); setInterval(() => {}, 60_000)";
  const listening = await startListen(['--tunnel-command', `'${process.execPath}' -e "${program}"`], {
    home: createHome(),
    env: { WEBHOOK_SECRET_TWILIO: 'twilio token' },
  });
  expect(listening.ready.tunnelUrl).toBe('https://hooks.example.net');
  for (const url of ['https://hooks.example.net/twilio/sms', 'https://public.example/twilio/sms']) {
    const { headers, body } = asTwilio(url);
    await fetch(`${listening.url}/twilio/sms`, { method: 'POST', headers, body });
  }
  const captures = await listening.captures(2);
  expect(captures.map(({ verdict }) => verdict.reason)).toEqual(['valid', 'no-match']);
});

test('a person is told of what was answered, what was not compared, and a secret that is handed over', async () => {
  const listening = await startListenText(['--provider', 'meta'], { home: createHome() });
  await fetch(`${listening.url}/?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1`);
  await listening.until(({ stdout }) => stdout.includes("answered Meta's hub.challenge"));
  expect(listening.stdout()).toMatch(/its verify token was not compared: .*\(--verify-token\)/);
  await fetch(`${listening.url}/notion`, {
    method: 'POST',
    body: '{"verification_token":"secret_0123456789abcdefghijk"}',
  });
  await listening.until(({ stderr }) => stderr.includes('set WEBHOOK_SECRET_NOTION'));
  expect(listening.stderr()).toMatch(
    /Notion's verification hands over a secret: secret_…hijk \(in full: --show-secrets/,
  );
  expect(listening.stdout() + listening.stderr()).not.toContain('0123456789');
});

test('an app or a script answers for itself', async () => {
  const app = await serve((_request, _body, response) => void response.end('"1"'));
  const [forwarding, scripted] = await Promise.all([
    startListen(['--provider', 'meta', '--forward', app.url], { home: createHome() }),
    startListen(['--provider', 'meta', '--respond', '202'], { home: createHome() }),
  ]);
  const path = '/?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1';
  expect(await (await fetch(forwarding.url + path)).text()).toBe('"1"');
  const [item] = await forwarding.waitFor(1, ({ type }) => type === 'capture');
  expect(item).toMatchObject({ handshake: 'hub.challenge', remarks: [expect.stringMatching(/will not do/)] });
  expect((await fetch(scripted.url + path)).status).toBe(202);
});

describe('send --handshake', () => {
  const sendSlack = (url: string, ...more: string[]) =>
    runHere(['send', 'slack', '--handshake', '--to', url, '--secret', SLACK, ...more]);
  const isSlacks = (request: IncomingMessage, body: string): boolean => {
    const { 'x-slack-request-timestamp': time, 'x-slack-signature': signature } = request.headers;
    return signature === `v0=${macOf('sha256', SLACK, `v0:${String(time)}:${body}`)}`;
  };

  test('an app that checks and answers passes', async () => {
    const app = await serve((request, body, response) => {
      if (!isSlacks(request, body)) return void response.writeHead(401).end();
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ challenge: JSON.parse(body).challenge }));
    });
    const text = await sendSlack(app.url);
    expect(text.stdout).toMatch(
      /^✓ {2}url_verification {17} 200 .*\n✓ {2}url_verification, wrongly signed {2}401 .*\n$/,
    );
    expect(text.code).toBe(0);
    const json = await sendSlack(app.url, '--json');
    contract.handshakes(json.json());
    expect(json.json().handshakes).toMatchObject([
      {
        name: 'url_verification',
        variant: 'proper',
        ok: true,
        problem: null,
        attempt: { request: { method: 'POST' } },
      },
      {
        name: 'url_verification',
        variant: 'wrong-signature',
        ok: true,
        attempt: { response: { status: 401 } },
      },
    ]);
  });

  test('one that does not check the signature is told so', async () => {
    const app = await serve((_request, body, response) => void response.end(JSON.parse(body).challenge));
    const { code, stdout } = await sendSlack(app.url);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /✓ {2}url_verification .*\n✗ {2}url_verification, wrongly signed .*\n {3}it answers 200 without checking the signature/,
    );
  });

  test('one that answers with something else is told what was due', async () => {
    const app = await serve((request, body, response) => {
      response.writeHead(isSlacks(request, body) ? 200 : 401).end('ok');
    });
    const { code, stdout } = await sendSlack(app.url, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout).handshakes).toMatchObject([
      { ok: false, problem: expect.stringMatching(/^the body is "ok", and "[0-9a-z]{24}" is due$/) },
      { ok: true },
    ]);
  });

  test('tokens are checked too, and have to be given', async () => {
    const app = await serve((request, _body, response) => {
      const query = new URL(request.url!, 'http://localhost').searchParams;
      const isRight = query.get('hub.verify_token') === 't1';
      response.writeHead(isRight ? 200 : 403).end(isRight ? query.get('hub.challenge') : '');
    });
    const right = await runHere([
      'send',
      'meta',
      '--handshake',
      '--to',
      app.url,
      '--verify-token',
      't1',
      '--json',
    ]);
    expect(right.json().handshakes.map(({ variant, ok }: any) => [variant, ok])).toEqual([
      ['proper', true],
      ['wrong-token', true],
    ]);
    const wrong = await runHere(['send', 'meta', '--handshake', '--to', app.url], {
      env: { WEBHOOK_VERIFY_TOKEN: 't2' },
    });
    expect([wrong.code, wrong.stdout]).toEqual([
      3,
      expect.stringMatching(/✗ {2}hub.challenge .*\n {3}the status is 403, and 200 is due/),
    ]);
    const home = createHome();
    writeFileSync(join(home.folder, 'webhook.config.json'), '{"verifyToken": "t1"}');
    expect((await runHere(['send', 'meta', '--handshake', '--to', app.url], { home })).code).toBe(0);
    const none = await runHere(['send', 'meta', '--handshake', '--to', app.url]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/needs the verify token/)]);
  });

  test('what makes no sense is refused before anything is sent', async () => {
    const nowhere = ['--to', 'http://127.0.0.1:1/', '--secret', SLACK];
    for (const [args, said] of [
      [['slack', 'message', '--handshake'], /a handshake is no event/],
      [
        ['slack', '--handshake', 'url_verificaton'],
        /no handshake "url_verificaton"[^]*did you mean url_verification/,
      ],
      [['iverton', '--handshake'], /sends no handshakes/],
      [['slack', '--all', '--handshake'], /--all is for events/],
      [['slack', '--dry-run', '--handshake'], /--dry-run is for events/],
    ] as const) {
      const { code, stderr } = await runHere(['send', ...args, ...nowhere]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(said) });
    }
    const { code, stdout } = await runHere(['send', 'slack', '--handshake', ...nowhere]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/no answer/)]);
  });

  test('what listen answers is right', async () => {
    const listening = await startListen(['--verify-token', 't1'], {
      home: createHome(),
      env: { WEBHOOK_SECRET: SLACK, WEBHOOK_SECRET_DISCORD: publicHex },
    });
    for (const provider of ['slack', 'zoom', 'meta', 'whatsapp', 'notion', 'woocommerce']) {
      const to = `${listening.url}/${provider}`;
      const { code, stdout } = await runHere([
        'send',
        provider,
        '--handshake',
        '--to',
        to,
        '--verify-token',
        't1',
        '--secret',
        SLACK,
      ]);
      expect({ provider, stdout, code }).toMatchObject({ code: 0 });
    }
  });
});

const servers = new Set<() => void>();
afterAll(() => servers.forEach((close) => close()));

async function serve(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => answer(request, body.toString(), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.add(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
