import { describe, expect, test } from 'vitest';
import { createHome, runCli, startListen } from '../support/cli.ts';
import { connect } from '../support/database.ts';
import { startServer } from '../support/http.ts';
import { startLoad, type Load } from '../support/load.ts';

/** What a database holds under a path's beginning, by path. */
function kept(path: string, beginning: string): Map<string, string> {
  const db = connect(path, { readonly: true });
  const rows = db
    .prepare<[string], { path: string; body: Buffer }>(
      "select path, body from captures where path like ? || '%'",
    )
    .all(beginning);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  return new Map(rows.map((row) => [row.path, row.body.toString()]));
}

describe('one database, many processes', () => {
  test('listen writes while others list, search, replay and delete', async () => {
    const home = createHome();
    const app = await startServer();
    const listen = await startListen([], { home });
    const numbered = (folder: string, words: string) => {
      let number = 0;
      return () => ({ path: `/${folder}/${(number += 1)}`, body: Buffer.from(`${words} ${number}`) });
    };
    const old = new Set<string>();
    const oldLoad = startLoad(listen.url, 4, numbered('old', 'bygone'), ({ path }) => {
      if (old.add(path).size >= 900) void oldLoad.stop();
    });
    await oldLoad.done;

    const acknowledged = new Map<string, string>();
    let load: Load | undefined;
    await new Promise<void>((resolve) => {
      load = startLoad(listen.url, 4, numbered('new', 'needle'), ({ path, body }) => {
        if (acknowledged.set(path, body.toString()).size === 50) resolve();
      });
    });
    const run = async (...args: string[]): Promise<any> => {
      const { code, stdout, stderr } = await runCli([...args, '--json'], { home });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return JSON.parse(stdout);
    };

    const [{ captures }] = await Promise.all([
      run('captures', 'list', '--limit', '20', '--path', '/old/'),
      run('captures', 'search', 'needle'),
      run('replay', '--last', '5', '--path', '/new/', '--to', app.url),
      run('captures', 'search', 'bygone', '--limit', '1000'),
    ]);
    const ids = captures.map(({ id }: { id: string }) => id);
    const [deletedById, replayed, found] = await Promise.all([
      run('captures', 'delete', ...ids.slice(0, 10)),
      run('replay', '--last', '20', '--path', '/new/', '--to', app.url),
      run('captures', 'search', 'needle', '--limit', '5'),
      run('captures', 'list', '--status', '200', '--since', '1h'),
    ]);
    expect(deletedById).toEqual({ deleted: 10 });
    expect(replayed.attempts).toHaveLength(20);
    expect(found.captures).toHaveLength(5);
    const [{ deleted }] = await Promise.all([
      run('captures', 'delete', '--path', '/old/', '--yes'),
      run('captures', 'list'),
      run('replay', '--last', '5', '--path', '/new/', '--to', app.url),
    ]);

    await load!.stop();
    expect(await listen.stop()).toEqual({ code: 130, signal: null });
    expect(deleted).toBe(old.size - 10);
    expect(kept(home.database, '/old/').size).toBe(0);
    expect(kept(home.database, '/new/')).toEqual(acknowledged);
    expect(app.received.length).toBe(30);
    // Nothing was ever refused, and nobody had to be told about a fault.
    expect(listen.items.filter(({ type }) => !['ready', 'capture', 'summary'].includes(type))).toEqual([]);
    expect(listen.stderr()).toBe('');
  });

  test('two listens share one: each sees what the other received', async () => {
    const home = createHome();
    const listens = await Promise.all([startListen([], { home }), startListen([], { home })]);
    const [first, second] = listens as [(typeof listens)[0], (typeof listens)[1]];
    const sent: string[] = [];
    const loads = listens.map(({ url }, index) => {
      let number = 0;
      const load = startLoad(
        url,
        3,
        () => ({ path: `/load/${index}/${(number += 1)}`, body: Buffer.from(`load ${index} ${number}`) }),
        ({ path }) => {
          sent.push(path);
          if (number >= 150) void load.stop();
        },
      );
      return load.done;
    });
    await Promise.all(loads);
    expect(sent.length).toBeGreaterThanOrEqual(300);
    expect([...kept(home.database, '/load/').keys()].toSorted()).toEqual(sent.toSorted());

    // The same event at both: a duplicate is told across processes.
    for (const { url } of listens) {
      const { code } = await runCli(
        ['send', 'iverton', 'deal.won', '--keep-ids', '--secret', 'whsec_x', '--to', url],
        { home },
      );
      expect(code).toBe(0);
    }
    const isEvent = (item: any): boolean => item.capture?.eventType === 'deal.won';
    const [original] = await first.waitFor(1, isEvent);
    const [repeated] = await second.waitFor(1, isEvent);
    expect(original.capture.duplicateOf).toBeNull();
    expect(repeated.capture.duplicateOf).toBe(original.capture.id);
    for (const { stop } of listens) expect((await stop()).code).toBe(130);
  });
});
