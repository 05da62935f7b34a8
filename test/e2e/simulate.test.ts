import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { taskplatform } from '../../src/providers/taskplatform.ts';
import { verify } from '../../src/signing/verify.ts';
import { createHome, runCli, runHere, type CliOptions } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { startServer, type RecordingServer } from '../support/http.ts';

const secret = 'whsec_simulated';

/** Where the attempts of each provider lie, from the first on, when all of them fail. */
const SCHEDULES: Readonly<Record<string, readonly number[]>> = {
  deiterate: [0, 60_000, 360_000, 2_160_000],
  filedgr: [0, 2_000, 6_000, 14_000, 30_000],
  taskplatform: [0, 60_000, 360_000, 2_160_000],
  compliancely: [0, 180_000, 540_000],
  iverton: [0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000],
};

const home = createHome();

/** What was told, or why nothing was. */
async function simulate(args: readonly string[], options: CliOptions = { home }) {
  const result = await runHere(['simulate', ...args, '--json'], options);
  const simulation = result.stdout === '' ? null : result.json();
  if (simulation !== null) contract.simulation(simulation);
  const attempts = (simulation?.attempts ?? []) as any[];
  return {
    ...result,
    attempts,
    delivery: simulation?.delivery,
    endpoint: simulation?.endpoint,
    offsets: attempts.map(({ offsetMs }) => offsetMs as number),
    /** The status of each answer, or what went wrong. */
    answers: attempts.map(({ response, error }) => response?.status ?? error.code),
    error: simulation === null ? JSON.parse(result.stderr).error : null,
  };
}

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

function answering(status: number): Promise<RecordingServer> {
  return startServer((_request, response) => void response.writeHead(status).end());
}

async function nowhere(): Promise<string> {
  const server = await startServer();
  await server.close();
  return server.url;
}

describe('iverton with an app that always answers 500', () => {
  test('is six attempts over 26 h 36 m, and a disabled endpoint', async () => {
    const { code, stdout, stderr } = await runHere(
      ['simulate', 'iverton', '--responses', '500,500,500,500,500,500'],
      { home },
    );
    expect([code, stderr]).toEqual([3, '']);
    const [title, blank, ...rest] = lines(stdout);
    expect(title).toMatch(/^Iverton AI {2}contact\.created {2}evt_\w{12}$/);
    expect(blank).toBe('');
    expect(rest).toEqual([
      '         0  ✗  #1  500',
      '      +1 m  ✗  #2  500',
      '      +6 m  ✗  #3  500',
      '     +36 m  ✗  #4  500',
      ' +2 h 36 m  ✗  #5  500',
      '+26 h 36 m  ✗  #6  500',
      '',
      'given up after 6 attempts, after 26 h 36 m',
      'endpoint disabled after 26 h 36 m: 5 failed retries in a row',
      'assumed: documented as "after 5 failures": read as the 5 retries of one delivery, set back by a success',
    ]);
  });

  test('is told to programs in milliseconds', async () => {
    const { code, offsets, answers, attempts, delivery, endpoint, stderr } = await simulate([
      'iverton',
      '--responses',
      '500,500,500,500,500,500',
    ]);
    expect([code, stderr]).toEqual([3, '']);
    expect(offsets).toEqual([0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000]);
    expect(answers).toEqual([500, 500, 500, 500, 500, 500]);
    expect(delivery).toEqual({ status: 'failed' });
    expect(endpoint).toEqual({ status: 'disabled', disabledReason: '5 failed retries in a row' });
    expect(new Set(attempts.map(({ messageId }) => messageId)).size).toBe(1);
    expect(attempts.map(({ trigger }) => trigger)).toEqual(Array(6).fill('scheduled'));
  });

  test('sends that to a real one', async () => {
    const app = await answering(500);
    const args = ['iverton', 'deal.won', '--to', `${app.url}/hooks`, '--secret', secret];
    const { code, offsets, answers, delivery, endpoint } = await simulate(args);
    expect(code).toBe(3);
    expect(offsets).toEqual([0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000]);
    expect(answers).toEqual([500, 500, 500, 500, 500, 500]);
    expect([delivery.status, endpoint.status]).toEqual(['failed', 'disabled']);
    expect(app.received).toHaveLength(6);
    for (const request of app.received) {
      expect(request.path).toBe('/hooks');
      expect(request.body.equals(app.received[0]!.body)).toBe(true);
      expect(verify(iverton.signature.value, request, [secret]).reason).toBe('valid');
    }
  });

  test('knocks at one that is not there', async () => {
    const args = ['iverton', 'deal.won', '--to', await nowhere(), '--secret', secret];
    const { code, offsets, answers, endpoint } = await simulate(args);
    expect(code).toBe(3);
    expect(offsets).toEqual([0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000]);
    expect(answers).toEqual(Array(6).fill('refused'));
    expect(endpoint).toEqual({ status: 'disabled', disabledReason: '5 failed retries in a row' });
    const { stdout } = await runHere(['simulate', ...args], { home });
    expect(lines(stdout)[2]).toMatch(/^ {9}0 {2}✗ {2}#1 {2}no answer: connection refused {2}\S+ \S+$/);
    expect(stdout).toContain('\nyour app answered 0 of 6 requests\n');
  });
});

describe('every provider', () => {
  test.each(Object.entries(SCHEDULES))('%s: %j', async (provider, schedule) => {
    const { code, offsets, delivery } = await simulate([provider, '--responses', '500']);
    expect([code, offsets, delivery.status]).toEqual([3, schedule, 'failed']);
    const app = await answering(500);
    const real = await simulate([provider, '--to', app.url, '--secret', secret]);
    expect([real.code, real.offsets]).toEqual([3, schedule]);
    expect(app.received).toHaveLength(schedule.length);
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1);
  });

  test.each([
    ['deiterate', 'active', null],
    ['filedgr', 'active', null],
    ['taskplatform', 'disabled', '3 failed retries in a row'],
    ['compliancely', 'active', null],
    ['iverton', 'disabled', '5 failed retries in a row'],
  ])('%s leaves the endpoint %s', async (provider, status, disabledReason) => {
    const { endpoint } = await simulate([provider, '--responses', '503']);
    expect(endpoint).toEqual({ status, disabledReason });
    const { stdout } = await runHere(['simulate', provider, '--responses', '503'], { home });
    const kept = 'endpoints are not disabled here: nothing is said of disabling an endpoint';
    expect(stdout.includes(kept)).toBe(status === 'active');
  });

  test('is not said to leave endpoints alone where only the rule is unknown', async () => {
    const { stdout } = await runHere(['simulate', 'discord', '--responses', '500'], { home });
    expect(lines(stdout)).toContain(
      'endpoints are not disabled here: too many failures end it, with an e-mail; how many is not said',
    );
  });

  test.each([
    ['deiterate', '201,200', [201, 200]],
    ['filedgr', '302,204', [302, 204]],
    ['taskplatform', '204,202,200', [204, 202, 200]],
    ['compliancely', '299', [299]],
    ['iverton', '410,429,226', [410, 429, 226]],
  ])('%s acknowledges as its rule says: %s', async (provider, responses, expected) => {
    const { code, answers, delivery, endpoint } = await simulate([provider, '--responses', responses]);
    expect([code, answers, delivery.status, endpoint.status]).toEqual([0, expected, 'succeeded', 'active']);
  });
});

