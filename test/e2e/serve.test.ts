import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { taskplatform } from '../../src/providers/taskplatform.ts';
import { verify } from '../../src/signing/verify.ts';
import { createHome, runCli, spawnCli, startServe } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { createPlace, SECRET, signal, type Place } from '../support/delivering.ts';
import { startServer, type RecordingServer } from '../support/http.ts';

const IVERTON_OFFSETS = [0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000];

function answering(status: number): Promise<RecordingServer> {
  return startServer((_request, response) => void response.writeHead(status).end());
}

/** An app that lets requests hang until it is released, and tells when the first has come. */
async function hangingApp() {
  const arrived = signal();
  const release = signal();
  const app = await startServer(async (_request, response) => {
    arrived.happen();
    await release.happened;
    response.end();
  });
  return { app, arrived: arrived.happened, release: release.happen };
}

async function enqueue(place: Place, ...args: string[]): Promise<any[]> {
  const { code, result } = await place.run('emit', ...args, '--no-wait');
  expect(code).toBe(0);
  return result.deliveries;
}

describe('serve', () => {
  test('says that it is ready, then each attempt', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('iverton', app.url);
    const before = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe([], { home: place.home });
    contract.serveReady(serve.ready);
    expect(serve.items[0]).toBe(serve.ready);
    expect(serve.ready).toMatchObject({ clock: 'real', database: place.home.database });
    const [first] = await serve.attempts(1);
    contract.attemptItem(first);
    expect(first).toMatchObject({
      deliveryId: before[0].id,
      status: 'pending',
      attempt: { number: 1, trigger: 'scheduled', response: { status: 500 } },
    });
    const end = Date.parse(first.attempt.startedAt) + first.attempt.durationMs;
    expect(Math.abs(Date.parse(first.nextAttemptAt) - end - 60_000)).toBeLessThan(1_000);
    // What another process writes while it runs.
    const [later] = await enqueue(place, 'iverton', 'deal.lost');
    expect((await serve.attempts(2))[1]).toMatchObject({ deliveryId: later.id });
    expect(await serve.stop()).toEqual({ code: 130, signal: null });
    expect(serve.stderr()).toBe('');
    expect(app.received).toHaveLength(2);
  });

  test('ends with 143 where it is told to', async () => {
    const serve = await startServe([], { home: createHome() });
    expect(await serve.stop('SIGTERM')).toEqual({ code: 143, signal: null });
  });

  test('with --quiet says only that it is ready', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const serve = await startServe(['--quiet'], { home: place.home });
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    while ((await place.delivery(delivery.id)).status !== 'succeeded');
    await serve.stop();
    expect(serve.items).toEqual([serve.ready]);
    expect(app.received).toHaveLength(1);
  });

  test('tells people what happens', async () => {
    const place = createPlace();
    const app = await answering(500);
    const { id } = await place.endpoint('taskplatform', app.url);
    await enqueue(place, 'taskplatform', 'task.created');
    const child = spawnCli(['serve', '--port', '0', '--clock', 'virtual'], { home: place.home });
    let [stdout, stderr] = ['', ''];
    const disabled = signal();
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('disabled')) disabled.happen();
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await disabled.happened;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const lines = stdout.trimEnd().split('\n');
    const line = (number: number, rest: string): RegExp =>
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z {2}✗ {2}task\\.created {2}evt_\\w+ {2}500 {2}\\S+ \\S+ {2}#${number} {2}${app.url}/ {2}${rest}$`,
      );
    expect(lines).toEqual([
      expect.stringMatching(line(1, 'next after 1 m')),
      expect.stringMatching(line(2, 'next after 5 m')),
      expect.stringMatching(line(3, 'next after 30 m')),
      expect.stringMatching(line(4, 'failed')),
      `${id} disabled: 3 failed retries in a row`,
    ]);
    expect(stderr).toMatch(
      /^Serving on http:\/\/127\.0\.0\.1:\d+\n( {2}api {6}\w+ {2}http\S+\n){5} {2}token {4}[0-9a-f]{40}\n {2}database .*webhook\.db\n {2}clock {4}virtual, from \d{4}-[\d-]+T[\d:.]+Z\n {2}try {6}curl .*\/_emit\/business\.status_changed .*Ctrl-C here stops\)\n\n?Stopped: 4 attempts, 0 acknowledged\. Look at them with: webhook-cli deliveries list\n$/,
    );
  });

  test('goes on with what waited when it was killed', async () => {
    const place = createPlace();
    const { app, arrived, release } = await hangingApp();
    await place.endpoint('iverton', app.url);
    const deliveries = await enqueue(place, 'iverton', 'deal.won', '--count', '5');
    const killed = await startServe([], { home: place.home });
    await arrived;
    expect(await killed.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    const cut = (await place.deliveries('--status', 'sending')).length;
    expect(cut).toBeGreaterThan(0);
    const bodies = new Set(app.received.map(({ body }) => body.toString()));
    release();
    const serve = await startServe([], { home: place.home });
    const attempts = await serve.attempts(5);
    expect(attempts.map(({ deliveryId, status }) => [deliveryId, status]).sort()).toEqual(
      deliveries.map(({ id }) => [id, 'succeeded']).sort(),
    );
    await serve.stop();
    const all = new Set(app.received.map(({ body }) => body.toString()));
    expect(all.size).toBe(5);
    for (const body of bodies) expect(all).toContain(body);
    const interruptions = (await place.deliveries()).reduce((sum, one) => sum + one.interruptions, 0);
    expect(interruptions).toBe(cut);
  });

  test('waits at Ctrl-C for requests under way, and takes no more', async () => {
    const place = createPlace();
    const { app, arrived, release } = await hangingApp();
    await place.endpoint('iverton', app.url);
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe([], { home: place.home });
    await arrived;
    const ended = serve.stop();
    // It lives on, and what is written meanwhile stays for another.
    const [later] = await enqueue(place, 'iverton', 'deal.lost');
    expect((await place.delivery(delivery.id)).status).toBe('sending');
    release();
    expect(await ended).toEqual({ code: 130, signal: null });
    expect(await serve.attempts(1)).toMatchObject([{ deliveryId: delivery.id, status: 'succeeded' }]);
    expect(await place.delivery(delivery.id)).toMatchObject({ status: 'succeeded', interruptions: 0 });
    expect((await place.delivery(later.id)).status).toBe('pending');
    expect(app.received).toHaveLength(1);
  });

  test('gives up what takes too long, and it is due again', async () => {
    const place = createPlace();
    const { app, arrived } = await hangingApp();
    await place.endpoint('iverton', app.url, '--timeout', '10m');
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe([], { home: place.home });
    await arrived;
    expect((await serve.stop()).code).toBe(130);
    expect(await place.delivery(delivery.id)).toMatchObject({
      status: 'pending',
      attempts: [],
      interruptions: 1,
    });
  });

  test('ends at once at the second Ctrl-C, and nothing is lost', async () => {
    const place = createPlace();
    const { app, arrived, release } = await hangingApp();
    await place.endpoint('iverton', app.url, '--timeout', '10m');
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe([], { home: place.home });
    await arrived;
    void serve.stop();
    // A signal that comes while the first is still to be taken would count as one with it.
    expect((await place.delivery(delivery.id)).status).toBe('sending');
    expect(await serve.stop()).toEqual({ code: 130, signal: null });
    release();
    const next = await startServe([], { home: place.home });
    expect(await next.attempts(1)).toMatchObject([{ deliveryId: delivery.id, status: 'succeeded' }]);
    await next.stop();
  });
});

