import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Header } from '../../src/model/request.ts';
import { loadProvider } from '../../src/providers/index.ts';
import { signingHeaders } from '../support/signing.ts';
import { createHome, startListen } from '../support/cli.ts';
import { startListenText } from '../support/listen-text.ts';

const { signature } = await loadProvider('iverton');
const EVENT = '{"id":"evt_1", "type":"deal.won", "data":{"amount":1}}';

const home = createHome();
const secretFile = join(home.folder, 'secret');
writeFileSync(secretFile, 'whsec_newline\n');

interface Sent {
  readonly headers: readonly Header[];
  readonly body: string;
}

function signed(secret: string, body: string = EVENT): Sent {
  return { headers: signingHeaders(signature.value, Buffer.from(body), secret), body };
}

function inBase64({ headers, body }: Sent): Sent {
  const [name, value] = headers[0]!;
  const digest = Buffer.from(value.replace('sha256=', ''), 'hex').toString('base64');
  return { headers: [[name, digest]], body };
}

/** What goes wrong, the request, and what is said of it. */
const CASES: readonly (readonly [
  what: string,
  secret: readonly string[],
  sent: Sent,
  cause: string,
  fix: RegExp,
])[] = [
  [
    're-serialised',
    ['--secret', 'whsec_x'],
    { ...signed('whsec_x', JSON.stringify(JSON.parse(EVENT))), body: EVENT },
    'body-reserialized',
    /^the body was parsed and written again: .*JSON\.stringify/,
  ],
  [
    'against a secret with a newline',
    ['--secret-file', secretFile],
    signed('whsec_newline'),
    'secret-whitespace',
    /^the secret has a newline at its end/,
  ],
  [
    'signed in base64',
    ['--secret', 'whsec_x'],
    inBase64(signed('whsec_x')),
    'signature-encoding',
    /^the signature is right, .* base64/,
  ],
];

test.each(CASES)('a request %s is named as it arrives', async (_what, secret, sent, cause, fix) => {
  const args = ['--provider', 'iverton', ...secret];
  const listen = await startListen(args, { home });
  await post(listen.url, sent);
  const [item] = await listen.waitFor(1, ({ type }) => type === 'capture');
  expect(item.diagnosis[0]).toEqual({ cause, confidence: 'certain', fix: expect.stringMatching(fix) });
  await listen.stop();

  const text = await startListenText(args, { home });
  await post(text.url, sent);
  await text.until(({ stdout }) => stdout.split('\n').length > 2);
  const [line, below] = text.stdout().split('\n');
  expect(line).toContain('  ✗ ');
  expect(below!.trim()).toBe(item.diagnosis[0].fix);
  text.kill('SIGINT');
  await text.ended;
});

test('where to learn more is said once, and not in JSON', async () => {
  const args = ['--provider', 'iverton', '--secret', 'whsec_x'];
  const text = await startListenText(args, { home });
  for (const secret of ['whsec_x', 'whsec_y', 'whsec_y']) await post(text.url, signed(secret));
  await text.until(({ stdout }) => stdout.split('most likely another secret').length === 3);
  text.kill('SIGINT');
  await text.ended;
  const ids = [...text.stdout().matchAll(/ {2}(cap_\w+)$/gm)].map(([, id]) => id);
  expect(ids).toHaveLength(3);
  const told = text
    .stderr()
    .split('\n')
    .filter((line) => line.includes('--explain'));
  expect(told.map((line) => line.trim())).toEqual([`more: webhook-cli verify ${ids[1]} --explain`]);

  const listen = await startListen(args, { home });
  for (const secret of ['whsec_x', 'whsec_y']) await post(listen.url, signed(secret));
  const items = await listen.waitFor(2, ({ type }) => type === 'capture');
  expect(items.map(({ diagnosis }) => diagnosis.map(({ cause }: { cause: string }) => cause))).toEqual([
    [],
    ['secret-wrong'],
  ]);
  await listen.stop();
  expect(listen.items.map(({ type }) => type)).toEqual(['ready', 'capture', 'capture', 'summary']);
});

async function post(url: string, { headers, body }: Sent): Promise<void> {
  const init = {
    method: 'POST',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body,
  };
  expect((await fetch(`${url}/`, init)).status).toBe(200);
}
