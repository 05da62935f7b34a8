import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { filedgr } from '../../src/providers/filedgr.ts';
import { loadProvider } from '../../src/providers/index.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { taskplatform } from '../../src/providers/taskplatform.ts';
import { verify } from '../../src/signing/verify.ts';
import { runCli, runHere, spawnCli, startServe } from '../support/cli.ts';
import * as contract from '../support/contract.ts';
import { createPlace, SECRET, signal, type Place } from '../support/delivering.ts';
import { payload } from '../support/fixtures.ts';
import { startServer, type RecordingServer } from '../support/http.ts';

async function emit({ run }: Place, ...args: string[]) {
  const ended = await run('emit', ...args);
  if (ended.result !== null) contract.emitted(ended.result);
  return {
    ...ended,
    events: (ended.result?.events ?? []) as any[],
    deliveries: (ended.result?.deliveries ?? []) as any[],
  };
}

function answering(status: number): Promise<RecordingServer> {
  return startServer((_request, response) => void response.writeHead(status).end());
}

describe('an event', () => {
  test('goes to each endpoint that subscribes to it, and to no other', async () => {
    const place = createPlace();
    const app = await startServer();
    const all = await place.endpoint('iverton', `${app.url}/all`);
    const deals = await place.endpoint('iverton', `${app.url}/deals`, '--events', 'deal.*');
    await place.endpoint('iverton', `${app.url}/contacts`, '--events', 'contact.*,campaign.sent');
    await place.endpoint('deiterate', `${app.url}/other`);
    const { code, events, deliveries, stderr } = await emit(place, 'iverton', 'deal.won');
    expect([code, stderr]).toEqual([0, '']);
    expect(events).toEqual([{ id: expect.stringMatching(/^evt_\w{12}$/), type: 'deal.won' }]);
    expect(
      deliveries.map(({ endpointId, status, nextAttemptAt }) => [endpointId, status, nextAttemptAt]),
    ).toEqual([
      [all.id, 'succeeded', null],
      [deals.id, 'succeeded', null],
    ]);
    expect(app.received.map(({ path }) => path).sort()).toEqual(['/all', '/deals']);
    for (const request of app.received) {
      expect(JSON.parse(request.body.toString())).toMatchObject({ id: events[0].id, type: 'deal.won' });
      expect(verify(iverton.signature.value, request, [SECRET]).reason).toBe('valid');
    }
    expect((await place.deliveries()).map(({ id }) => id).sort()).toEqual(
      deliveries.map(({ id }) => id).sort(),
    );
    expect(new Set((await place.deliveries()).map(({ eventId }) => eventId))).toEqual(
      new Set([events[0].id]),
    );
  });

  test('is told in a line for each delivery', async () => {
    const place = createPlace();
    const [good, bad] = [await startServer(), await answering(503)];
    await place.endpoint('iverton', `${good.url}/good`);
    await place.endpoint('iverton', `${bad.url}/bad`);
    const { code, stdout, stderr } = await runCli(['emit', 'iverton', 'deal.won'], { home: place.home });
    expect(code).toBe(3);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^✓ {2}deal\.won {2}evt_\w{12} {2}200 {2}\S+ \S+ {2}http:\S+\/good$/);
    expect(lines[1]).toMatch(
      /^✗ {2}deal\.won {2}evt_\w{12} {2}503 {2}\S+ \S+ {2}http:\S+\/bad {2}next attempt after 1 m$/,
    );
    expect(lines).toHaveLength(2);
    expect(stderr).toBe('1 waits for the next attempt: webhook-cli serve makes it in time\n');
  });

  test('that nobody subscribes to is written down all the same', async () => {
    const place = createPlace();
    const { code, events, deliveries } = await emit(place, 'iverton', 'deal.won');
    expect([code, events.length, deliveries]).toEqual([0, 1, []]);
    const {
      code: again,
      stdout,
      stderr,
    } = await runHere(['emit', 'iverton', 'deal.won'], { home: place.home });
    expect([again, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      'no endpoint of iverton subscribes to deal.won; create one with: webhook-cli endpoints create --provider iverton --url http://localhost:3000/\n',
    );
  });

  test('is discarded where the endpoint is not active', async () => {
    const place = createPlace();
    const app = await startServer();
    const { id } = await place.endpoint('iverton', app.url, '--inactive');
    const { code, deliveries } = await emit(place, 'iverton', 'deal.won');
    expect(code).toBe(0);
    expect(deliveries).toMatchObject([
      {
        endpointId: id,
        status: 'discarded',
        nextAttemptAt: null,
        reason: 'the endpoint is inactive: created inactive',
      },
    ]);
    expect(app.received).toEqual([]);
    const { stdout } = await runHere(['emit', 'iverton', 'deal.won'], { home: place.home });
    expect(stdout).toMatch(
      new RegExp(
        `^- {2}deal\\.won {2}evt_\\w+ {2}discarded {2}${id} {2}the endpoint is inactive: created inactive\n$`,
      ),
    );
  });
});

