import { describe, expect, test } from 'vitest';
import { countChecks } from '../../../src/model/check.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { assumed } from '../../../src/providers/provider.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { createdAndLater } from '../../../src/smoke/delivery-rules.ts';
import { createExcerpts } from '../../../src/smoke/excerpt.ts';
import { groupChecks } from '../../../src/smoke/group.ts';
import { chooseRules, ruleIds } from '../../../src/smoke/rules.ts';
import type { Tools } from '../../../src/smoke/session.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { startServer, type Received } from '../../support/http.ts';
import { SECRET, startConsumer, verifyWell } from './consumers.ts';
import { find, idsOf, smoke, tools } from './running.ts';

const DEFAULT = 'R01 R02 R03 R04 R05 R06 R07 R09 R10 R11';

/** Time passes only where somebody sleeps, or where a request takes it. */
function paced(msPerRequest: number): Pick<Tools, 'clock' | 'sender'> & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
  const sender: Tools['sender'] = {
    send: async (request, options) => {
      const outcome = await tools.sender.send(request, options);
      now += msPerRequest;
      return outcome;
    },
  };
  return { clock, sender, slept };
}

describe('rules', () => {
  test('are the default ones, those that are named, or all, without those to skip', () => {
    expect([...chooseRules([], [])].sort().join(' ')).toBe(DEFAULT);
    expect([...chooseRules([''], [])].sort().join(' ')).toBe(DEFAULT);
    expect([...chooseRules(['r01, R12', 'R20'], ['R12'])]).toEqual(['R01', 'R20']);
    expect([...chooseRules(['all'], [])]).toEqual(ruleIds);
    expect(ruleIds).toHaveLength(20);
  });

  test.each([
    [['R99'], [], '--rules: "R99" is no rule of smoke'],
    [['R15'], [], '--rules: "R15" is no rule of smoke'],
    [[], ['R1'], '--skip: "R1" is no rule of smoke'],
    [['R01'], ['R01'], 'no rule is left to check'],
  ])('refuses %j without %j', (wanted, unwanted, message) => {
    expect(() => chooseRules(wanted, unwanted)).toThrow(message);
  });
});

describe('speed', () => {
  test.each([
    [2_400, 'passed', 'slowest: contact.created with 2.4 s of 5 s'],
    [2_600, 'warned', 'more than half of the time was used; slowest: contact.created with 2.6 s of 5 s'],
    [6_000, 'failed', '22 of 22 took too long; slowest: contact.created with 6 s of 5 s'],
  ])('%i ms of 5 s is %s', async (ms, status, message) => {
    const { url } = await startConsumer('iverton');
    const checks = await smoke('iverton', url, { tools: paced(ms), rules: ['R07'] });
    expect(checks).toEqual([expect.objectContaining({ id: 'R07', status, message, durationMs: 0 })]);
  });

  test('is measured by the timeout where the provider gives no deadline', async () => {
    const { url } = await startConsumer('compliancely');
    const checks = await smoke('compliancely', url, { tools: paced(11_000), rules: ['R07'] });
    expect(find(checks, 'R07').message).toMatch(/of 10 s$/);
  });

  test('of many requests at once is compared with that of one', async () => {
    const { url } = await startConsumer('iverton');
    // Each of 20 waits for all before it, as one that works on one after the other would make them.
    const slow = await smoke('iverton', url, { tools: paced(100), rules: ['R08'] });
    expect(find(slow, 'R08')).toMatchObject({ status: 'warned', hint: expect.stringMatching(/queue/) });
    const fast = await smoke('iverton', url, { tools: paced(1), rules: ['R08'] });
    expect(idsOf(fast, 'passed')).toBe('R08');
  });
});

