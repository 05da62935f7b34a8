import { statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test, beforeAll } from 'vitest';
import { createHome, runCli, startListen, type Listening } from '../support/cli.ts';

const home = createHome();
let listen: Listening;
let page: URL;
let token: string;
let captureId: string;

beforeAll(async () => {
  listen = await startListen(
    ['--ui', '--ui-port', '0', '--secret', 'whsec_hidden', '--provider', 'iverton'],
    { home },
  );
  page = new URL(listen.ready.ui);
  token = new URLSearchParams(page.hash.slice(1)).get('token')!;
  await fetch(listen.url, { method: 'POST', body: '{"type":"deal.won"}' });
  captureId = (await listen.captures(1))[0].id;
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** A request with just these headers; fetch would not let us lie about some. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: page.hostname,
        port: page.port,
        method,
        path,
        headers: { host: page.host, 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

const bearing = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
const json = { 'content-type': 'application/json' };

/** Every route that reads or changes something. */
const routes = (): readonly (readonly [method: string, path: string])[] => [
  ['GET', '/api/state'],
  ['GET', '/api/changes'],
  ['GET', '/api/captures'],
  ['DELETE', '/api/captures'],
  ['GET', `/api/captures/${captureId}`],
  ['GET', `/api/captures/${captureId}/body`],
  ['GET', `/api/captures/${captureId}/export?as=curl`],
  ['POST', `/api/captures/${captureId}/replay`],
  ['DELETE', `/api/captures/${captureId}`],
  ['GET', '/api/providers'],
  ['GET', '/api/providers/iverton/payload'],
  ['POST', '/api/forge'],
  ['POST', '/api/send'],
  ['POST', '/api/publish'],
  ['GET', '/api/endpoints'],
  ['POST', '/api/endpoints'],
  ['PATCH', '/api/endpoints/ep_x'],
  ['DELETE', '/api/endpoints/ep_x'],
  ['POST', '/api/endpoints/ep_x/secret'],
  ['POST', '/api/endpoints/ep_x/enable'],
  ['POST', '/api/endpoints/ep_x/test'],
  ['GET', '/api/deliveries'],
  ['POST', '/api/deliveries/retry'],
  ['POST', '/api/deliveries/cancel'],
  ['POST', '/api/clock'],
];

async function stillThere(): Promise<void> {
  const { status } = await ask('GET', `/api/captures/${captureId}`, bearing());
  expect(status).toBe(200);
}

describe('nobody gets anything', () => {
  test.each([
    ['without a token', {}, 401],
    ['with another token', { authorization: `Bearer ${'0'.repeat(40)}` }, 401],
    ['with the token as another kind of credential', { authorization: 'Basic x' }, 401],
  ] as const)('%s', async (_name, headers, status) => {
    for (const [method, path] of routes()) {
      const answer = await ask(method, path, { ...headers, ...json }, method === 'GET' ? '' : '{}');
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.text).not.toContain('deal.won');
    }
    await stillThere();
  });

  test.each([
    ['under a name that somebody lets point here', { host: 'evil.example' }],
    ['under such a name with our port', { host: 'evil.example:4600' }],
    ['under a name that begins like ours', { host: 'localhost.evil.example' }],
    ['from a page elsewhere', { origin: 'https://evil.example' }],
    ['from a page on another port of this machine', { origin: 'http://127.0.0.1:3000' }],
    ['from a sandboxed frame or a file', { origin: 'null' }],
    ['from what a browser calls another site', { 'sec-fetch-site': 'cross-site' }],
    ['from what a browser calls another origin of the site', { 'sec-fetch-site': 'same-site' }],
  ])('%s, even with the token', async (_name, headers) => {
    for (const [method, path] of routes()) {
      const answer = await ask(
        method,
        path,
        { ...bearing(), ...json, ...headers },
        method === 'GET' ? '' : '{}',
      );
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    await stillThere();
  });

  test('asking leave as browsers do before they send across origins', async () => {
    const answer = await ask('OPTIONS', '/api/captures', {
      origin: 'https://evil.example',
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization',
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('with a form or plain text, which pages elsewhere may send unasked', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await ask(
        'POST',
        '/api/forge',
        { ...bearing(), 'content-type': type },
        '{"provider":"iverton"}',
      );
      expect([type, answer.status]).toEqual([type, 400]);
    }
  });
});

test('the page itself is shown to who has the link, and under any of our names', async () => {
  for (const host of [page.host, `localhost:${page.port}`, `[::1]:${page.port}`]) {
    const answer = await ask('GET', '/captures?text=x', { host });
    expect([host, answer.status, answer.headers['content-type']]).toEqual([
      host,
      200,
      'text/html; charset=utf-8',
    ]);
    expect(answer.text).not.toContain(token);
  }
  const visit = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  expect((await ask('GET', '/', visit)).status).toBe(200);
  expect((await ask('GET', '/', { ...visit, host: 'evil.example' })).status).toBe(403);
  expect((await ask('GET', '/api/captures', { ...visit, ...bearing() })).status).toBe(403);
});

test('every answer forbids scripts of others, frames and guessing of types', async () => {
  for (const path of [
    '/',
    '/assets/app.js',
    '/assets/app.css',
    '/api/captures',
    '/nowhere',
    `/api/captures/${captureId}/body`,
  ]) {
    const { headers } = await ask('GET', path, bearing());
    const policy = String(headers['content-security-policy']);
    expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")]);
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  }
});

test('a body is given out as nothing that a browser would run', async () => {
  await fetch(`${listen.url}/html`, {
    method: 'POST',
    headers: { 'content-type': 'text/html' },
    body: '<script>alert(1)</script>',
  });
  const { id } = (await listen.captures(2))[1];
  const { headers, text } = await ask('GET', `/api/captures/${id}/body`, bearing());
  expect(text).toBe('<script>alert(1)</script>');
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${id}.bin"`,
  });
});

test('the receiver, and so a tunnel to it, never leads to the page', async () => {
  for (const path of ['/', '/captures', '/assets/app.js', '/api/state', '/api/captures']) {
    const response = await fetch(listen.url + path, { headers: bearing() });
    expect([path, response.status, await response.text()]).toEqual([path, 200, '']);
  }
  expect(new URL(listen.url).port).not.toBe(page.port);
});

test('it listens on loopback alone, whatever --host says', async () => {
  const open = await startListen(['--host', '0.0.0.0', '--ui', '--ui-port', '0'], { home });
  const { hostname, port } = new URL(open.ready.ui);
  expect(hostname).toBe('127.0.0.1');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.internal === false && address.family === 'IPv4')?.address;
  if (outside !== undefined) {
    const refused = await new Promise((resolve) => {
      const socket = connect(Number(port), outside);
      socket
        .on('connect', () => resolve('connected'))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(refused).toBe('ECONNREFUSED');
  }
  await open.stop();
});

test('no secret is in what the page is told, until it is asked for', async () => {
  const made = await runCli(
    [
      'endpoints',
      'create',
      '--provider',
      'iverton',
      '--url',
      ':3000',
      '--secret',
      'whsec_of-the-endpoint',
      '--json',
    ],
    { home },
  );
  const { id } = made.json().endpoint;
  for (const path of [
    '/api/state',
    '/api/providers',
    '/api/endpoints',
    `/api/endpoints/${id}`,
    '/api/deliveries',
  ]) {
    const { text, status } = await ask('GET', path, bearing());
    expect([path, status]).toEqual([path, 200]);
    expect(text).not.toContain('whsec_hidden');
    expect(text).not.toContain('whsec_of-the-endpoint');
  }
  const forged = await ask(
    'POST',
    '/api/forge',
    { ...bearing(), ...json },
    JSON.stringify({ provider: 'iverton', type: 'deal.won', body: '{}', to: ':3000' }),
  );
  expect(forged.status).toBe(200);
  expect(JSON.parse(forged.text)).toMatchObject({ signedWith: 'configured' });
  expect(forged.text).not.toContain('whsec_hidden');
  expect((await ask('GET', `/api/endpoints/${id}/secret`, bearing())).status).toBe(405);
  const revealed = await ask('POST', `/api/endpoints/${id}/secret`, { ...bearing(), ...json }, '{}');
  expect(JSON.parse(revealed.text)).toEqual({ secret: 'whsec_of-the-endpoint' });
});

test('each run has a token of its own', async () => {
  const other = await startListen(['--ui', '--ui-port', '0'], { home });
  expect(other.ready.ui.split('#')[1]).not.toBe(page.hash.slice(1));
  await other.stop();
});

test('a taken port: an error where it was asked for', async () => {
  const { code, stderr } = await runCli(['listen', '--port', '0', '--ui', '--ui-port', page.port], { home });
  expect(code).toBe(1);
  expect(stderr).toContain(page.port);
});

test('what the page is made of is small, and asks for nothing from elsewhere', async () => {
  const folder = new URL('../../dist/inspector/assets/', import.meta.url);
  const sizes = ['index.html', 'app.js', 'app.css', 'icon.svg'].map(
    (name) => statSync(new URL(name, folder)).size,
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(150_000);
  const { text } = await ask('GET', '/');
  expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual([
    '/assets/icon.svg',
    '/assets/app.css',
    '/assets/app.js',
  ]);
});