describe('what an event holds', () => {
  test('can be set', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    await emit(place, 'iverton', 'deal.won', '--set', 'data.amount=15000', '--set', 'id=evt_mine');
    expect(JSON.parse(app.received[0]!.body.toString())).toMatchObject({
      id: 'evt_mine',
      data: { amount: 15_000 },
    });
  });

  test('can be bytes of one’s own', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const bodies = [
      Buffer.from('{ "type":"deal.won",\t"id":"evt_mine", "n":12345678901234567890 }\r\n'),
      Buffer.from([0, 255, 254, 10]),
      Buffer.alloc(0),
    ];
    for (const [index, body] of bodies.entries()) {
      const file = join(place.home.folder, `body-${index}`);
      writeFileSync(file, body);
      const { code, deliveries } = await emit(place, 'iverton', '--data', `@${file}`);
      expect([index, code]).toEqual([index, 0]);
      expect(app.received[index]!.body.equals(body)).toBe(true);
      expect(verify(iverton.signature.value, app.received[index]!, [SECRET]).reason).toBe('valid');
      const raw = await runHere(['deliveries', 'show', deliveries[0].id, '--raw'], { home: place.home });
      expect(raw.stdoutBytes.equals(body)).toBe(true);
    }
  });

  test('can be the example as it stands', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('filedgr', app.url);
    await emit(place, 'filedgr', 'vault.created', '--keep-ids');
    expect(app.received[0]!.body.equals(payload('filedgr', 'vault.created'))).toBe(true);
  });

  test('can be JSON that no serialiser gives back', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    await emit(place, 'iverton', 'deal.won', '--stress-json');
    const body = app.received[0]!.body.toString();
    expect(JSON.stringify(JSON.parse(body))).not.toBe(body);
    expect(verify(iverton.signature.value, app.received[0]!, [SECRET]).reason).toBe('valid');
  });

  test('is new each time with --count', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const { code, events, deliveries } = await emit(place, 'iverton', 'deal.won', '--count', '20');
    expect([code, events.length, deliveries.length]).toEqual([0, 20, 20]);
    const ids = app.received.map(({ body }) => JSON.parse(body.toString()).id);
    expect(new Set(ids)).toEqual(new Set(events.map(({ id }) => id)));
    expect(new Set(ids).size).toBe(20);
  });

  test('is each of the catalog with --all', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('taskplatform', app.url);
    const { code, events } = await emit(place, 'taskplatform', '--all');
    const names = (await loadProvider('taskplatform')).events.map(({ name }) => name);
    expect([code, events.map(({ type }) => type)]).toEqual([0, names]);
    expect(app.received.map(({ body }) => JSON.parse(body.toString()).event).sort()).toEqual(
      [...names].sort(),
    );
  });
});

test('taskplatform names the endpoint in body and header', async () => {
  const place = createPlace();
  const app = await startServer();
  const one = await place.endpoint('taskplatform', `${app.url}/one`);
  const two = await place.endpoint('taskplatform', `${app.url}/two`);
  const { code } = await emit(place, 'taskplatform', 'task.created');
  expect(code).toBe(0);
  const seen = app.received.map(({ path, headers, body }) => ({
    path,
    header: headerValue(headers, 'X-Webhook-ID'),
    body: JSON.parse(body.toString()).webhook_id,
  }));
  expect(seen.sort((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: '/one', header: one.id, body: one.id },
    { path: '/two', header: two.id, body: two.id },
  ]);
  const [first, second] = app.received.map(({ body }) => JSON.parse(body.toString()));
  expect({ ...first, webhook_id: '' }).toEqual({ ...second, webhook_id: '' });
  for (const request of app.received) {
    expect(verify(taskplatform.signature.value, request, [SECRET]).reason).toBe('valid');
  }
});