describe('a second engine', () => {
  test.each([
    [
      'real',
      'virtual',
      /^an engine is at work on this database \(process \d+ on .+\), and a virtual clock works alone$/,
    ],
    [
      'virtual',
      'real',
      /^an engine with a virtual clock is at work on this database \(process \d+ on .+\) and excludes others$/,
    ],
    ['manual', 'x60', /^an engine with a manual clock is at work on this database/],
  ])('beside one on the %s clock is refused on the %s one', async (first, second, message) => {
    const home = createHome();
    const serve = await startServe(['--clock', first], { home });
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--clock', second, '--json'], {
      home,
    });
    expect([code, stdout]).toEqual([2, '']);
    const failure = JSON.parse(stderr);
    contract.failure(failure);
    expect(failure.error).toEqual({
      code: 'ERR_ENGINE_RUNNING',
      message: expect.stringMatching(message),
      hint: 'stop it first, or name another database with --db',
    });
    expect(failure.error.message).toContain(`process ${serve.pid} on `);
    await serve.stop();
    // It has gone, and so has its lock.
    const next = await startServe(['--clock', second], { home });
    await next.stop();
  });

  test('is no obstacle when it was killed', async () => {
    const home = createHome();
    const killed = await startServe(['--clock', 'virtual'], { home });
    await killed.stop('SIGKILL');
    const next = await startServe(['--clock', 'manual'], { home });
    expect(next.ready.clock).toBe('manual');
    await next.stop();
  });

  test('on the real clock shares the work: each attempt is made once', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const [one, two] = await Promise.all([
      startServe([], { home: place.home }),
      startServe([], { home: place.home }),
    ]);
    const deliveries = await enqueue(place, 'iverton', 'deal.won', '--count', '50');
    while ((await place.deliveries('--status', 'succeeded')).length < 50);
    await Promise.all([one.stop(), two.stop()]);
    const made = [one, two].flatMap(({ items }) => items.filter(({ type }) => type === 'attempt'));
    expect(made.map(({ deliveryId }) => deliveryId).sort()).toEqual(deliveries.map(({ id }) => id).sort());
    expect(app.received).toHaveLength(50);
  });
});

