import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { captureRoutes } from '../../../src/inspector/captures.ts';
import { BytesAnswer } from '../../../src/inspector/tools.ts';
import type { Capture } from '../../../src/model/capture.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { signingHeaders } from '../../support/signing.ts';
import { verify } from '../../../src/signing/verify.ts';
import type { NewCapture } from '../../../src/store/store.ts';
import { newCapture, verdict } from '../../support/captures.ts';
import { startServer } from '../../support/http.ts';
import { calling, createTools, WRONG } from '../../support/inspecting.ts';

const MIB = 1024 * 1024;

async function begin(captures: readonly Partial<NewCapture>[], secrets: readonly string[] = []) {
  const tools = await createTools({ engineClock: null, secretsFor: () => secrets });
  const added = captures.map((about) => newCapture(about));
  for (const capture of added) await tools.store.captures.add(capture);
  return { tools, call: calling(captureRoutes(tools)), ids: added.map(({ id }) => id) };
}

const deal = async (secret: string): Promise<Partial<NewCapture>> => {
  const { signature } = await loadProvider('iverton');
  const body = Buffer.from('{"id":"evt_1","type":"deal.won","data":{"amount":10.0}}');
  return {
    provider: 'iverton',
    eventType: 'deal.won',
    path: '/hooks?x=1',
    headers: [['Content-Type', 'application/json'], ...signingHeaders(signature.value, body, secret)],
    body,
    verdict: verdict('valid'),
  };
};

test('lists a window of what matches, newest first, with how many there are', async () => {
  const { call, ids } = await begin([
    { eventType: 'deal.won' },
    { eventType: 'deal.lost' },
    { eventType: 'contact.created' },
    { eventType: 'deal.won' },
  ]);
  const { captures, ...rest } = await call('GET', '/api/captures?type=deal.*&offset=1&limit=1');
  expect(captures.map(({ id }: Capture) => id)).toEqual([ids[1]]);
  expect(rest).toEqual({ offset: 1, total: 3, isMore: false });
  expect(captures[0]).not.toHaveProperty('headers');
});

test('searches bodies and headers', async () => {
  const { call, ids } = await begin([
    { body: Buffer.from('{"name":"Acme renewal"}') },
    { headers: [['X-Trace', 'acme']] },
    {},
  ]);
  const { captures } = await call('GET', '/api/captures?text=ACME');
  expect(captures.map(({ id }: Capture) => id)).toEqual([ids[1], ids[0]]);
});