describe('filedgr', () => {
  test('sends an endpoint’s own headers beside its own', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint(
      'filedgr',
      app.url,
      '--header',
      'Authorization: Bearer abc',
      '--header',
      'X-Team: é',
    );
    await emit(place, 'filedgr', 'vault.created');
    const { headers } = app.received[0]!;
    expect(headerValue(headers, 'Authorization')).toBe('Bearer abc');
    expect(Buffer.from(headerValue(headers, 'X-Team')!, 'latin1').toString()).toBe('é');
    expect(headerValue(headers, 'X-Filedgr-Event-Type')).toBe('vault.created');
    expect(verify(filedgr.signature.value, app.received[0]!, [SECRET]).reason).toBe('valid');
  });

  test('filters by vault, template and user', async () => {
    const place = createPlace();
    const app = await startServer();
    const filters: [string, string[]][] = [
      ['/vault', ['vaultIds=vault_a,vault_b']],
      ['/template', ['templateIds=tpl_a']],
      ['/user', ['userIds=user_a']],
      ['/both', ['vaultIds=vault_a', 'userIds=user_a']],
    ];
    for (const [path, texts] of filters) {
      await place.endpoint('filedgr', app.url + path, ...texts.flatMap((text) => ['--filter', text]));
    }
    const paths = async (...sets: string[]) => {
      const before = app.received.length;
      const { code } = await emit(
        place,
        'filedgr',
        ...sets.flatMap((set, at) => (at === 0 ? [set] : ['--set', set])),
      );
      expect(code).toBe(0);
      return app.received
        .slice(before)
        .map(({ path }) => path)
        .sort();
    };
    const created = 'vault.created';
    expect(
      await paths(created, 'data.vaultId=vault_a', 'data.templateId=tpl_a', 'data.owner=user_a'),
    ).toEqual(['/both', '/template', '/user', '/vault']);
    expect(
      await paths(created, 'data.vaultId=vault_b', 'data.templateId=tpl_b', 'data.owner=user_b'),
    ).toEqual(['/vault']);
    expect(
      await paths(created, 'data.vaultId=vault_c', 'data.templateId=tpl_b', 'data.owner=user_b'),
    ).toEqual([]);
    // The template of a vault is told when the vault is made, and holds for what comes later.
    expect(await paths('vault.data_updated', 'data.vaultId=vault_a', 'data.uploadedBy=user_b')).toEqual([
      '/template',
      '/vault',
    ]);
  });

  test('warns where a filter has nothing to go by', async () => {
    const place = createPlace();
    const { id } = await place.endpoint('filedgr', 'http://localhost:9', '--filter', 'templateIds=tpl_a');
    const args = ['emit', 'filedgr', 'vault.data_updated', '--set', 'data.vaultId=vault_unheard_of'];
    const { code, stderr } = await runHere(args, { home: place.home });
    expect(code).toBe(0);
    expect(stderr).toContain(
      `warning: ${id} filters by templateIds, and vault.data_updated holds nothing to go by\n`,
    );
    expect((await place.run(...args)).result.warnings).toEqual([
      `${id} filters by templateIds, and vault.data_updated holds nothing to go by`,
    ]);
  });
});