describe('--clock', () => {
  test('virtual goes through whole schedules at once', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('iverton', app.url);
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe(['--clock', 'virtual'], { home: place.home });
    await serve.attempts(6);
    const [disabled] = await serve.waitFor(1, ({ type }) => type === 'endpoint-disabled');
    expect(disabled).toMatchObject({ endpointId: delivery.endpointId, reason: '5 failed retries in a row' });
    await serve.stop();
    const { attempts } = await place.delivery(delivery.id);
    expect(attempts.map(({ offsetMs }: any) => offsetMs)).toEqual(IVERTON_OFFSETS);
  });

  test('manual moves as it is told to', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('taskplatform', app.url);
    const [delivery] = await enqueue(place, 'taskplatform', 'task.created');
    const serve = await startServe(['--clock', 'manual'], { home: place.home });
    const start = Date.parse(serve.ready.now);
    await serve.attempts(1);
    const times = async (count: number) =>
      (await serve.waitFor(count, ({ type }) => type === 'time')).map(({ now }) => Date.parse(now) - start);
    // An empty line: to the next due time.
    serve.type('\n');
    await serve.attempts(2);
    expect(await times(1)).toEqual([60_000]);
    // A step that is too short, one that is none, and one that makes the sum.
    serve.type('4m\n');
    expect(await times(2)).toEqual([60_000, 300_000]);
    serve.type('nonsense\n');
    serve.type('1m\n');
    await serve.attempts(3);
    expect(await times(3)).toEqual([60_000, 300_000, 360_000]);
    serve.type('\n');
    await serve.attempts(4);
    expect(await times(4)).toEqual([60_000, 300_000, 360_000, 2_160_000]);
    await serve.stop();
    const { status, attempts } = await place.delivery(delivery.id);
    expect(status).toBe('failed');
    expect(attempts.map(({ offsetMs }: any) => offsetMs)).toEqual([0, 60_000, 360_000, 2_160_000]);
    app.received.forEach((request, index) => {
      expect(verify(taskplatform.signature.value, request, [SECRET]).reason).toBe('valid');
      expect(headerValue(request.headers, 'X-Webhook-Timestamp')).toBe(
        String(Math.floor(Date.parse(attempts[index].startedAt) / 1_000)),
      );
    });
  });

  test('manual, moved past several due times, makes each attempt at its own', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('taskplatform', app.url);
    const [delivery] = await enqueue(place, 'taskplatform', 'task.created');
    const serve = await startServe(['--clock', 'manual'], { home: place.home });
    await serve.attempts(1);
    serve.type('5h\n');
    await serve.attempts(4);
    const start = Date.parse(serve.ready.now);
    const times = await serve.waitFor(4, ({ type }) => type === 'time');
    expect(times.map(({ now }) => Date.parse(now) - start)).toEqual([60_000, 360_000, 2_160_000, 18_000_000]);
    await serve.stop();
    const { attempts } = await place.delivery(delivery.id);
    expect(attempts.map(({ offsetMs }: any) => offsetMs)).toEqual([0, 60_000, 360_000, 2_160_000]);
  });

  test('manual says where there is nothing to step to, and what a step is', async () => {
    const child = spawnCli(['serve', '--port', '0', '--clock', 'manual'], { home: createHome() });
    let stderr = '';
    const said = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        look();
      });
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await said('Ctrl-C here stops');
    child.stdin.write('\n');
    await said('nothing waits\n');
    child.stdin.write('soon\n');
    await said('"soon" is not a duration');
    child.stdin.write('2h\n');
    await said('it is ');
    // The end of what is typed is not the end of it.
    child.stdin.end();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  });

  test('x100000 runs so much faster', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('iverton', app.url);
    const [delivery] = await enqueue(place, 'iverton', 'deal.won');
    const serve = await startServe(['--clock', 'x100000'], { home: place.home });
    expect(serve.ready.clock).toBe('scaled');
    await serve.attempts(6);
    await serve.stop();
    const { attempts, status } = await place.delivery(delivery.id);
    expect(status).toBe('failed');
    const offsets = attempts.map(({ offsetMs }: any) => offsetMs);
    IVERTON_OFFSETS.forEach((due, index) => expect(offsets[index]).toBeGreaterThanOrEqual(due));
  });

  test.each(['fast', 'x0', 'x-1', 'x', 'x1e9', ''])('%j is none', async (clock) => {
    const home = createHome();
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--clock', clock], { home });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`error: --clock takes real, virtual, manual, x60 (or any factor), not "${clock}"\n`);
  });
});

