import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { runCli, runHere, spawnCli, startServe } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { createPlace, signal, type Place } from '../support/delivering.ts';
import { startServer, type Received } from '../support/http.ts';

/** An app that answers as told; 500 until then. */
async function startApp() {
  const app = { status: 500, body: '' };
  const server = await startServer((_request, response) => void response.writeHead(app.status).end(app.body));
  return Object.assign(server, {
    answer: (status: number, body = '') => void Object.assign(app, { status, body }),
  });
}

/** Deliveries that are given up after their first attempt. */
async function failures(place: Place, url: string, count: number): Promise<any> {
  const endpoint = await place.endpoint('iverton', url, '--delays', 'none');
  const { code } = await place.run('emit', 'iverton', 'deal.won', '--count', String(count));
  expect(code).toBe(3);
  return endpoint;
}

const ids = (deliveries: any[]): string[] => deliveries.map(({ id }) => id);
const eventOf = ({ body }: Received): string => JSON.parse(body.toString()).id;

describe('list', () => {
  test('tells what went out, newest first, and what passes each filter', async () => {
    const place = createPlace();
    const app = await startApp();
    const deals = await place.endpoint('iverton', app.url, '--events', 'deal.*', '--delays', 'none');
    const vaults = await place.endpoint('filedgr', app.url);
    const emit = async (...args: string[]) => (await place.run('emit', ...args)).result.deliveries[0];
    const failed = await emit('iverton', 'deal.won');
    app.answer(200);
    const succeeded = await emit('iverton', 'deal.lost');
    const between = new Date().toISOString();
    const pending = await emit('filedgr', 'vault.created', '--no-wait');
    await place.run('endpoints', 'disable', deals.id);
    const discarded = await emit('iverton', 'deal.created');
    const canceled = await emit('filedgr', 'vault.accessed', '--no-wait');
    await place.run('deliveries', 'cancel', canceled.id);
    const all = [canceled, discarded, pending, succeeded, failed].map(({ id }) => id);
    const expected: [string[], string[]][] = [
      [[], all],
      [
        ['--endpoint', deals.id],
        [discarded.id, succeeded.id, failed.id],
      ],
      [
        ['--endpoint', vaults.id],
        [canceled.id, pending.id],
      ],
      [['--endpoint', 'ep_nothing'], []],
      [
        ['--provider', 'filedgr'],
        [canceled.id, pending.id],
      ],
      [['--provider', 'nobody'], []],
      [['--type', 'deal.won'], [failed.id]],
      [
        ['--type', 'deal.*'],
        [discarded.id, succeeded.id, failed.id],
      ],
      [['--type', 'nothing'], []],
      [['--event', failed.eventId], [failed.id]],
      [['--status', 'failed'], [failed.id]],
      [['--status', 'succeeded'], [succeeded.id]],
      [['--status', 'pending'], [pending.id]],
      [['--status', 'discarded'], [discarded.id]],
      [['--status', 'canceled'], [canceled.id]],
      [['--status', 'sending'], []],
      [
        ['--since', between],
        [canceled.id, discarded.id, pending.id],
      ],
      [
        ['--until', between],
        [succeeded.id, failed.id],
      ],
      [['--since', '1h'], all],
      [['--until', '1h'], []],
      [['--since', between, '--provider', 'iverton'], [discarded.id]],
    ];
    for (const [args, found] of expected) {
      expect([args, ids(await place.deliveries(...args))]).toEqual([args, found]);
    }
    const { stdout, stderr } = await runCli(['deliveries', 'list', '--status', 'failed'], {
      home: place.home,
    });
    const { createdAt, eventId } = failed;
    expect([stdout, stderr]).toEqual([
      `${[failed.id, createdAt, 'iverton', 'deal.won', eventId, deals.id, 'failed', '1', '-'].join('\t')}\n`,
      '',
    ]);
  });

  test('comes in pages', async () => {
    const place = createPlace();
    const app = await startApp();
    await failures(place, app.url, 7);
    const all = ids(await place.deliveries());
    const seen: string[] = [];
    const pages: number[] = [];
    let cursor: string | null = null;
    do {
      const args: string[] = ['--limit', '3', ...(cursor === null ? [] : ['--cursor', cursor])];
      const { result } = await place.run('deliveries', 'list', ...args);
      contract.deliveryList(result);
      seen.push(...ids(result.deliveries));
      pages.push(result.deliveries.length);
      cursor = result.nextCursor;
    } while (cursor !== null);
    expect([seen, pages]).toEqual([all, [3, 3, 1]]);
    const text = await runHere(['deliveries', 'list', '--limit', '3'], { home: place.home });
    expect(text.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(text.stderr).toMatch(/^older ones: --cursor \d+\n$/);
  });

  test('says that nothing matches', async () => {
    const { code, stdout, stderr } = await runHere(['deliveries', 'list'], { home: createPlace().home });
    expect([code, stdout, stderr]).toEqual([0, '', 'no deliveries match\n']);
  });

  test.each([
    [['--status', 'lost'], /^--status takes pending, sending, .* not "lost"$/],
    [['--since', 'yesterday'], /"yesterday" is not a time/],
    [['--limit', '0'], /^--limit takes a whole number from 1 to 10000/],
    [['--cursor', 'x'], /"x" is not a cursor/],
    [['--format', 'xml'], /^--format takes provider, not "xml"$/],
    [['--format', 'provider'], /^a provider keeps a log for each endpoint$/],
  ])('refuses %j', async (args, message) => {
    const { code, error, stdout } = await createPlace().run('deliveries', 'list', ...args);
    contract.failure({ error });
    expect([code, error.code, stdout]).toEqual([2, 'ERR_USAGE', '']);
    expect(error.message).toMatch(message);
  });
});

describe('show', () => {
  test('tells each attempt and the body', async () => {
    const place = createPlace();
    const app = await startApp();
    app.answer(503, 'come back later');
    await place.endpoint('iverton', app.url);
    const { result } = await place.run('emit', 'iverton', 'deal.won', '--clock', 'virtual');
    const { id, eventId, endpointId } = result.deliveries[0];
    const delivery = await place.delivery(id);
    expect(delivery).toMatchObject({ id, eventId, status: 'failed', trigger: 'scheduled', interruptions: 0 });
    expect(delivery.attempts.map(({ number }: any) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(delivery.attempts[0]).toMatchObject({
      messageId: eventId,
      response: { status: 503, body: 'come back later' },
    });
    expect(delivery.body).toBe(app.received[0]!.body.toString());
    expect(await place.delivery('last')).toEqual(delivery);

    const { stdout } = await runHere(['deliveries', 'show', 'last'], { home: place.home });
    const lines = stdout.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      id,
      `event     iverton deal.won ${eventId}`,
      `endpoint  ${endpointId}`,
      'status    failed',
      `created   ${delivery.createdAt}`,
      '',
    ]);
    expect(lines[6]).toMatch(/^ {9}0 {2}✗ {2}#1 {2}503 {2}\S+ \S+$/);
    expect(lines[7]).toBe('              come back later');
    expect(lines[16]).toMatch(/^\+26 h 36 m {2}✗ {2}#6 {2}503 {2}\S+ \S+$/);

    const raw = await runHere(['deliveries', 'show', 'last', '--raw'], { home: place.home });
    expect(raw.stdoutBytes.equals(app.received[0]!.body)).toBe(true);
  });

  test('tells of one that waits', async () => {
    const place = createPlace();
    await place.endpoint('iverton', 'http://localhost:9');
    await place.run('emit', 'iverton', 'deal.won', '--no-wait');
    const { stdout } = await runHere(['deliveries', 'show', 'last'], { home: place.home });
    expect(stdout).toMatch(/\nstatus {4}pending\n/);
    expect(stdout).toMatch(/\nnext {6}\d{4}-\d\d-\d\dT[\d:.]+Z\n/);
    expect(stdout).toContain('\nno attempt yet\n');
  });

  test.each([
    ['dlv_nothing', 'there is no delivery dlv_nothing'],
    ['last', 'there are no deliveries yet'],
  ])('of %s is an error', async (id, message) => {
    const { code, error } = await createPlace().run('deliveries', 'show', id);
    expect([code, error.code, error.message]).toEqual([1, 'ERR_NOT_FOUND', message]);
  });
});

describe('--format provider', () => {
  async function log({ run }: Place, id: string): Promise<any> {
    const { code, result } = await run('deliveries', 'list', '--endpoint', id, '--format', 'provider');
    expect(code).toBe(0);
    return result;
  }
  const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

  test('filedgr', async () => {
    const place = createPlace();
    let hangs = false;
    let status = 200;
    const app = await startServer((_request, response) => {
      if (!hangs) response.writeHead(status).end();
    });
    const { id } = await place.endpoint('filedgr', app.url, '--timeout', '3s', '--delays', '1m');
    const event = async (...args: string[]) =>
      (await place.run('emit', 'filedgr', ...args)).result.events[0].id;
    const acknowledged = await event('vault.created');
    status = 404;
    const failed = await event('vault.accessed', '--clock', 'virtual');
    hangs = true;
    const retrying = await event('vault.data_updated');
    const pending = await event('vault.created', '--no-wait');
    await place.run('endpoints', 'disable', id);
    const skipped = await event('stream.data_received');
    const { webhookId, logs } = await log(place, id);
    expect(webhookId).toBe(id);
    expect(logs).toEqual([
      expect.objectContaining({ eventId: skipped, deliveryStatus: 'skipped', attempts: 0 }),
      expect.objectContaining({ eventId: pending, deliveryStatus: 'canceled', attempts: 0 }),
      {
        eventId: retrying,
        eventType: 'vault.data_updated',
        deliveryStatus: 'canceled',
        httpStatus: null,
        responseTime: expect.any(Number),
        timestamp: expect.stringMatching(SECONDS),
        attempts: 1,
        lastError: 'Connection timeout',
      },
      {
        eventId: failed,
        eventType: 'vault.accessed',
        deliveryStatus: 'failed',
        httpStatus: 404,
        responseTime: expect.any(Number),
        timestamp: expect.stringMatching(SECONDS),
        attempts: 2,
        lastError: 'HTTP 404',
      },
      {
        eventId: acknowledged,
        eventType: 'vault.created',
        deliveryStatus: 'success',
        httpStatus: 200,
        responseTime: expect.any(Number),
        timestamp: expect.stringMatching(SECONDS),
        attempts: 1,
      },
    ]);
    expect(logs[2].responseTime).toBeGreaterThanOrEqual(200);
    expect(Object.keys(logs[4])).not.toContain('lastError');
    const args = ['deliveries', 'list', '--endpoint', id, '--format', 'provider'];
    const { stdout } = await runHere(args, { home: place.home });
    expect(JSON.parse(stdout)).toEqual({ webhookId, logs });
    expect(stdout.startsWith('{\n  "webhookId": ')).toBe(true);
  });

  test('filedgr says of what waits for another attempt that it is retrying', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('filedgr', app.url, '--delays', '1h');
    await place.run('emit', 'filedgr', 'vault.created');
    await place.run('emit', 'filedgr', 'vault.created', '--no-wait');
    const { logs } = await log(place, id);
    expect(logs).toMatchObject([
      { deliveryStatus: 'pending', httpStatus: null, attempts: 0 },
      { deliveryStatus: 'retrying', httpStatus: 500, attempts: 1, lastError: 'HTTP 500' },
    ]);
  });

  test('taskplatform', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await place.endpoint('taskplatform', app.url);
    const { result } = await place.run('emit', 'taskplatform', 'task.created');
    await app.close();
    const refused = await place.run('emit', 'taskplatform', 'task.deleted', '--clock', 'virtual');
    expect(await log(place, id)).toEqual({
      data: [
        {
          id: refused.result.deliveries[0].id,
          event: 'task.deleted',
          timestamp: expect.stringMatching(SECONDS),
          status: 'failed',
          response_code: null,
          response_time_ms: expect.any(Number),
        },
        {
          id: result.deliveries[0].id,
          event: 'task.created',
          timestamp: expect.stringMatching(SECONDS),
          // The other one's failed retries disabled the endpoint.
          status: 'canceled',
          response_code: 500,
          response_time_ms: expect.any(Number),
        },
      ],
    });
  });

  test.each([
    ['deiterate', 'risk.created'],
    ['compliancely', 'request.completed'],
    ['iverton', 'deal.won'],
  ])('%s', async (provider, eventType) => {
    const place = createPlace();
    const app = await startApp();
    app.answer(500, 'sorry');
    const { id } = await place.endpoint(provider, app.url, '--delays', 'none');
    const { result } = await place.run('emit', provider, eventType);
    expect(await log(place, id)).toEqual({
      deliveries: [
        {
          id: result.deliveries[0].id,
          event_id: result.events[0].id,
          event_type: eventType,
          status: 'failed',
          response_code: 500,
          response_time_ms: expect.any(Number),
          timestamp: expect.stringMatching(SECONDS),
          attempts: 1,
          error: null,
          request_body: app.received[0]!.body.toString(),
          response_body: 'sorry',
        },
      ],
    });
  });
});

describe('retry', () => {
  test('delivers again by hand, the same bytes and id', async () => {
    const place = createPlace();
    const app = await startApp();
    await failures(place, app.url, 1);
    const [failed] = await place.deliveries();
    const again = await place.run('deliveries', 'retry', failed.id);
    contract.deliveriesRetried(again.result);
    expect(again.code).toBe(3);
    expect(again.result.deliveries).toMatchObject([
      { id: failed.id, status: 'failed', attempts: [{ number: 2, trigger: 'manual', ok: false }] },
    ]);
    app.answer(200);
    const { code, stdout } = await runCli(['deliveries', 'retry', 'last'], { home: place.home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ {2}deal\.won {2}evt_\w+ {2}200 {2}\S+ \S+ {2}http:\S+ {2}attempt 3\n$/);
    // What was acknowledged can be sent once more too.
    expect((await place.run('deliveries', 'retry', failed.id)).code).toBe(0);
    const { attempts, status } = await place.delivery(failed.id);
    expect([status, attempts.map(({ trigger }: any) => trigger)]).toEqual([
      'succeeded',
      ['scheduled', 'manual', 'manual', 'manual'],
    ]);
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1);
    const shown = await runHere(['deliveries', 'show', failed.id], { home: place.home });
    expect(shown.stdout).toMatch(/\n *\+.* {2}✓ {2}#3 {2}200 {2}.* {2}manual\n/);
  });

  test('comes between the attempts of a schedule, which goes on', async () => {
    const place = createPlace();
    const app = await startApp();
    await place.endpoint('iverton', app.url);
    const { result } = await place.run('emit', 'iverton', 'deal.won');
    const { id, nextAttemptAt } = result.deliveries[0];
    const { code, stdout } = await runHere(['deliveries', 'retry', id], { home: place.home });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^✗ .* next attempt after .*\n$/);
    expect(await place.delivery(id)).toMatchObject({ status: 'pending', nextAttemptAt });
  });

  test('of several at once', async () => {
    const place = createPlace();
    const app = await startApp();
    await failures(place, app.url, 3);
    const [one, two] = ids(await place.deliveries());
    app.answer(200);
    const { code, result } = await place.run('deliveries', 'retry', one!, two!);
    expect([code, ids(result.deliveries)]).toEqual([0, [one, two]]);
    expect((await place.deliveries('--status', 'failed')).length).toBe(1);
    // A misspelt one among them retries none.
    const before = app.received.length;
    expect((await place.run('deliveries', 'retry', one!, 'dlv_nothing')).code).toBe(1);
    expect(app.received.length).toBe(before);
  });

  test('of all that failed, and of no other', async () => {
    const place = createPlace();
    const app = await startApp();
    const one = await failures(place, `${app.url}/one`, 3);
    const between = new Date().toISOString();
    const two = await place.endpoint('iverton', `${app.url}/two`, '--delays', 'none');
    await place.run('emit', 'iverton', 'deal.lost');
    await place.run('emit', 'iverton', 'deal.created', '--no-wait');
    app.answer(200);
    const retried = async (...args: string[]) => {
      const before = app.received.length;
      const { code, result } = await place.run('deliveries', 'retry', '--failed', ...args);
      contract.manyRetried(result);
      expect([code, result.counts.succeeded]).toEqual([0, result.retried]);
      return app.received
        .slice(before)
        .map(({ path, body }) => `${path} ${JSON.parse(body.toString()).type}`)
        .sort();
    };
    expect(await retried('--endpoint', one.id, '--since', between)).toEqual(['/one deal.lost']);
    expect(await retried('--endpoint', two.id, '--since', '2h')).toEqual(['/two deal.lost']);
    expect(await retried('--type', 'nothing')).toEqual([]);
    expect(await retried()).toEqual(Array(3).fill('/one deal.won'));
    expect(await retried()).toEqual([]);
    const none = await runHere(['deliveries', 'retry', '--failed'], { home: place.home });
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'no deliveries to retry match\n']);
    expect(await place.deliveries('--status', 'pending')).toHaveLength(2);
  });

  test('of all tells what came of them', async () => {
    const place = createPlace();
    const app = await startServer((_request, response) => {
      response.writeHead(app.received.length === 5 ? 200 : 500).end();
    });
    await failures(place, app.url, 3);
    const { code, stdout } = await runHere(['deliveries', 'retry', '--failed'], { home: place.home });
    expect([code, stdout]).toEqual([3, '3 retried, 1 succeeded, 2 failed again\n']);
  });

  test('tells its progress', async () => {
    const place = createPlace();
    const release = signal();
    const app = await startServer(async (_request, response) => {
      if (app.received.length > 2) await release.happened;
      response.writeHead(app.received.length > 2 ? 200 : 500).end();
    });
    await failures(place, app.url, 2);
    const child = spawnCli(['deliveries', 'retry', '--failed'], { home: place.home });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (stderr.includes('\n')) release.happen();
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(stderr).toMatch(/^0 of 2 made, 0 failed\n/);
    expect(stdout).toBe('2 retried, 2 succeeded\n');
  });

  test('that is killed goes on where it was', async () => {
    const COUNT = 80;
    const ANSWERED = 20;
    /** So many requests are under way at one endpoint. */
    const AT_ONCE = 32;
    const place = createPlace();
    let answered = 0;
    let phase: 'fail' | 'answer some' | 'answer' = 'fail';
    const hung = signal();
    const acknowledged: string[] = [];
    const app = await startServer((request, response) => {
      if (phase === 'fail') return void response.writeHead(500).end();
      if (phase === 'answer some' && (answered += 1) > ANSWERED) {
        // Nothing more is on its way then: what the killed one has sent has arrived.
        if (answered === ANSWERED + AT_ONCE) hung.happen();
        return;
      }
      acknowledged.push(eventOf(request));
      response.end();
    });
    await failures(place, app.url, COUNT);
    phase = 'answer some';
    const args = ['deliveries', 'retry', '--failed', '--since', '2h'];
    const child = spawnCli(args, { home: place.home });
    child.stdout.resume();
    child.stderr.resume();
    const ended = new Promise((resolve) => child.once('close', resolve));
    await hung.happened;
    while ((await place.deliveries('--status', 'succeeded', '--limit', '100')).length < ANSWERED);
    child.kill('SIGKILL');
    await ended;
    phase = 'answer';
    const before = new Set(acknowledged);
    const from = app.received.length;
    const { code, stdout, stderr } = await runHere(args, { home: place.home });
    expect([code, stdout]).toEqual([0, `${COUNT} retried, ${COUNT} succeeded\n`]);
    expect(stderr).toMatch(/^going on with the retry that was begun \d{4}-\d\d-\d\dT[\d:.]+Z\n/);
    const later = app.received.slice(from).map(eventOf);
    expect(before.size).toBe(ANSWERED);
    expect(later.filter((id) => before.has(id))).toEqual([]);
    expect([later.length, new Set(later).size]).toEqual([COUNT - ANSWERED, COUNT - ANSWERED]);
    // It is done with: the same words now are a new run.
    const after = await runHere(args, { home: place.home });
    expect([after.code, after.stderr]).toEqual([0, 'no deliveries to retry match\n']);
  });

  test('of what goes to an endpoint that is not active', async () => {
    const place = createPlace();
    const app = await startApp();
    const { id } = await failures(place, app.url, 1);
    const [failed] = await place.deliveries();
    await place.run('endpoints', 'disable', id);
    const { code, error } = await place.run('deliveries', 'retry', failed.id);
    expect([code, error]).toEqual([
      1,
      {
        code: 'ERR_ENDPOINT_NOT_ACTIVE',
        message: `${failed.id} goes to ${id}, which is not active`,
        hint: `run: webhook-cli endpoints enable ${id}`,
      },
    ]);
    const many = await runHere(['deliveries', 'retry', '--failed'], { home: place.home });
    expect([many.code, many.stdout]).toEqual([0, '']);
    expect(many.stderr).toContain(
      `some that match go to endpoints that are not active: webhook-cli endpoints enable ${id}\n`,
    );
    expect(app.received).toHaveLength(1);
    await place.run('endpoints', 'delete', id);
    const gone = await place.run('deliveries', 'retry', failed.id);
    expect([gone.code, gone.error]).toEqual([
      1,
      {
        code: 'ERR_ENDPOINT_NOT_ACTIVE',
        message: `${failed.id} goes to ${id}, which was deleted`,
        hint: 'emit the event anew, to the endpoints there are now',
      },
    ]);
  });

  test('may be left to an engine', async () => {
    const place = createPlace();
    const app = await startApp();
    await failures(place, app.url, 2);
    app.answer(200);
    const [one, two] = ids(await place.deliveries());
    const { code, result } = await place.run('deliveries', 'retry', one!, '--no-wait');
    expect([code, result.deliveries[0].status, result.deliveries[0].attempts]).toEqual([0, 'pending', []]);
    const serve = await startServe(['--clock', 'virtual'], { home: place.home });
    expect(await serve.attempts(1)).toMatchObject([{ deliveryId: one, attempt: { trigger: 'manual' } }]);
    // An engine with a clock of its own gets the rest too.
    const many = await runHere(['deliveries', 'retry', '--failed'], { home: place.home });
    expect([many.code, many.stdout]).toEqual([0, '1 made due\n']);
    expect(many.stderr).toContain(': it makes these deliveries\n');
    expect((await serve.attempts(2))[1]).toMatchObject({ deliveryId: two, status: 'succeeded' });
    await serve.stop();
  });

  test.each([
    [['dlv_1', '--failed'], 'either deliveries by name, or filters'],
    [[], 'which delivery?'],
    [['--status', 'pending'], 'many are retried where they have failed, not where they are pending'],
    [['--status', 'succeeded'], 'many are retried where they have failed, not where they are succeeded'],
    [['--failed', '--since', 'soon'], '"soon" is not a time (--since)'],
  ])('refuses %j', async (args, message) => {
    const { code, error } = await createPlace().run('deliveries', 'retry', ...args);
    expect([code, error.code, error.message]).toEqual([2, 'ERR_USAGE', message]);
  });
});