describe('the answers of a script', () => {
  test('come in turn, the last of them for ever', async () => {
    const { answers, delivery } = await simulate(['iverton', '--responses', '500,refused,reset,dns,502']);
    expect(answers).toEqual([500, 'refused', 'reset', 'dns', 502, 502]);
    expect(delivery.status).toBe('failed');
  });

  test('may have white space and capitals', async () => {
    const { code, answers } = await simulate(['iverton', '--responses', ' TLS , Timeout, 200 ']);
    expect([code, answers]).toEqual([0, ['tls', 'timeout', 200]]);
  });

  test('that time out take the time they take', async () => {
    const { code, offsets, attempts } = await simulate(['iverton', '--responses', '500,timeout,refused,200']);
    // Five seconds of waiting lie between the second attempt and its failure.
    expect([code, offsets]).toEqual([0, [0, 60_000, 365_000, 2_165_000]]);
    expect(attempts.map(({ durationMs }) => durationMs)[1]).toBe(5_000);
    const { stdout } = await runHere(['simulate', 'iverton', '--responses', '500,timeout,refused,200'], {
      home,
    });
    expect(lines(stdout).slice(2, 8)).toEqual([
      '        0  ✗  #1  500',
      '     +1 m  ✗  #2  no answer: no complete answer in time  5 s',
      ' +6 m 5 s  ✗  #3  no answer: connection refused',
      '+36 m 5 s  ✓  #4  200',
      '',
      'delivered with 4 attempts, after 36 m 5 s',
    ]);
  });

  test('that acknowledge at once are one attempt', async () => {
    const { code, stdout } = await runHere(['simulate', 'iverton', '--responses', '200'], { home });
    expect(code).toBe(0);
    expect(lines(stdout).slice(2, 5)).toEqual(['0  ✓  #1  200', '', 'delivered with 1 attempt, at once']);
  });
});