describe('an app that', () => {
  test('hangs is given up after three requests', async () => {
    const app = await startServer(() => {});
    const checks = await smoke('iverton', app.url, { timeoutMs: 100 });
    expect(app.received).toHaveLength(3);
    expect(countChecks(checks)).toEqual({ passed: 0, failed: 4, warned: 0, skipped: 27 });
    expect(idsOf(checks, 'failed')).toBe('R01 R07');
    expect(groupChecks(checks).map(({ id, title, status }) => `${status} ${id} ${title}`)).toEqual(
      expect.arrayContaining([
        'failed R01 acknowledges contact.created, contact.updated, contact.deleted',
        'skipped R01 acknowledges contact.subscribed, contact.unsubscribed, campaign.created and 16 more',
        'skipped R02 and R03, R04, R05, R06, R09, R10, R11',
      ]),
    );
    expect(find(checks, 'R01').hint).toMatch(/^answer first/);
  });

  test('hangs on malformed signatures is given up there', async () => {
    const app = await startConsumer('iverton', {
      first: ({ headers }) =>
        headers.some(
          ([name, value]) => name === 'X-Iverton-Signature' && !/^sha256=[0-9a-f]{64}$/.test(value),
        ),
    });
    const checks = await smoke('iverton', app.url, { timeoutMs: 400, rules: ['R05'] });
    expect(find(checks, 'R05')).toMatchObject({
      status: 'failed',
      message:
        'not refused with 4xx: empty (no complete answer within 0.4 s), the prefix only (no complete answer within 0.4 s), too short (no complete answer within 0.4 s)',
    });
  });

  test('is not there ends it at once', async () => {
    const app = await startServer();
    await app.close();
    const checks = await smoke('iverton', `${app.url}/hooks?key=k`);
    expect(checks).toEqual([
      {
        id: 'connection',
        title: 'the app can be reached',
        status: 'failed',
        message: 'no answer: connection refused',
        hint: `is your app running at ${app.url}? --wait 30s waits for it`,
        durationMs: expect.any(Number),
      },
    ]);
  });

  test('is of another protocol, or of no host, ends it at once', async () => {
    const app = await startServer();
    const [tls] = await smoke('iverton', app.url.replace('http:', 'https:'));
    expect(tls).toMatchObject({ id: 'connection', status: 'failed' });
    const [host] = await smoke('iverton', 'http://no-such-host.invalid/');
    expect(host).toMatchObject({
      message: 'no answer: the host name cannot be resolved',
      hint: expect.stringMatching(/is your app running at http:\/\/no-such-host\.invalid\?/),
    });
  });

  test('comes up later is waited for', async () => {
    const app = await startConsumer('iverton');
    await app.close();
    const clock = manualClock();
    const running = smoke('iverton', app.url, { waitMs: 30_000, tools: { clock } });
    await clock.advanceToNext();
    await clock.untilSleeping();
    await app.restart();
    await clock.advance(250);
    const checks = await running;
    expect(idsOf(checks, 'passed')).toBe(DEFAULT);
    // What was not received does not count as sent.
    expect(app.received.length).toBe(38);
  });

  test('is behind a proxy that is up earlier is waited for with the same bytes', async () => {
    const app = await startConsumer('iverton', {
      first: (_request, response, before) => before.length < 2 && response.writeHead(503).end() !== undefined,
    });
    const pace = paced(1);
    const checks = await smoke('iverton', app.url, { waitMs: 1_000, tools: pace, rules: ['R01'] });
    expect(idsOf(checks, 'failed')).toBe('');
    expect(pace.slept).toEqual([250, 250]);
    const [first, second, third] = app.received.map(({ body }) => body.toString());
    expect([second, third]).toEqual([first, first]);
  });

  test('does not come up is waited for no longer than was said', async () => {
    const app = await startServer();
    await app.close();
    const pace = paced(0);
    const [check] = await smoke('iverton', app.url, { waitMs: 600, tools: pace });
    expect(pace.slept).toEqual([250, 250, 100]);
    expect(check?.hint).toBe(`is your app running at ${app.url}? it was waited for; see its log`);
  });
});

test('says what fails without R01 too where no correct delivery is acknowledged', async () => {
  const { url } = await startConsumer('iverton', { verify: () => false });
  const checks = await smoke('iverton', url, { rules: ['R06'] });
  expect(checks.map(({ id, status }) => [id, status])).toEqual([
    ['R01', 'failed'],
    ['R06', 'skipped'],
  ]);
});