test.each(['offset=-1', 'offset=x', 'limit=501', 'limit=1.5', 'since=yesterday'])(
  'refuses %s',
  async (query) => {
    const { call } = await begin([]);
    await expect(call('GET', `/api/captures?${query}`)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  },
);

test('shows one with its neighbours, its answer and its replays', async () => {
  const { tools, call, ids } = await begin([
    { provider: 'iverton', eventType: 'deal.won' },
    { provider: 'iverton', eventType: 'deal.lost' },
    {
      provider: 'iverton',
      eventType: 'deal.won',
      body: Buffer.from([0xff, 0x00]),
      headers: [
        ['a', '1'],
        ['A', '2'],
      ],
    },
    {},
  ]);
  const [first, second, third, last] = ids as [string, string, string, string];
  const answer = { headers: [['X-App', 'yes']] as const, body: Buffer.from('sorry'), truncated: false };
  await tools.store.captures.recordResponse(third, { status: 422, durationMs: 7 }, answer);
  const detail = await call('GET', `/api/captures/${third}`);
  expect(detail).toMatchObject({
    previous: first,
    newer: last,
    older: second,
    bodyTruncated: false,
    decoded: null,
    replays: [],
  });
  expect(detail.capture).toMatchObject({
    bodyBase64: '/wA=',
    bodySize: 2,
    headers: [
      ['a', '1'],
      ['A', '2'],
    ],
    response: {
      status: 422,
      durationMs: 7,
      headers: [['X-App', 'yes']],
      body: 'sorry',
      bodyBase64: null,
      truncated: false,
    },
  });
  expect((await call('GET', `/api/captures/${first}`)).capture.response).toBeNull();
});

test('shows the beginning of a large body, cut between characters, and gives out all of it', async () => {
  // The character stands across the border.
  const body = Buffer.from(`${'x'.repeat(MIB - 1)}é${'y'.repeat(10)}`);
  const { tools, call, ids } = await begin([{ body }]);
  const detail = await call('GET', `/api/captures/${ids[0]!}`);
  expect(detail).toMatchObject({ bodyTruncated: true, capture: { bodySize: body.length } });
  expect(detail.capture.body).toBe('x'.repeat(MIB - 1));
  const route = captureRoutes(tools).find(({ path }) => path === '/api/captures/:id/body')!;
  const answer = await route.target({
    params: { id: ids[0]! },
    query: new URLSearchParams(),
    json: undefined,
    gone: new AbortController().signal,
  });
  expect(answer).toBeInstanceOf(BytesAnswer);
  expect(Buffer.compare((answer as BytesAnswer).body, body)).toBe(0);
});

test('undoes the encoding of a body beside the bytes as they came', async () => {
  const { call, ids } = await begin([{ headers: [['Content-Encoding', 'gzip']], body: gzipSync('{"a":1}') }]);
  const detail = await call('GET', `/api/captures/${ids[0]!}`);
  expect(detail.decoded).toEqual({ body: '{"a":1}' });
  expect(detail.capture).toHaveProperty('bodyBase64');
});

test('exports one as a command, as it went over the wire, and as a fixture', async () => {
  const { call, ids } = await begin([await deal('whsec_x')]);
  const as = async (form: string): Promise<string> =>
    (await call('GET', `/api/captures/${ids[0]!}/export?${form}`)).text;
  expect(await as('as=curl&to=http://localhost:9/in')).toMatch(/^curl -X POST 'http:\/\/localhost:9\/in'/);
  expect(await as('as=http')).toMatch(
    /^POST \/hooks\?x=1 HTTP\/1\.1\r\nHost: localhost:3000\r\nContent-Type: application\/json\r\n/,
  );
  expect(JSON.parse(await as('as=fixture'))).toMatchObject({
    method: 'POST',
    path: '/hooks?x=1',
    body: '{"id":"evt_1","type":"deal.won","data":{"amount":10.0}}',
  });
  expect(await as('as=curl')).toContain(`'http://localhost:3000/hooks?x=1'`);
  await expect(as('as=pdf')).rejects.toMatchObject({ code: 'ERR_USAGE' });
});

test('replays byte for byte, and keeps what came of it', async () => {
  const app = await startServer((_request, response) => void response.writeHead(202).end('taken'));
  const captured = await deal('whsec_x');
  const { call, ids } = await begin([captured]);
  const { attempt } = await call('POST', `/api/captures/${ids[0]!}/replay`, {
    to: `${app.url}/app`,
    keepPath: true,
  });
  expect(attempt).toMatchObject({ trigger: 'replay', ok: true, response: { status: 202, body: 'taken' } });
  expect(app.received).toHaveLength(1);
  expect(app.received[0]).toMatchObject({ path: '/app/hooks?x=1' });
  expect(app.received[0]!.body.equals(captured.body as Buffer)).toBe(true);
  expect(app.received[0]!.headers).toEqual(
    expect.arrayContaining([...captured.headers!].map((header) => [...header])),
  );
  const { replays } = await call('GET', `/api/captures/${ids[0]!}`);
  expect(replays).toEqual([{ ...attempt, offsetMs: 0 }]);
});

test('replays with another body, headers and a signature made anew', async () => {
  const app = await startServer();
  const { call, ids } = await begin([await deal('whsec_old')], ['whsec_new']);
  const { signature } = await loadProvider('iverton');
  const replay = (json: object) =>
    call('POST', `/api/captures/${ids[0]!}/replay`, { to: app.url, resign: true, ...json });
  await replay({ body: '{"type":"deal.lost"}', headers: [['X-Debug', 'ü']] });
  await replay({ secret: 'whsec_typed' });
  const [changed, same] = app.received;
  expect(changed!.body.toString()).toBe('{"type":"deal.lost"}');
  expect(changed!.headers).toContainEqual(['X-Debug', 'Ã¼']);
  expect(verify(signature.value, changed!, ['whsec_new'])).toMatchObject({
    reason: 'valid',
  });
  expect(verify(signature.value, same!, ['whsec_typed'])).toMatchObject({
    reason: 'valid',
  });
});

test('says why a signature does not verify, by the secrets of this run', async () => {
  const signed = { ...(await deal('whsec_x')), verdict: verdict('no-match') };
  const captures = [
    signed,
    { ...signed, body: Buffer.concat([signed.body!, Buffer.from('\n')]) },
    { ...signed, verdict: verdict('valid') },
    { ...signed, verdict: null },
    { ...signed, provider: null },
  ];
  const diagnoses = async (secrets: readonly string[]): Promise<string[][]> => {
    const { call, ids } = await begin(captures, secrets);
    const details = await Promise.all(ids.map((id) => call('GET', `/api/captures/${id}`)));
    return details.map(({ diagnosis }) => diagnosis.map(({ cause }: { cause: string }) => cause));
  };
  expect(await diagnoses(['whsec_y'])).toEqual([['secret-wrong'], ['secret-wrong'], [], [], []]);
  expect(await diagnoses(['whsec_x'])).toEqual([[], ['body-newline'], [], [], []]);
  expect(await diagnoses([])).toEqual([[], [], [], [], []]);
});

test('says why a replay cannot be signed, and sends nothing', async () => {
  const app = await startServer();
  const { call, ids } = await begin([await deal('whsec_x'), {}]);
  const replay = (id: string) => call('POST', `/api/captures/${id}/replay`, { to: app.url, resign: true });
  await expect(replay(ids[0]!)).rejects.toThrow('there is no secret for Iverton AI');
  await expect(replay(ids[1]!)).rejects.toThrow('nobody knows whose it is');
  expect(app.received).toEqual([]);
});

test('refuses what makes no sense of a replay', async () => {
  const { call, ids } = await begin([{}]);
  const path = `/api/captures/${ids[0]!}/replay`;
  const to = 'http://127.0.0.1:1/';
  const wrong = [
    undefined,
    [],
    {},
    { to: '' },
    { to: 'ftp://x' },
    { to: 'http://user:pass@x/' },
    { to, headers: [['X', 'a\r\nEvil: 1']] },
    { to, headers: [['X']] },
    { to, headers: [[1, 2]] },
    ...WRONG.text.flatMap((value) => [{ to: value }, { to, body: value }]),
    ...WRONG.flag.flatMap((value) => [
      { to, keepPath: value },
      { to, resign: value },
    ]),
  ];
  for (const json of wrong) {
    await expect(call('POST', path, json), JSON.stringify(json)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  }
});

test('deletes one, or all that match', async () => {
  const { tools, call, ids } = await begin([{ method: 'PUT' }, { method: 'PUT' }, {}]);
  expect(await call('DELETE', `/api/captures/${ids[2]!}`)).toEqual({ deleted: 1 });
  expect(await call('DELETE', '/api/captures?method=put')).toEqual({ deleted: 2 });
  expect(await tools.store.captures.latest()).toBeNull();
});

test.each([
  ['GET', ''],
  ['GET', '/body'],
  ['GET', '/export?as=curl'],
  ['POST', '/replay'],
  ['DELETE', ''],
] as const)('%s of %j of one that is gone', async (method, path) => {
  const { call } = await begin([]);
  await expect(
    call(method, `/api/captures/cap_x${path}`, method === 'POST' ? { to: 'http://x/' } : undefined),
  ).rejects.toMatchObject({
    code: 'ERR_NOT_FOUND',
  });
});

test('exports what is no text as a command or a fixture, and not damaged', async () => {
  const { call, ids } = await begin([{ body: Buffer.from([0xff, 0x00]) }]);
  const as = async (form: string): Promise<string> =>
    (await call('GET', `/api/captures/${ids[0]!}/export?as=${form}`)).text;
  await expect(as('http')).rejects.toThrow('would be damaged');
  expect(await as('curl')).toContain('/wA=');
  expect(JSON.parse(await as('fixture'))).toMatchObject({ bodyBase64: '/wA=' });
});