describe('a real app that never answers', () => {
  test('costs the deadline each time', async () => {
    const app = await startServer(() => {});
    const { code, offsets, answers, attempts } = await simulate([
      'compliancely',
      '--to',
      app.url,
      '--secret',
      secret,
      '--timeout',
      '200ms',
    ]);
    expect(code).toBe(3);
    expect(answers).toEqual(['timeout', 'timeout', 'timeout']);
    expect(offsets).toEqual([0, 180_200, 540_400]);
    expect(attempts.map(({ durationMs }) => durationMs)).toEqual([200, 200, 200]);
    expect(app.received).toHaveLength(3);
  });
});

describe('an app that is down for some time', () => {
  test('sees the event at the first attempt after that', async () => {
    const { code, stdout } = await runCli(['simulate', 'iverton', '--down-for', '3h'], { home });
    expect(code).toBe(0);
    expect(lines(stdout).slice(2)).toEqual([
      '         0  ✗  #1  no answer: connection refused',
      '      +1 m  ✗  #2  no answer: connection refused',
      '      +6 m  ✗  #3  no answer: connection refused',
      '     +36 m  ✗  #4  no answer: connection refused',
      ' +2 h 36 m  ✗  #5  no answer: connection refused',
      '+26 h 36 m  ✓  #6  200',
      '',
      'delivered with 6 attempts, after 26 h 36 m',
      'your app came back at +3 h and saw the event at +26 h 36 m, 23 h 36 m later',
    ]);
  });

  test.each([
    ['59s', [0, 60_000]],
    ['1m', [0, 60_000]],
    ['61s', [0, 60_000, 360_000]],
    ['0s', [0]],
  ])('%s: %j', async (downFor, offsets) => {
    const result = await simulate(['iverton', '--down-for', downFor]);
    expect([result.code, result.offsets, result.answers.at(-1)]).toEqual([0, offsets, 200]);
  });

  test('for too long never sees it', async () => {
    const { code, stdout } = await runHere(['simulate', 'taskplatform', '--down-for', '1h'], { home });
    expect(code).toBe(3);
    expect(stdout).toContain('\ngiven up after 4 attempts, after 36 m\n');
    expect(stdout).toContain('\nendpoint disabled after 36 m: 3 failed retries in a row\n');
    expect(stdout).toContain('\nyour app never saw the event\n');
  });

  test('gets only the later attempts, signed as of their own time', async () => {
    const app = await answering(500);
    const args = ['taskplatform', '--to', app.url, '--down-for', '5m', '--secret', secret];
    const { code, offsets, answers, attempts } = await simulate(args);
    expect(code).toBe(3);
    expect(offsets).toEqual([0, 60_000, 360_000, 2_160_000]);
    expect(answers).toEqual(['refused', 'refused', 500, 500]);
    expect(app.received).toHaveLength(2);
    app.received.forEach((request, index) => {
      expect(verify(taskplatform.signature.value, request, [secret]).reason).toBe('valid');
      const startedAt = Date.parse(attempts[index + 2].startedAt);
      expect(headerValue(request.headers, 'X-Webhook-Timestamp')).toBe(String(Math.floor(startedAt / 1_000)));
    });
    const [first, second] = app.received.map(({ headers }) =>
      Number(headerValue(headers, 'X-Webhook-Timestamp')),
    );
    expect(second! - first!).toBe(1_800);
    expect(app.received[0]!.body.equals(app.received[1]!.body)).toBe(true);
  });

  test('that checks times is told why it refuses retries', async () => {
    const app = await answering(401);
    const args = ['simulate', 'slack', '--to', app.url, '--secret', secret];
    const { stdout } = await runHere(args, { home });
    expect(app.received).toHaveLength(4);
    expect(lines(stdout).at(-1)).toMatch(
      /^attempt 4 was signed as of up to 6 m ahead, as the provider would have: an app that checks the time refuses that; .* --clock real$/,
    );
    // Neither is the signature's time in question where it was the app that failed, nor where no time is signed.
    const failing = await answering(500);
    for (const [provider, url] of [
      ['slack', failing.url],
      ['iverton', app.url],
    ] as const) {
      const other = await runHere(['simulate', provider, '--to', url, '--secret', secret], { home });
      expect(other.stdout).not.toContain('ahead');
    }
  });

  test('is told from one that is there', async () => {
    const app = await startServer();
    const args = ['iverton', '--to', app.url, '--down-for', '2m', '--secret', secret];
    const { code, stdout } = await runHere(['simulate', ...args], { home });
    expect(code).toBe(0);
    expect(app.received).toHaveLength(1);
    expect(stdout).toContain('\nyour app came back at +2 m and saw the event at +6 m, 4 m later\n');
    expect(stdout).toContain('\nyour app answered 1 of 3 requests\n');
  });
});