describe('waiting', () => {
  test('ends with the first outcome', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('iverton', app.url);
    const { code, deliveries } = await emit(place, 'iverton', 'deal.won');
    expect([code, deliveries[0].status, deliveries[0].attempts]).toEqual([3, 'pending', 1]);
    const { attempts, nextAttemptAt } = await place.delivery(deliveries[0].id);
    expect(attempts).toHaveLength(1);
    const end = Date.parse(attempts[0].startedAt) + attempts[0].durationMs;
    expect(Math.abs(Date.parse(nextAttemptAt) - end - 60_000)).toBeLessThan(1_000);
    expect(app.received).toHaveLength(1);
  });

  test('on a virtual clock ends with the last one', async () => {
    const place = createPlace();
    const app = await answering(500);
    const { id } = await place.endpoint('iverton', app.url);
    const { code, deliveries } = await emit(place, 'iverton', 'deal.won', '--clock', 'virtual');
    expect([code, deliveries[0].status, deliveries[0].attempts]).toEqual([3, 'failed', 6]);
    const { attempts } = await place.delivery(deliveries[0].id);
    expect(attempts.map(({ offsetMs }: any) => offsetMs)).toEqual([
      0, 60_000, 360_000, 2_160_000, 9_360_000, 95_760_000,
    ]);
    expect(await place.endpoints()).toMatchObject([
      { id, status: 'disabled', disabledReason: '5 failed retries in a row' },
    ]);
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1);
    // Time never runs back: what is made now comes after what was stored of the future.
    const next = await emit(place, 'iverton', 'deal.won', '--clock', 'virtual');
    expect(next.deliveries[0].status).toBe('discarded');
    expect(Date.parse(next.deliveries[0].createdAt)).toBeGreaterThanOrEqual(
      Date.parse(attempts[5].startedAt),
    );
    const told = await runHere(['emit', 'iverton', 'deal.won', '--clock', 'virtual'], { home: place.home });
    expect(told.stderr).toMatch(
      /^clock: virtual, from \d{4}-\d\d-\d\dT\S+Z, where earlier runs have left it\n/,
    );
  });

  test('tells of an endpoint that is disabled', async () => {
    const place = createPlace();
    const app = await answering(500);
    const { id } = await place.endpoint('taskplatform', app.url);
    const { code, stdout, stderr } = await runHere(
      ['emit', 'taskplatform', 'task.created', '--clock', 'virtual'],
      { home: place.home },
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/^✗ {2}task\.created {2}.*failed after 4 attempts\n$/);
    expect(stderr).toBe(`${id} disabled: 3 failed retries in a row\n`);
  });

  test('is not done with --no-wait', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const { code, deliveries } = await emit(place, 'iverton', 'deal.won', '--no-wait', '--count', '2');
    expect(code).toBe(0);
    expect(deliveries.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['pending', 0],
      ['pending', 0],
    ]);
    for (const { nextAttemptAt, createdAt } of deliveries) expect(nextAttemptAt).toBe(createdAt);
    expect(app.received).toEqual([]);
    const text = await runHere(['emit', 'iverton', 'deal.won', '--no-wait'], { home: place.home });
    expect([text.code, text.stderr]).toEqual([
      0,
      '1 waits for an engine: webhook-cli serve makes it in time\n',
    ]);
    expect(app.received).toEqual([]);
  });

  test('ends when retries under way have been answered, and cuts none of them', async () => {
    const place = createPlace();
    const [retried, release] = [signal(), signal()];
    const seen = new Map<string, number>();
    const app = await startServer(async ({ body }, response) => {
      const { eventType } = JSON.parse(body.toString());
      const number = (seen.get(eventType) ?? 0) + 1;
      seen.set(eventType, number);
      if (eventType === 'vault.accessed') {
        if (number === 1) return void response.writeHead(500).end();
        retried.happen();
        await release.happened;
      } else await retried.happened;
      response.end();
    });
    await place.endpoint('filedgr', app.url, '--events', 'vault.created,vault.accessed', '--delays', '1ms');
    const ended = emit(place, 'filedgr', '--all');
    await retried.happened;
    while ((await place.deliveries('--status', 'succeeded')).length < 1);
    release.happen();
    expect((await ended).deliveries.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect((await ended).code).toBe(0);
    const retriedOne = await place.deliveries('--type', 'vault.accessed');
    expect(retriedOne).toMatchObject([{ status: 'succeeded', attempts: 2, interruptions: 0 }]);
    expect(app.received).toHaveLength(3);
  });

  test('leaves what others wrote alone', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const { deliveries } = await emit(place, 'iverton', 'deal.won', '--no-wait');
    await emit(place, 'iverton', 'deal.lost');
    expect(app.received.map(({ body }) => JSON.parse(body.toString()).type)).toEqual(['deal.lost']);
    expect((await place.delivery(deliveries[0].id)).status).toBe('pending');
  });
});

describe('an engine on another clock', () => {
  test('makes the deliveries, and emit only writes them down', async () => {
    const place = createPlace();
    const app = await answering(500);
    await place.endpoint('filedgr', app.url);
    const serve = await startServe(['--clock', 'virtual'], { home: place.home });
    const { code, deliveries } = await emit(place, 'filedgr', 'vault.created');
    expect([code, deliveries[0].status]).toEqual([0, 'pending']);
    const attempts = await serve.attempts(5);
    expect(attempts.map(({ deliveryId }) => deliveryId)).toEqual(Array(5).fill(deliveries[0].id));
    expect(attempts.at(-1)).toMatchObject({ status: 'failed', nextAttemptAt: null });
    const text = await runHere(['emit', 'filedgr', 'vault.created'], { home: place.home });
    expect(text.code).toBe(0);
    expect(text.stderr).toContain(
      `an engine with a virtual clock is at work on this database (process ${serve.pid} on `,
    );
    expect(text.stderr).toMatch(/ and excludes others: it makes these deliveries\n$/);
    expect(text.stderr).not.toContain('webhook-cli serve');
    await serve.attempts(10);
    expect((await serve.stop()).code).toBe(130);
    expect(app.received).toHaveLength(10);
  });

  test('is not needed beside one on the real clock', async () => {
    const place = createPlace();
    const app = await startServer();
    await place.endpoint('iverton', app.url);
    const serve = await startServe([], { home: place.home });
    const { code, deliveries } = await emit(place, 'iverton', 'deal.won', '--count', '10');
    expect(code).toBe(0);
    expect(deliveries.map(({ status }) => status)).toEqual(Array(10).fill('succeeded'));
    expect((await serve.stop()).code).toBe(130);
    // Two engines, and each delivery was made once.
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(10);
    expect(app.received).toHaveLength(10);
  });
});

