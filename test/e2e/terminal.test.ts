import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/request.ts';
import { iverton } from '../../src/providers/iverton.ts';
import { verify } from '../../src/signing/verify.ts';
import { createHome, runCli, startListen, type Home } from '../support/cli.ts';
import { startServer } from '../support/http.ts';
import { hasTmux, openTerminal } from '../support/tmux.ts';

const secret = 'whsec_typed-in';
const STACK = /^\s+at |\bbug\b|Error/m;
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001b\[(?:[0-9;]*;)?(?:1|2|3[0-9]|9[0-7])m/;

/** A history of two captures. */
async function filledHome(): Promise<Home> {
  const home = createHome();
  const listening = await startListen(['--secret', secret], { home });
  await runCli(['send', 'iverton', 'deal.won', '--to', listening.url, '--secret', secret], { home });
  await runCli(['send', 'filedgr', 'vault.created', '--to', listening.url, '--secret', 'wrong'], { home });
  await listening.captures(2);
  await listening.stop();
  return home;
}

describe.skipIf(!hasTmux)('at a terminal (needs tmux)', () => {
  test('send asks for what is missing, and never shows the secret', async () => {
    const app = await startServer();
    const terminal = await openTerminal(['send'], { home: createHome() });
    await terminal.waitFor('Which provider?');
    await terminal.waitFor('❯ bitbucket  Bitbucket');
    await terminal.type('iver');
    await terminal.waitFor(/Which provider\? iver\n❯ iverton {2}Iverton AI\n\n/);
    await terminal.press('Enter');
    await terminal.waitFor('✔ Which provider? iverton');
    await terminal.waitFor('Which event type?');
    await terminal.type('deal.won');
    await terminal.waitFor(/Which event type\? deal\.won\n❯ deal\.won\n/);
    await terminal.press('Enter');
    await terminal.waitFor('Where to? (http://127.0.0.1:4400/)');
    await terminal.type('ftp://nowhere');
    await terminal.press('Enter');
    await terminal.waitFor('write a URL');
    await terminal.press('C-u');
    await terminal.type(`${app.url}/hook`);
    await terminal.waitFor(`Where to? ${app.url}/hook`);
    await terminal.press('Enter');
    await terminal.waitFor('Secret of Iverton AI?');
    await terminal.type(secret);
    await terminal.waitFor('*'.repeat(secret.length));
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const shown = await terminal.screen();
    expect(shown).toMatch(/\n✓ {2}deal\.won {2}evt_\w{12} {2}200 {2}.+s\n/);
    expect(shown).not.toContain('typed-in');
    expect(app.received.map(({ path }) => path)).toEqual(['/hook']);
    expect(verify(iverton.signature.value, app.received[0]!, [secret]).reason).toBe('valid');
  });

  test('Ctrl-C leaves a question cleanly, whichever it is', async () => {
    const home = await filledHome();
    const questions: [string[], string][] = [
      [['send'], 'Which provider?'],
      [['send', 'iverton'], 'Which event type?'],
      [['send', 'iverton', 'deal.won'], 'Where to?'],
      [['send', 'iverton', 'deal.won', '--to', ':9'], 'Secret of Iverton AI?'],
      [['captures', 'show'], 'Which capture?'],
      [['captures', 'delete', '--all'], 'Delete every capture'],
      [['replay', 'last'], 'Where to?'],
      [['providers', 'show'], 'Which provider?'],
    ];
    for (const [args, question] of questions) {
      const terminal = await openTerminal(args, { home });
      await terminal.waitFor(question);
      await terminal.press('C-c');
      expect([args, await terminal.ended()]).toEqual([args, 130]);
      expect(await terminal.screen()).not.toMatch(STACK);
    }
    const left = await runCli(['captures', 'list', '--json'], { home });
    expect(left.json().captures).toHaveLength(2);
  });

  test('listen shows where it listens, a coloured line as a request arrives, and at last what it did', async () => {
    const home = createHome();
    const terminal = await openTerminal(
      ['listen', '--port', '0', '--provider', 'iverton', '--secret', secret],
      { home },
    );
    const banner = await terminal.waitFor('Ctrl-C here stops');
    const url = /Listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(banner)![1]!;
    expect(banner).toMatch(/\n {2}provider +iverton\n {2}verify +signatures are checked\n/);
    expect(banner).toContain(`webhook-cli send iverton contact.created --to ${url}`);
    await runCli(['send', 'iverton', 'deal.won', '--to', url, '--secret', secret], { home });
    const line =
      /^\d\d:\d\d:\d\d {2}POST \/ {2}iverton deal\.won evt_\w+ {2}✓ signature ok {2}200 {2}.+s {2}cap_\w+$/m;
    await terminal.waitFor(line);
    expect(await terminal.painted()).toContain('\u001b[32m✓ signature ok\u001b[39m');
    await runCli(['send', 'iverton', 'deal.won', '--to', url, '--secret', 'wrong'], { home });
    await terminal.waitFor(/✗ no-match .*\n {10}most likely another secret/);
    expect(await terminal.painted()).toContain('\u001b[31m✗ no-match\u001b[39m');
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    const shown = await terminal.screen();
    expect(shown).toContain('Stopped: 2 captured, 1 verified, 1 with a bad signature.');
    expect(shown).not.toMatch(STACK);
  });

  test('captures list is a table with relative times', async () => {
    const home = await filledHome();
    const terminal = await openTerminal(['captures', 'list'], { home });
    expect(await terminal.ended()).toBe(0);
    const [heading, newest, oldest] = (await terminal.screen()).split('\n');
    expect(heading).toMatch(/^ID +RECEIVED +PROVIDER +TYPE +VERDICT +STATUS +METHOD +PATH +SIZE$/);
    expect(newest).toMatch(
      /^cap_\w+ +(just now|\d.* ago) +filedgr +vault\.created +✗ no-match +200 +POST +\/ +\d+ B$/,
    );
    expect(oldest).toMatch(
      /^cap_\w+ +(just now|\d.* ago) +iverton +deal\.won +✓ signature ok +200 +POST +\/ +\d+ B$/,
    );
    expect(await terminal.painted()).toMatch(COLOUR);
  });

  test('captures list fits into 80 columns', async () => {
    const terminal = await openTerminal(['captures', 'list'], { home: await filledHome(), columns: 80 });
    expect(await terminal.ended()).toBe(0);
    const lines = (await terminal.screen()).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  test.each<[string, string[], Record<string, string>]>([
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--no-color', ['--no-color'], {}],
    ['a dumb terminal', [], { TERM: 'dumb' }],
  ])('there are no colours with %s', async (_name, args, env) => {
    const terminal = await openTerminal(['captures', 'list', ...args], { home: await filledHome(), env });
    expect(await terminal.ended()).toBe(0);
    const painted = await terminal.painted();
    expect(painted).toContain('✓ signature ok');
    expect(painted).not.toMatch(COLOUR);
  });

  test('captures show asks which', async () => {
    const terminal = await openTerminal(['captures', 'show'], { home: await filledHome() });
    await terminal.waitFor(
      /❯ filedgr vault\.created {2}.+ {2}cap_\w+\n {2}iverton deal\.won {2}.+ {2}cap_\w+\n/,
    );
    await terminal.press('Down');
    await terminal.waitFor('❯ iverton deal.won');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const shown = await terminal.screen();
    expect(shown).toMatch(/\nprovider {2}iverton\ntype {6}deal\.won\n/);
    expect(shown).toContain('"name": "Acme renewal"');
  });

  test('captures delete asks whether that is meant', async () => {
    const home = await filledHome();
    for (const [answer, result, left] of [
      ['', '0 deleted', 2],
      ['y', '2 deleted', 0],
    ] as const) {
      const terminal = await openTerminal(['captures', 'delete', '--all'], { home });
      await terminal.waitFor('Delete every capture that matches, for good? (y/N)');
      await terminal.type(answer);
      await terminal.press('Enter');
      expect(await terminal.ended()).toBe(0);
      expect(await terminal.screen()).toContain(result);
      expect((await runCli(['captures', 'list', '--json'], { home })).json().captures).toHaveLength(left);
    }
  });

  test('replay asks where to and for the secret, once', async () => {
    const home = await filledHome();
    const app = await startServer();
    const terminal = await openTerminal(['replay', '--type', 'deal.won', '--last', '2', '--resign'], {
      home,
    });
    await terminal.waitFor('Where to?');
    await terminal.type(app.url);
    await terminal.waitFor(`Where to? ${app.url}`);
    await terminal.press('Enter');
    await terminal.waitFor('Secret of Iverton AI?');
    await terminal.type('another');
    await terminal.waitFor('*******');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect((await terminal.screen()).match(/Secret of Iverton AI\?/g)).toHaveLength(1);
    expect(headerValue(app.received[0]!.headers, 'X-Iverton-Signature')).toMatch(/^sha256=/);
    expect(verify(iverton.signature.value, app.received[0]!, ['another']).reason).toBe('valid');
  });

  test.each<[string[], Record<string, string>]>([
    [['--no-input'], {}],
    [[], { CI: 'true' }],
  ])('nothing is asked with %j %j', async (args, env) => {
    const terminal = await openTerminal(['send', ...args], { home: createHome(), env });
    expect(await terminal.ended()).toBe(2);
    expect(await terminal.screen()).toContain(
      'error: which provider?\nhint: name one; see them with: webhook-cli providers list',
    );
  });

  test('a body without a line break at its end does not run into what follows', async () => {
    const terminal = await openTerminal(['providers', 'show', 'iverton', 'deal.won'], { home: createHome() });
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toMatch(/^\{"id":"evt_\w+",.*\}\}\n/);
  });
});
