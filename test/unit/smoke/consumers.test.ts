import { createHmac, timingSafeEqual } from 'node:crypto';
import { expect, test } from 'vitest';
import { DOCUMENTED, SECRET, startConsumer, verifyWell, type Habits } from './consumers.ts';
import { find, idsOf, smoke } from './running.ts';

interface Row {
  readonly app: string;
  readonly fails: string;
  readonly warns?: string;
  /** The rule whose hint it is, and what that must say. */
  readonly hint?: readonly [id: string, says: RegExp];
  readonly provider?: string;
  readonly rules?: string;
  readonly habits: Habits;
}

const digest = (body: Uint8Array): string => createHmac('sha256', SECRET).update(body).digest('hex');
const unguarded: Habits['verify'] = (signature, body) =>
  timingSafeEqual(Buffer.from(signature!.replace('sha256=', ''), 'hex'), Buffer.from(digest(body), 'hex'));
const reserialized: Habits['verify'] = (signature, body, provider) => {
  const json = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  return verifyWell(signature, json, provider);
};

const rows: readonly Row[] = [
  ...DOCUMENTED.flatMap((provider) => [
    { app: `a good one of ${provider}`, fails: '', provider, habits: {} },
    { app: `a good one of ${provider}, by every rule`, fails: '', provider, rules: 'all', habits: {} },
  ]),
  {
    app: 'verifies nothing',
    fails: 'R02 R03 R04 R05 R06',
    hint: ['R06', /^it does not verify signatures at all/],
    habits: { verify: () => true },
  },
  {
    app: 'verifies nothing, and is asked for the raw bytes alone',
    fails: 'R06',
    rules: 'R06',
    hint: ['R06', /^it does not verify: .* over the raw bytes/],
    habits: { verify: () => true },
  },
  {
    app: 'verifies only what has a signature',
    fails: 'R02',
    hint: ['R02', /^it verifies a signature only where there is one: .* without X-Iverton-Signature/],
    habits: {
      verify: (signature, body, provider) => signature === undefined || verifyWell(signature, body, provider),
    },
  },
  {
    app: 'wants a signature, any',
    fails: 'R03 R04 R05 R06',
    hint: ['R05', /^it accepts what is no signature/],
    habits: { verify: (signature) => signature !== undefined },
  },
  {
    app: 'signs the event id only',
    fails: 'R01',
    hint: ['R01', /the same secret, and read X-Iverton-Signature/],
    habits: {
      verify: (signature, body, provider) =>
        verifyWell(signature, Buffer.from(JSON.parse(body.toString()).id), provider),
    },
  },
  {
    app: 'verifies what it parsed and wrote again',
    fails: 'R06',
    hint: ['R06', /express\.raw\(\).*addContentTypeParser.*await request\.text\(\)/],
    habits: { verify: reserialized },
  },
  {
    app: 'the same, of a strict provider',
    fails: 'R06',
    provider: 'taskplatform',
    habits: { verify: reserialized },
  },
  {
    app: 'compares without a look at lengths',
    fails: 'R05',
    warns: 'R02',
    hint: ['R05', /timingSafeEqual throws where lengths differ/],
    habits: { verify: unguarded },
  },
  {
    app: 'answers 500 to bad signatures',
    fails: 'R03 R04 R05',
    warns: 'R02',
    hint: ['R04', /^answer 401/],
    habits: {
      verify: (...given) => {
        if (!verifyWell(...given)) throw new Error('bad signature');
        return true;
      },
    },
  },
  {
    app: 'refuses duplicates with 409',
    fails: 'R09 R10',
    hint: ['R09', /at least once/],
    habits: {
      handle: (event, _request, before) =>
        before.some(({ body }) => JSON.parse(body.toString()).id === event.id) ? { status: 409 } : null,
    },
  },
  {
    app: 'refuses unknown event types',
    fails: 'R11',
    hint: ['R11', /acknowledge what you do not handle/],
    habits: { handle: ({ type }) => (type === 'zz.unknown' ? { status: 400 } : null) },
  },
  {
    app: 'refuses members it does not know',
    fails: '',
    warns: 'R06',
    hint: ['R06', /ignore what you do not know/],
    habits: {
      handle: (event) => (event.data.stress === undefined ? null : { status: 422, body: 'no "stress" here' }),
    },
  },
  {
    app: 'fails on one event type',
    fails: 'R01',
    hint: ['R01', /see its log/],
    habits: { handle: ({ type }) => (type === 'deal.won' ? { status: 500 } : null) },
  },
  {
    app: 'drops the connection on one event type',
    fails: 'R01',
    hint: ['R01', /dropped the connection/],
    habits: {
      first: ({ body }, response) => {
        if (!body.includes('"deal.lost"')) return false;
        response.destroy();
        return true;
      },
    },
  },
  {
    app: 'drops every connection',
    fails: 'R01',
    hint: ['R01', /dropped the connection/],
    habits: { first: (_request, response) => response.destroy() !== undefined },
  },
  {
    app: 'answers 202 where 200 is wanted',
    fails: 'R01',
    provider: 'deiterate',
    hint: ['R01', /^de\.iterate acknowledges on 200 only: answer 200$/],
    habits: { success: 202 },
  },
  {
    app: 'has another secret',
    fails: 'R01',
    hint: ['R01', /the same secret/],
    habits: { verify: () => false },
  },
  {
    app: 'wants the signature without its prefix',
    fails: 'R01',
    hint: ['R01', /takes the signature as <hex>, and Iverton AI sends sha256=<hex>/],
    habits: { verify: (signature, body) => signature === digest(body) },
  },
  {
    app: 'has no such path',
    fails: 'R01',
    hint: ['R01', /is the path right\? the app knows no POST \/hooks/],
    habits: { first: (_request, response) => response.writeHead(404).end() !== undefined },
  },
  {
    app: 'redirects',
    fails: 'R01',
    hint: ['R01', /redirects are not followed/],
    habits: {
      first: (_request, response) => response.writeHead(308, { location: '/' }).end() !== undefined,
    },
  },
  {
    app: 'limits the rate after the catalog',
    fails: 'R09 R10 R11',
    warns: 'R02 R03 R04 R05 R06',
    hint: ['R03', /limit of the rate/],
    habits: {
      first: (_request, response, before) =>
        before.length >= 22 && response.writeHead(429).end() !== undefined,
    },
  },
  {
    app: 'crashes on input that is not right',
    fails: 'R12 R20 R21',
    warns: 'R19',
    rules: 'R12,R19,R20,R21',
    hint: ['R12', /validate before use/],
    habits: {
      first: (request, response) => {
        const headers = new Map(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
        const isPlain = headers.get('content-type') === 'text/plain';
        const isEvent = /"data":\{/.test(request.body.toString());
        if (request.method === 'POST' && !isPlain && isEvent) return false;
        return response.writeHead(request.method === 'GET' ? 200 : 500).end() !== undefined;
      },
    },
  },
  {
    app: 'looks for headers in one case, and in order',
    fails: 'R22 R24',
    rules: 'R22,R24',
    hint: ['R24', /order is not promised/],
    habits: {
      first: ({ headers }, response) =>
        !headers.some(([name]) => name === 'X-Iverton-Signature') &&
        response.writeHead(401).end() !== undefined,
      handle: (event, _request, before) =>
        event.type === 'contact.updated' &&
        !before.some(({ body }) => JSON.parse(body.toString()).data.id === event.data.id)
          ? { status: 404 }
          : null,
    },
  },
  {
    app: 'cannot take much at once, nor large bodies',
    fails: 'R08 R23',
    rules: 'R08,R23',
    habits: {
      first: ({ body }, response, before) =>
        (body.length > 100 * 1024 || (before.length >= 10 && before.length < 15)) &&
        response.writeHead(500).end() !== undefined,
    },
  },
];

const width = Math.max(...rows.map(({ app }) => app.length));

test.each(
  rows.map((row) => [row.app.padEnd(width), row.fails || 'nothing', row.warns ?? 'nothing', row] as const),
)(
  '%s | fails %s | warns of %s',
  async (_app, _fails, _warns, { provider = 'iverton', rules = '', habits, fails, warns = '', hint }) => {
    const { url } = await startConsumer(provider, habits);
    const checks = await smoke(provider, `${url}/hooks`, { rules: [rules] });
    expect({ fails: idsOf(checks, 'failed'), warns: idsOf(checks, 'warned') }).toEqual({ fails, warns });
    if (hint !== undefined) expect(find(checks, hint[0]).hint).toMatch(hint[1]);
    for (const { status, message, hint: advice } of checks) {
      // A failure that says neither what was seen nor what to do is of no use.
      if (status === 'failed')
        expect([message, advice]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
    }
    expect(JSON.stringify(checks)).not.toContain(SECRET);
  },
);