describe('settings', () => {
  test.each([
    [
      ['--delays', '1s,2s'],
      [0, 1_000, 3_000],
    ],
    [
      ['--delays', '10,500ms'],
      [0, 10_000, 10_500],
    ],
    [['--delays', 'none'], [0]],
    [
      ['--delays', 'default'],
      [0, 2_000, 6_000, 14_000, 30_000],
    ],
    [
      ['--retry-count', '3', '--retry-delay', '5'],
      [0, 5_000, 10_000],
    ],
    [
      ['--retry-count', '2'],
      [0, 5_000],
    ],
    [
      ['--retry-delay', '1m'],
      [0, 60_000, 120_000],
    ],
    [['--retry-count', '1'], [0]],
  ])('%j: %j', async (args, offsets) => {
    const result = await simulate(['filedgr', '--responses', '500', ...args]);
    expect([result.code, result.offsets]).toEqual([3, offsets]);
  });

  test('a disable rule counts on a schedule of its own', async () => {
    const { offsets, endpoint } = await simulate([
      'taskplatform',
      '--responses',
      '500',
      '--delays',
      '1s,1s,1s,1s,1s',
    ]);
    expect(offsets).toEqual([0, 1_000, 2_000, 3_000]);
    expect(endpoint.status).toBe('disabled');
    const short = await simulate(['taskplatform', '--responses', '500', '--delays', '1s,1s']);
    expect([short.offsets, short.endpoint.status]).toEqual([[0, 1_000, 2_000], 'active']);
  });

  test('change what is sent', async () => {
    const app = await startServer();
    const to = ['--to', app.url, '--secret', secret];
    await simulate(['iverton', 'deal.won', ...to, '--set', 'data.amount=15000']);
    expect(JSON.parse(app.received[0]!.body.toString())).toMatchObject({
      type: 'deal.won',
      data: { amount: 15_000 },
    });
    const body = '{"type" :"deal.lost", "id":"evt_mine","n":1e400}\n';
    writeFileSync(join(home.folder, 'body.json'), body);
    const given = await simulate(['iverton', ...to, '--data', '@body.json'], { home, cwd: home.folder });
    expect(given.attempts[0]).toMatchObject({ eventType: 'deal.lost', messageId: 'evt_mine' });
    expect(app.received[1]!.body.toString()).toBe(body);
    await simulate(['iverton', ...to, '--data', 'no JSON']);
    expect(app.received[2]!.body.toString()).toBe('no JSON');
  });

  test('a provider whose signing is optional sends unsigned without a secret', async () => {
    const app = await startServer();
    const { code } = await simulate(['compliancely', '--to', app.url]);
    expect(code).toBe(0);
    expect(headerValue(app.received[0]!.headers, 'Compliancely-Signature')).toBeUndefined();
  });

  test('the real clock waits for real', async () => {
    const app = await answering(500);
    const { code, offsets } = await simulate([
      'filedgr',
      '--to',
      app.url,
      '--secret',
      secret,
      '--clock',
      'real',
      '--delays',
      '20ms,30ms',
    ]);
    expect(code).toBe(3);
    expect(offsets[1]).toBeGreaterThanOrEqual(20);
    expect(offsets[2]! - offsets[1]!).toBeGreaterThanOrEqual(30);
  });

  test('time can run faster', async () => {
    const { code, offsets } = await simulate(['iverton', '--responses', '500', '--clock', 'x1000000']);
    expect([code, offsets.length]).toEqual([3, 6]);
    expect(offsets[5]).toBeGreaterThanOrEqual(95_760_000);
  });
});

