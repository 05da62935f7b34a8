import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs code in a Node process of its own, where the package knows itself by its name. */
async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: 50_000 });
  return stdout.trim();
}

const asModule = (code: string) => run('--input-type=module', '--eval', code);
const asScript = (code: string) => run('--input-type=commonjs', '--eval', code);

describe('a process', () => {
  test('that closes what it opened has nothing left, and ends by itself', async () => {
    const script = fileURLToPath(new URL('./scripts/open-and-close.mjs', import.meta.url));
    expect(JSON.parse(await run(script))).toEqual({
      unmet: 'ERR_NOT_RECEIVED',
      afterSenders: [],
      afterForward: [],
      afterAll: [],
      code: 0,
    });
  });

  test('with an open receiver stays', async () => {
    const code = `const { createReceiver } = await import('webhook-cli');
      const { url } = await createReceiver();
      console.log(url);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const [url] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    // It has long said all it had to say when it answers.
    expect((await fetch(url.trim(), { method: 'POST', body: '{}' })).status).toBe(200);
    expect(child.exitCode).toBe(null);
  });
});

describe('CommonJS', () => {
  test('requires it, synchronously', async () => {
    const code = `const { forge, verify, loadProvider } = require('webhook-cli');
      const { matchers } = require('webhook-cli/matchers');
      forge('iverton', 'deal.won', { secret: 's' }).then(async (forged) => {
        const { signature } = await loadProvider('iverton');
        const { ok } = verify(signature.value, forged, ['s']);
        console.log(ok, Object.keys(matchers).join());
      });`;
    expect(await asScript(code)).toBe('true toHaveReceived,toBeSignedBy');
  });

  test('imports it', async () => {
    const code = `import('webhook-cli').then(async ({ createReceiver, send }) => {
        const receiver = await createReceiver({ secret: 's' });
        const { ok } = await send('iverton', 'deal.won', { to: receiver, secret: 's' });
        console.log(ok, receiver.captures[0].eventType);
        await receiver.close();
      });`;
    expect(await asScript(code)).toBe('true deal.won');
  });
});

describe('webhook-cli/jest', () => {
  test('extends the global expect, however it is loaded', async () => {
    const check = `expect([]).not.toHaveReceived('deal.won');
      try { expect([]).toHaveReceived('deal.won') } catch ({ message }) { console.log(message) }`;
    const message = 'expected deal.won to have been received, and nothing came';
    expect(
      await asModule(`const { expect } = await import('expect');
        globalThis.expect = expect;
        await import('webhook-cli/jest');
        ${check}`),
    ).toBe(message);
    expect(
      await asScript(`globalThis.expect = require('expect').expect;
        require('webhook-cli/jest');
        ${check}`),
    ).toBe(message);
  });

  test('says so where there is none', async () => {
    const code = `import('webhook-cli/jest').catch((error) => console.log(error.code, error.message, error.hint))`;
    expect(await asScript(code)).toMatch(
      /^ERR_NO_EXPECT there is no global expect to extend: .*'webhook-cli\/matchers'/,
    );
  });
});