describe('cancel', () => {
  async function waiting() {
    const place = createPlace();
    const app = await startApp();
    const one = await place.endpoint('iverton', app.url);
    const two = await place.endpoint('filedgr', app.url);
    await place.run('emit', 'iverton', 'deal.won', '--no-wait', '--count', '3');
    await place.run('emit', 'filedgr', 'vault.created', '--no-wait', '--count', '2');
    return { place, app, one, two };
  }

  test('takes back what waits, by name', async () => {
    const { place, app } = await waiting();
    const [newest, next] = ids(await place.deliveries());
    expect((await place.run('deliveries', 'cancel', 'last', next!)).result).toEqual({ canceled: 2 });
    expect(await place.delivery(newest!)).toMatchObject({
      status: 'canceled',
      reason: 'canceled by hand',
      nextAttemptAt: null,
    });
    // What is over stays as it is.
    expect((await place.run('deliveries', 'cancel', newest!)).result).toEqual({ canceled: 0 });
    const shown = await runHere(['deliveries', 'show', newest!], { home: place.home });
    expect(shown.stdout).toContain('\nstatus    canceled: canceled by hand\n');
    const serve = await startServe(['--clock', 'virtual'], { home: place.home });
    await serve.waitFor(3, ({ type, attempt }) => type === 'attempt' && attempt.number === 1);
    await serve.stop();
    expect(
      app.received.every(({ headers }) => headerValue(headers, 'X-Filedgr-Signature') === undefined),
    ).toBe(true);
  });

  test('takes back all that matches a filter, when that is confirmed', async () => {
    const { place, one } = await waiting();
    for (const args of [['--endpoint', one.id], ['--all']]) {
      const { code, error } = await place.run('deliveries', 'cancel', ...args);
      expect([code, error]).toEqual([
        2,
        {
          code: 'ERR_USAGE',
          message: 'this cancels every delivery that matches',
          hint: 'confirm with --yes',
        },
      ]);
    }
    expect(await place.deliveries('--status', 'pending')).toHaveLength(5);
    expect((await place.run('deliveries', 'cancel', '--endpoint', one.id, '--yes')).result).toEqual({
      canceled: 3,
    });
    expect(await place.deliveries('--status', 'pending')).toHaveLength(2);
    const { stdout } = await runHere(['deliveries', 'cancel', '--all', '--yes'], { home: place.home });
    expect(stdout).toBe('2 canceled\n');
    // It can be made up for.
    const { result } = await place.run('deliveries', 'retry', '--status', 'canceled', '--no-wait');
    expect(result.retried).toBe(5);
  });

  test.each([
    [[], 'which deliveries?'],
    [['last', '--all'], 'which deliveries?'],
    [['--all', '--status', 'failed'], 'only what waits can be canceled, not what is failed'],
  ])('refuses %j', async (args, message) => {
    const { code, error } = await createPlace().run('deliveries', 'cancel', ...args, '--yes');
    expect([code, error.code, error.message]).toEqual([2, 'ERR_USAGE', message]);
  });
});