describe('bad input', () => {
  const script = ['--responses', '500'];
  test.each<[string[], string, string | RegExp]>([
    [['iverton'], 'ERR_USAGE', 'what does your app do?'],
    [['iverton', ...script, '--to', ':9'], 'ERR_USAGE', '--responses sends nothing, so it goes alone'],
    [['iverton', ...script, '--down-for', '1h'], 'ERR_USAGE', '--responses sends nothing, so it goes alone'],
    [['ivertn', ...script], 'ERR_UNKNOWN_PROVIDER', 'unknown provider "ivertn"'],
    [['iverton', 'deal.wonn', ...script], 'ERR_UNKNOWN_EVENT_TYPE', /deal\.wonn/],
    [['iverton', '--responses', ''], 'ERR_USAGE', '"" is no response (--responses)'],
    [['iverton', '--responses', '500,,200'], 'ERR_USAGE', '"" is no response (--responses)'],
    [['iverton', '--responses', '500,maybe'], 'ERR_USAGE', '"maybe" is no response (--responses)'],
    [['iverton', '--responses', '100'], 'ERR_USAGE', '"100" is no response (--responses)'],
    [['iverton', '--responses', '600'], 'ERR_USAGE', '"600" is no response (--responses)'],
    [['iverton', '--responses', 'constructor'], 'ERR_USAGE', '"constructor" is no response (--responses)'],
    [['iverton', '--down-for', 'long'], 'ERR_USAGE', '"long" is not a duration (--down-for)'],
    [['iverton', '--down-for', '-1h'], 'ERR_USAGE', '"-1h" is not a duration (--down-for)'],
    [
      ['iverton', '--to', 'ftp://x', '--secret', 'x'],
      'ERR_USAGE',
      '"ftp://x" is not a URL to send to (--to)',
    ],
    [['iverton', '--to', ':9'], 'ERR_NO_SECRET', 'no secret for iverton'],
    [['iverton', '--to', ':9', '--secret', ''], 'ERR_EMPTY_SECRET', 'the secret is empty'],
    [['iverton', ...script, '--clock', 'manual'], 'ERR_USAGE', /^--clock takes real, virtual, x60/],
    [['iverton', ...script, '--clock', 'x0'], 'ERR_USAGE', /^--clock takes real, virtual, x60/],
    [['iverton', ...script, '--clock', 'x1000001'], 'ERR_USAGE', /^--clock takes real, virtual, x60/],
    [['iverton', ...script, '--timeout', '30000'], 'ERR_ENDPOINT', /30000 seconds looks like milliseconds/],
    [['iverton', ...script, '--timeout', '0'], 'ERR_ENDPOINT', /time-out must be longer than nothing/],
    [['iverton', ...script, '--timeout', 'soon'], 'ERR_USAGE', '"soon" is not a duration (--timeout)'],
    [['iverton', ...script, '--retry-count', '-1'], 'ERR_ENDPOINT', /whole number from 1 to 100, not -1/],
    [['iverton', ...script, '--retry-count', '0'], 'ERR_ENDPOINT', /whole number from 1 to 100, not 0/],
    [['iverton', ...script, '--retry-count', '1.5'], 'ERR_USAGE', /takes a whole number, not "1\.5"/],
    [['iverton', ...script, '--retry-delay', '-5'], 'ERR_ENDPOINT', /wait between attempts/],
    [['iverton', ...script, '--retry-delay', '31d'], 'ERR_ENDPOINT', /at most 30 d/],
    [['iverton', ...script, '--delays', '1m,x'], 'ERR_USAGE', '"x" is not a duration (--delays)'],
    [['iverton', ...script, '--set', 'nonsense'], 'ERR_USAGE', /nonsense/],
  ])('%j', async (args, code, message) => {
    const result = await simulate(args);
    expect([result.code, result.stdout]).toEqual([2, '']);
    contract.failure({ error: result.error });
    expect(result.error).toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('is answered with the way to do it', async () => {
    const { code, stdout, stderr } = await runHere(['simulate', 'iverton'], { home });
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'error: what does your app do?\nhint: give --responses 500,timeout,200, or --to URL, or --down-for 3h (with or without --to)\n',
    ]);
  });
});

test('nothing is written down', async () => {
  const own = createHome();
  const app = await startServer();
  await simulate(['iverton', '--responses', '500,200'], { home: own });
  await simulate(['iverton', '--to', app.url, '--secret', secret], { home: own });
  await simulate(['iverton', '--responses', '500', '--db', join(own.folder, 'named.db')], { home: own });
  expect(existsSync(own.database)).toBe(false);
  expect(readdirSync(own.folder)).toEqual([]);
  // Nor is what others wrote of any account.
  await runHere(['endpoints', 'create', '--provider', 'iverton', '--url', app.url, '--secret', 'x'], {
    home: own,
  });
  await simulate(['iverton', '--down-for', '10m'], { home: own });
  const { stdout } = await runHere(['deliveries', 'list', '--json'], { home: own });
  expect(JSON.parse(stdout).deliveries).toEqual([]);
  expect(app.received).toHaveLength(1);
});

test('secrets are never shown', async () => {
  const app = await answering(500);
  for (const more of [[], ['--json'], ['--debug']]) {
    const args = ['simulate', 'iverton', '--to', app.url, '--secret', 'whsec_never-to-be-seen', ...more];
    const { stdout, stderr } = await runHere(args, { home });
    expect(stdout + stderr).not.toContain('never-to-be-seen');
  }
});