describe('send --retry', () => {
  const to = (url: string): string[] => ['--to', url, '--secret', SECRET, '--retry', '--clock', 'virtual'];

  test('plays the whole schedule against one URL, and creates nothing', async () => {
    const place = createPlace();
    const app = await answering(500);
    const { code, result } = await place.run('send', 'iverton', 'deal.won', ...to(app.url));
    contract.attempts(result);
    expect(code).toBe(3);
    expect(result.attempts.map(({ offsetMs }: any) => offsetMs)).toEqual(IVERTON_OFFSETS);
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1);
    expect([await place.endpoints(), await place.deliveries()]).toEqual([[], []]);
  });

  test('ends when it is acknowledged', async () => {
    const home = createHome();
    const app: RecordingServer = await startServer((_request, response) => {
      response.writeHead(app.received.length < 3 ? 503 : 200).end();
    });
    const { code, stdout, stderr } = await runCli(['send', 'iverton', 'deal.won', ...to(app.url)], { home });
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^deal\.won {2}evt_\w{12}$/);
    expect(lines[3]).toMatch(/^\+6 m {2}✓ {2}#3 {2}200 {2}\S+ \S+$/);
  });

  test('keeps to what else it is told: success, time-out, headers, breakage', async () => {
    const place = createPlace();
    const app = await answering(204);
    const strict = await place.run('send', 'iverton', 'deal.won', ...to(app.url), '--success', '200');
    expect([strict.code, strict.result.attempts.length]).toEqual([3, 6]);
    const broken = await place.run(
      'send',
      'iverton',
      'deal.won',
      ...to(app.url),
      '--header',
      'X-A: b',
      '--break',
      'wrong-secret',
    );
    expect([broken.code, broken.result.attempts.length]).toEqual([0, 1]);
    expect(headerValue(app.received.at(-1)!.headers, 'X-A')).toBe('b');
    const unsigned = await place.run('send', 'iverton', 'deal.won', ...to(app.url), '--unsigned');
    expect([unsigned.code, unsigned.result.attempts.length]).toEqual([0, 1]);
    expect(headerValue(app.received.at(-1)!.headers, 'X-Iverton-Signature')).toBeUndefined();
    const deaf = await startServer(() => {});
    const slow = await place.run(
      'send',
      'compliancely',
      'request.completed',
      ...to(deaf.url),
      '--timeout',
      '100ms',
    );
    expect(slow.result.attempts.map(({ offsetMs }: any) => offsetMs)).toEqual([0, 180_100, 540_200]);
  });

  test('needs --retry for a clock', async () => {
    const { code, error } = await createPlace().run(
      'send',
      'iverton',
      'deal.won',
      '--to',
      ':9',
      '--secret',
      'x',
      '--clock',
      'virtual',
    );
    expect([code, error.message]).toEqual([2, '--clock is for retries']);
  });
});
