import { describe, expect, test } from 'vitest';
import { iverton } from '../../src/providers/iverton.ts';
import { verify } from '../../src/signing/verify.ts';
import { runCli } from '../support/cli.ts';
import { createPlace, SECRET } from '../support/delivering.ts';
import { startServer } from '../support/http.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/tmux.ts';

const STACK = /^\s+at |\bbug\b|Error/m;

async function answer(terminal: Terminal, question: string, text: string): Promise<void> {
  await terminal.waitFor(question);
  if (text !== '') await terminal.type(text);
  await terminal.waitFor(new RegExp(`${question.replaceAll('?', '\\?')}.*${text}`));
  await terminal.press('Enter');
}

describe.skipIf(!hasTmux)('at a terminal (needs tmux)', () => {
  test('endpoints create asks for provider, URL, events, secret and whether it is active', async () => {
    const place = createPlace();
    const app = await startServer();
    const terminal = await openTerminal(['endpoints', 'create'], { home: place.home });
    await terminal.waitFor('Which provider?');
    await terminal.type('iver');
    await terminal.waitFor(/Which provider\? iver\n❯ iverton {2}Iverton AI\n\n/);
    await terminal.press('Enter');
    await terminal.waitFor('URL?');
    await terminal.type('ftp://nowhere');
    await terminal.press('Enter');
    await terminal.waitFor('write a URL, such as http://localhost:3000/webhooks');
    await terminal.press('C-u');
    await terminal.type(`${app.url}/hook`);
    await terminal.waitFor(`URL? ${app.url}/hook`);
    await terminal.press('Enter');
    await terminal.waitFor('Which events? (none: all of them)');
    await terminal.waitFor('❯◯ contact.created');
    await terminal.press('Down');
    await terminal.waitFor('❯◯ contact.updated');
    await terminal.press('Space');
    await terminal.waitFor('❯◉ contact.updated');
    await terminal.press('Up');
    await terminal.waitFor('❯◯ contact.created');
    await terminal.press('Space');
    await terminal.waitFor('❯◉ contact.created');
    await terminal.press('Enter');
    await terminal.waitFor('✔ Which events? (none: all of them) contact.created, contact.updated');
    await terminal.waitFor('Secret of Iverton AI?');
    await terminal.type('whsec_typed-in');
    await terminal.waitFor('**************');
    await terminal.press('Enter');
    await terminal.waitFor('Active? (Y/n)');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const shown = await terminal.screen();
    expect(shown).toContain('✔ Active? Yes\n');
    expect(shown).toMatch(/\n {2}events {4}contact\.created, contact\.updated\n {2}status {4}active\n/);
    expect(shown).not.toContain('typed-in');
    expect(shown).not.toMatch(STACK);
    expect(await place.endpoints()).toMatchObject([
      {
        provider: 'iverton',
        url: `${app.url}/hook`,
        eventTypes: ['contact.created', 'contact.updated'],
        status: 'active',
      },
    ]);
    expect((await place.run('emit', 'iverton', 'contact.created')).code).toBe(0);
    expect(verify(iverton.signature.value, app.received[0]!, ['whsec_typed-in']).reason).toBe('valid');
  });

  test('it asks for no secret where the provider makes it, and may be created inactive', async () => {
    const place = createPlace();
    const terminal = await openTerminal(['endpoints', 'create', '--provider', 'taskplatform'], {
      home: place.home,
    });
    await answer(terminal, 'URL?', ':3000/hooks');
    await terminal.waitFor('❯◯ task.created');
    await terminal.press('Enter');
    await terminal.waitFor('Active? (Y/n)');
    await terminal.type('n');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    const shown = await terminal.screen();
    expect(shown).not.toContain('Secret of');
    expect(shown).toMatch(
      /the secret was generated; read it with: webhook-cli endpoints show ep_\w+ --show-secrets/,
    );
    expect(await place.endpoints()).toMatchObject([
      { url: 'http://127.0.0.1:3000/hooks', eventTypes: ['*'], status: 'inactive' },
    ]);
  });

  test('it says at once where the provider does not deliver to', async () => {
    const place = createPlace();
    const terminal = await openTerminal(['endpoints', 'create', '--provider', 'filedgr'], {
      home: place.home,
    });
    await answer(terminal, 'URL?', 'http://example.com/hooks');
    await terminal.waitFor('Filedgr delivers over HTTPS only, and http://example.com/hooks is not');
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(await place.endpoints()).toEqual([]);
  });

  test('with a URL it asks for nothing but a secret', async () => {
    const place = createPlace();
    const args = ['endpoints', 'create', '--provider', 'iverton', '--url', ':3000'];
    const terminal = await openTerminal(args, { home: place.home });
    await terminal.waitFor('Secret of Iverton AI?');
    await terminal.type('typed');
    await terminal.waitFor('*****');
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect(await place.endpoints()).toMatchObject([{ eventTypes: ['*'], status: 'active' }]);
    const complete = await openTerminal([...args, '--secret', 'x'], { home: place.home });
    expect(await complete.ended()).toBe(0);
  });

  test('Ctrl-C at a question ends it and writes nothing, whichever it is', async () => {
    const place = createPlace();
    const steps: ((terminal: Terminal) => Promise<unknown>)[] = [
      async (terminal) => {
        await terminal.waitFor('Which provider?');
        await terminal.type('iver');
        await terminal.waitFor('❯ iverton');
        await terminal.press('Enter');
      },
      (terminal) => answer(terminal, 'URL?', ':3000/hooks'),
      (terminal) => answer(terminal, 'Which events?', ''),
      async (terminal) => {
        await terminal.waitFor('Secret of');
        await terminal.type('typed');
        await terminal.waitFor('*****');
        await terminal.press('Enter');
      },
    ];
    const questions = ['Which provider?', 'URL?', 'Which events?', 'Secret of', 'Active?'];
    for (const [index, question] of questions.entries()) {
      const terminal = await openTerminal(['endpoints', 'create'], { home: place.home });
      for (const step of steps.slice(0, index)) await step(terminal);
      await terminal.waitFor(question);
      await terminal.press('C-c');
      expect([question, await terminal.ended()]).toEqual([question, 130]);
      expect(await terminal.screen()).not.toMatch(STACK);
    }
    expect(await place.endpoints()).toEqual([]);
  });

  test('endpoints are picked from a list', async () => {
    const place = createPlace();
    const one = await place.endpoint('iverton', 'http://localhost:3000/one');
    const two = await place.endpoint('filedgr', 'http://localhost:3000/two');
    const terminal = await openTerminal(['endpoints', 'disable'], { home: place.home });
    await terminal.waitFor('Which endpoint?');
    await terminal.waitFor(`❯ iverton  http://localhost:3000/one  active  ${one.id}`);
    await terminal.press('Down');
    await terminal.waitFor(`❯ filedgr  http://localhost:3000/two  active  ${two.id}`);
    await terminal.press('Enter');
    expect(await terminal.ended()).toBe(0);
    expect((await place.endpoints()).map(({ status }) => status)).toEqual(['active', 'inactive']);
    const listed = await openTerminal(['endpoints', 'list'], { home: place.home });
    expect(await listed.ended()).toBe(0);
    expect((await listed.screen()).split('\n')[0]).toMatch(/^ID +PROVIDER +URL +EVENTS +STATUS$/);
  });

  test('deliveries are picked from a list, and cancelled when that is confirmed', async () => {
    const place = createPlace();
    await place.endpoint('iverton', 'http://localhost:3000/');
    await runCli(['emit', 'iverton', 'deal.won', '--no-wait'], { home: place.home });
    await runCli(['emit', 'iverton', 'deal.lost', '--no-wait'], { home: place.home });
    const picked = await openTerminal(['deliveries', 'show'], { home: place.home });
    await picked.waitFor(
      /❯ iverton deal\.lost {2}pending {2}.+ {2}dlv_\w+\n {2}iverton deal\.won {2}pending/,
    );
    await picked.press('Enter');
    expect(await picked.ended()).toBe(0);
    expect(await picked.screen()).toContain('event     iverton deal.lost');
    for (const [typed, result, left] of [
      ['', '0 canceled', 2],
      ['y', '2 canceled', 0],
    ] as const) {
      const terminal = await openTerminal(['deliveries', 'cancel', '--all'], { home: place.home });
      await terminal.waitFor('Cancel every waiting delivery that matches? (y/N)');
      await terminal.type(typed);
      await terminal.press('Enter');
      expect(await terminal.ended()).toBe(0);
      expect(await terminal.screen()).toContain(result);
      expect(await place.deliveries('--status', 'pending')).toHaveLength(left);
    }
  });

  test('serve steps a manual clock at Enter', async () => {
    const place = createPlace();
    const app = await startServer((_request, response) => void response.writeHead(500).end());
    await place.endpoint('taskplatform', app.url, '--secret', SECRET);
    await place.run('emit', 'taskplatform', 'task.created', '--no-wait');
    const terminal = await openTerminal(['serve', '--port', '0', '--clock', 'manual'], { home: place.home });
    await terminal.waitFor(/clock +manual, from /);
    await terminal.waitFor(/task\.created .* 500 .* #1 .* next after 1 m/);
    await terminal.press('Enter');
    await terminal.waitFor('it is ');
    await terminal.waitFor(/task\.created .* 500 .* #2 .* next after 5 m/);
    await terminal.type('5m');
    await terminal.press('Enter');
    await terminal.waitFor(/task\.created .* 500 .* #3 .* next after 30 m/);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(await terminal.screen()).toContain('Stopped: 3 attempts, 0 acknowledged.');
    expect(app.received).toHaveLength(3);
  });
});