test('sends only what was asked for', async () => {
  const app = await startConsumer('iverton');
  const checks = await smoke('iverton', app.url, {
    rules: ['R01'],
    eventTypes: ['deal.won'],
    headers: [['X-Env', 'ci']],
  });
  expect(checks).toEqual([
    expect.objectContaining({ title: 'acknowledges deal.won', eventType: 'deal.won', status: 'passed' }),
  ]);
  expect(app.received.map(({ headers }) => headers.filter(([name]) => name === 'X-Env'))).toEqual([
    [['X-Env', 'ci']],
  ]);
});

test('sends each event with an id of its own, but for the duplicates', async () => {
  const app = await startConsumer('iverton');
  await smoke('iverton', app.url, { rules: ['R01,R09,R10'] });
  const ids = app.received.map(({ body }) => JSON.parse(body.toString()).id as string);
  expect(ids).toHaveLength(25);
  expect(new Set(ids).size).toBe(23);
  expect(ids[23]).toBe(ids[22]);
  expect(ids[24]).toBe(ids[0]);
});

test('sends malformed signatures as they are meant to arrive', async () => {
  const app = await startConsumer('iverton');
  await smoke('iverton', app.url, { rules: ['R05'] });
  const sent = app.received
    .slice(1)
    .map(({ headers }) => headers.find(([name]) => name === 'X-Iverton-Signature')![1]);
  const shape = (value: string): string => value.replace(/[0-9a-f]{20,}/, (hex) => `<${hex.length}>`);
  expect(sent.map(shape)).toEqual([
    '',
    'sha256=',
    'sha256=<32>',
    'sha256=<63>',
    `sha256=${'z'.repeat(64)}`,
    expect.stringMatching(/^sha256=<62>ÿ[0-9a-f]$/),
    'sha256=<10240>',
  ]);
});

test('sends what the rules say, signed as it then is', async () => {
  const app = await startConsumer('filedgr');
  const checks = await smoke('filedgr', app.url, { rules: ['all'] });
  expect(idsOf(checks, 'failed')).toBe('');
  const texts = app.received.map(({ body }) => body.toString());
  const isVerified = ({ headers, body }: Received): boolean =>
    verifyWell(headers.find(([name]) => /^x-filedgr-signature$/i.test(name))?.[1], body, 'filedgr');
  const only = (passes: (request: Received) => boolean): Received => {
    const found = app.received.filter(passes);
    expect([found.length, isVerified(found[0]!)]).toEqual([1, true]);
    return found[0]!;
  };

  const unknown = only(({ body }) => body.includes('zz.unknown'));
  expect(unknown.headers).toContainEqual(['X-Filedgr-Event-Type', 'zz.unknown']);
  expect(JSON.parse(unknown.body.toString())).toEqual({
    eventType: 'zz.unknown',
    eventId: expect.stringMatching(/^evt_\w+$/),
    timestamp: '2026-11-21T00:00:00Z',
    data: expect.objectContaining({ vaultId: expect.any(String) }),
  });
  const large = only(({ body }) => body.length > 50_000);
  expect(large.body).toHaveLength(100 * 1024 + 1);
  expect(JSON.stringify(JSON.parse(large.body.toString()))).toBe(large.body.toString());
  const isUnusual = ({ body }: Received): boolean => body.includes('12345678901234567890');
  const unusual = only((request) => isUnusual(request) && isVerified(request));
  // Once more, signed with another secret: who takes that too verifies nothing.
  expect(app.received.filter(isUnusual)).toHaveLength(2);
  expect(JSON.stringify(JSON.parse(unusual.body.toString()))).not.toBe(unusual.body.toString());
  only(({ headers }) => headers.some(([name]) => name === 'x-filedgr-signature'));
  only(({ headers }) => headers.some(([name, value]) => name === 'Content-Type' && value === 'text/plain'));
  only(({ method }) => method === 'PUT');

  const shape = (text: string): string => Object.keys(JSON.parse(text) as object).join(' ');
  const objects = texts.filter((text) => text.startsWith('{"') && text.endsWith('}'));
  for (const keys of [
    'eventId timestamp data',
    'eventType timestamp data',
    'eventType eventId data',
    'eventType eventId timestamp',
  ]) {
    expect(objects.map(shape)).toContain(keys);
  }
  expect(texts).toEqual(expect.arrayContaining(['{}', 'null', '{"cut', '']));
  expect(texts.filter((text) => text.includes('"yesterday"') || text.includes('"data":[]'))).toHaveLength(2);
});

