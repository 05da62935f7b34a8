import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHome, runCli, spawnCli, startListen } from '../support/cli.ts';
import { connect } from '../support/database.ts';
import { startListenText } from '../support/listen-text.ts';
import { post, type PostAnswer } from '../support/load.ts';

describe('a full database', () => {
  /** Posts until one is refused; how many were taken. */
  async function fillUp(url: string): Promise<{ taken: number; refusal: PostAnswer }> {
    for (let taken = 0; ; taken += 1) {
      const answer = await post(url, `body ${taken} ${'x'.repeat(20_000)}`);
      if (answer.status !== 200) return { taken, refusal: answer };
    }
  }

  test('refuses captures with 503 and says so; what it took is kept; with room again it goes on', async () => {
    const home = createHome();
    const listen = await startListen(['--max-db', '500KB'], { home });
    const { taken, refusal } = await fillUp(listen.url);
    expect(refusal).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(taken).toBeGreaterThan(10);
    const isRefusal = ({ type, status }: any): boolean => type === 'error' && status === 503;
    const [reported] = await listen.waitFor(1, isRefusal);
    expect(reported).toMatchObject({
      status: 503,
      error: {
        code: 'ERR_STORE_FULL',
        message: expect.stringContaining(home.database),
        hint: expect.stringContaining('captures delete'),
      },
    });
    // It lives on, and so it does after the next.
    expect((await post(listen.url, 'x'.repeat(20_000))).status).toBe(503);
    await listen.waitFor(2, isRefusal);

    const list = await runCli(['captures', 'list', '--json', '--limit', '1000'], { home });
    expect(list.json().captures).toHaveLength(taken);
    const deletion = await runCli(['captures', 'delete', '--all', '--yes', '--json'], { home });
    expect(deletion.json()).toEqual({ deleted: taken });
    expect((await post(listen.url, 'x'.repeat(20_000))).status).toBe(200);
    expect((await listen.stop()).code).toBe(130);
    expect(connect(home.database).pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('is reported to people in two lines, each time', async () => {
    const home = createHome();
    const child = spawnCli(['listen', '--port', '0', '--max-db', '300KB'], { home });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.end();
    const url = await untilMatch(child.stderr, /Listening on (http:\S+)/);
    const refused = untilMatch(child.stderr, /(error: .*answered 503.*\nhint: .*)\n/);
    await fillUp(url);
    expect(await refused).toMatch(
      /^error: not stored, answered 503: the database .* cannot grow: .*\nhint: free some space, or delete captures .*$/,
    );
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
  });

  test('is told with --quiet too, once, and beside the results', async () => {
    const text = await startListenText(['--quiet', '--max-db', '300KB'], { home: createHome() });
    await fillUp(text.url);
    await text.until(({ stderr }) => /\nhint: .*\n/.test(stderr));
    expect((await post(text.url, 'x'.repeat(20_000))).status).toBe(503);
    text.kill('SIGINT');
    await text.ended;
    expect(text.stdout()).toBe('');
    expect(text.stderr()).toMatch(
      /^Listening on .*\nerror: not stored, answered 503: the database .* cannot grow: .*\nhint: free some space, .*\n$/,
    );

    const json = await startListen(['--quiet', '--max-db', '300KB'], { home: createHome() });
    await fillUp(json.url);
    expect((await post(json.url, 'x'.repeat(20_000))).status).toBe(503);
    expect((await json.stop()).code).toBe(130);
    expect(json.items.map(({ type }) => type)).toEqual(['ready']);
    expect(JSON.parse(json.stderr())).toEqual({
      error: {
        code: 'ERR_STORE_FULL',
        message: expect.stringMatching(/^not stored, answered 503: the database .* cannot grow/),
        hint: expect.stringContaining('captures delete'),
      },
    });
  });

  test('that has no room for even its tables is an error', async () => {
    const { code, stdout, stderr } = await runCli(['listen', '--port', '0', '--max-db', '8KB'], {
      home: createHome(),
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: .* cannot grow: .*\nhint: .*\n$/);
  });

  /** What the pattern captures, once it is there. */
  function untilMatch(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
    let seen = '';
    return new Promise((resolve, reject) => {
      stream.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        const match = pattern.exec(seen);
        if (match !== null) resolve(match[1]!);
      });
      stream.once('end', () => reject(new Error(`it ended with: ${seen}`)));
    });
  }
});