describe('cut short while a request hangs', () => {
  /** An app that lets the first request hang, and a process that makes it. */
  async function hanging() {
    const place = createPlace();
    const arrived = signal();
    const app: RecordingServer = await startServer((_request, response) => {
      if (app.received.length === 1) arrived.happen();
      else response.end();
    });
    await place.endpoint('iverton', app.url);
    const child = spawnCli(['emit', 'iverton', 'deal.won', '--json'], { home: place.home });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.resume();
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once('close', (...end) => resolve(end));
    });
    await arrived.happened;
    return { place, app, child, ended, stdout: () => stdout };
  }

  test('Ctrl-C ends it, and the delivery is due again', async () => {
    const { place, app, child, ended, stdout } = await hanging();
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    contract.emitted(JSON.parse(stdout()));
    expect(JSON.parse(stdout()).deliveries).toMatchObject([{ status: 'pending', interruptions: 1 }]);
    const [listed] = await place.deliveries();
    expect(listed).toMatchObject({ status: 'pending', attempts: 0, interruptions: 1 });
    expect(Date.parse(listed.nextAttemptAt)).toBeLessThanOrEqual(Date.now());
    const { stdout: text } = await runHere(['deliveries', 'show', listed.id], { home: place.home });
    expect(text).toContain('\ncut short 1 attempt: the engine ended meanwhile, and they may have arrived\n');
    const serve = await startServe([], { home: place.home });
    expect(await serve.attempts(1)).toMatchObject([{ deliveryId: listed.id, status: 'succeeded' }]);
    await serve.stop();
    expect(app.received[1]!.body.equals(app.received[0]!.body)).toBe(true);
  });

  test('kill -9 loses nothing: the next engine delivers at once, the same bytes and id', async () => {
    const { place, app, child, ended } = await hanging();
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    const [left] = await place.deliveries();
    expect(left).toMatchObject({ status: 'sending', attempts: 0 });
    const serve = await startServe([], { home: place.home });
    const [item] = await serve.attempts(1);
    contract.attemptItem(item);
    expect(item).toMatchObject({ deliveryId: left.id, status: 'succeeded', attempt: { number: 1 } });
    await serve.stop();
    expect(app.received).toHaveLength(2);
    expect(app.received[1]!.body.equals(app.received[0]!.body)).toBe(true);
    expect(await place.delivery(left.id)).toMatchObject({ status: 'succeeded', interruptions: 1 });
  });
});

describe('bad input', () => {
  test.each<[string[], string, string | RegExp]>([
    [['iverton'], 'ERR_USAGE', 'which event type?'],
    [['ivertn', 'deal.won'], 'ERR_UNKNOWN_PROVIDER', 'unknown provider "ivertn"'],
    [['iverton', 'deal.wonn'], 'ERR_UNKNOWN_EVENT_TYPE', /deal\.wonn/],
    [['iverton', 'deal.won', '--all'], 'ERR_USAGE', '--all sends the whole catalog'],
    [['iverton', 'deal.won', '--count', '0'], 'ERR_USAGE', /^--count takes a whole number from 1/],
    [['iverton', 'deal.won', '--set', 'nonsense'], 'ERR_USAGE', /nonsense/],
    [['iverton', 'deal.won', '--clock', 'manual'], 'ERR_USAGE', /^--clock takes real, virtual, x60/],
  ])('%j writes nothing', async (args, code, message) => {
    const place = createPlace();
    await place.endpoint('iverton', 'http://localhost:9');
    const { code: exit, stdout, error } = await emit(place, ...args);
    expect([exit, stdout]).toEqual([2, '']);
    contract.failure({ error });
    expect(error).toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(await place.deliveries()).toEqual([]);
  });
});

test('the secret is not shown', async () => {
  const place = createPlace();
  const app = await answering(500);
  await place.endpoint('iverton', app.url, '--secret', 'whsec_never-to-be-seen');
  for (const more of [[], ['--json'], ['--debug']]) {
    const { stdout, stderr } = await runHere(['emit', 'iverton', 'deal.won', ...more], { home: place.home });
    expect(stdout + stderr).not.toContain('never-to-be-seen');
  }
  expect(readFileSync(place.home.database).length).toBeGreaterThan(0);
});