test('checks no signatures where none are made', async () => {
  const { url } = await startConsumer('compliancely', { verify: () => true });
  const checks = await smoke('compliancely', url, { secret: null });
  expect(idsOf(checks, 'skipped')).toBe('R02 R03 R04 R05 R06');
  expect(find(checks, 'R02')).toMatchObject({
    message: 'not checked: Compliancely may send unsigned, and there is no secret',
    hint: 'where your app verifies signatures, give its secret with --secret',
  });
  const { url: strict } = await startConsumer('compliancely');
  const refused = await smoke('compliancely', strict, { secret: null });
  expect(find(refused, 'R01').hint).toBe('the app wants a signature: give its secret with --secret');
});

test('ends when it is interrupted, and tells what was not checked', async () => {
  const interrupt = new AbortController();
  const app = await startConsumer('iverton', {
    first: (_request, _response, before) => {
      if (before.length < 25) return false;
      interrupt.abort();
      return true;
    },
  });
  const checks = await smoke('iverton', app.url, { tools: { signal: interrupt.signal } });
  expect(countChecks(checks)).toMatchObject({ passed: 22 + 1 + 3, failed: 0, skipped: 5 });
  expect(find(checks, 'R05')).toMatchObject({ status: 'skipped', message: 'not checked: interrupted' });
  const early = await smoke('iverton', app.url, { tools: { signal: interrupt.signal } });
  expect(countChecks(early)).toMatchObject({ skipped: 31 });
});

test('tells of an update of what it has, where the provider knows no creation', async () => {
  const provider = await loadProvider('compliancely');
  const { url } = await startConsumer('compliancely');
  const checks = await smoke('compliancely', url, {
    rules: ['R18,R24'],
    provider: { ...provider, deadlineMs: assumed(1, 'for the test') },
  });
  expect(idsOf(checks, 'skipped')).toBe('R18 R24');
});

test.each([
  ['shopify', ['orders/create', 'orders/updated']],
  ['linear', ['Issue.create', 'Issue.update']],
  ['slack', ['channel_created', 'channel_rename']],
  ['hubspot', ['contact.creation', 'contact.propertyChange']],
  ['deiterate', ['risk.created', 'risk.updated']],
  ['compliancely', null],
])('%s: what comes before its creation is %j', async (id, pair) => {
  expect(createdAndLater(await loadProvider(id))).toEqual(pair);
});

test('says nothing of what is secret, whatever the app says', async () => {
  const { url } = await startConsumer('iverton', {
    handle: () => ({
      status: 500,
      body: `<h1>Oops</h1><p>${'x'.repeat(140)} ${SECRET} ${encodeURIComponent(SECRET)} Bearer t0ken</p>`,
    }),
  });
  const checks = await smoke('iverton', url, {
    rules: ['R01'],
    headers: [['Authorization', 'Bearer t0ken']],
    confidential: [SECRET, 'Bearer t0ken'],
  });
  const { message } = find(checks, 'R01');
  expect(message).toContain('answered 500, expected 2xx: Oops xxx');
  expect(message).toContain('***');
  expect(JSON.stringify(checks)).not.toMatch(/kept|t0ken/);
});

test('says nothing of a secret that stands within a page either, tags and line breaks included', () => {
  const excerpt = createExcerpts(['se<b>cret', 'two\nlines']);
  const said = (text: string): string =>
    excerpt({ status: 500, headers: [], body: Buffer.from(text), truncated: false });
  expect(said('<p>the se<b>cret is out</p>')).toBe('the *** is out');
  expect(said('two\nlines')).toBe('***');
  expect(said('{\n  "error": "x"\n}')).toBe('{"error":"x"}');
  expect(said('first\nsecond')).toBe('first');
});
