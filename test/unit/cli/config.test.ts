import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig as load } from '../../../src/cli/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const loadConfig = (file: string | undefined, cwd: string) => load(file, cwd, (run) => run());

let counter = 0;
function write(text: string): string {
  const name = `config-${(counter += 1)}.json`;
  writeFileSync(join(folder, name), text);
  return name;
}

const failure = (file: string | undefined, cwd = folder): Promise<unknown> =>
  loadConfig(file, cwd).catch((error: unknown) => error);

describe('a configuration', () => {
  test('that is not there is empty, unless it was named', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect(await loadConfig(undefined, empty)).toEqual({ secrets: {} });
    expect(await failure('missing.json', empty)).toMatchObject({
      name: 'UsageError',
      code: 'ERR_CONFIG',
      message: `cannot read the configuration ${join(empty, 'missing.json')}`,
      hint: 'check the path given to --config',
    });
  });

  test('is found in the working directory by its name', async () => {
    const project = mkdtempSync(join(folder, 'project-'));
    writeFileSync(join(project, 'webhook.config.json'), '{"secrets":{"iverton":"whsec_x"}}');
    expect(await loadConfig(undefined, project)).toEqual({ secrets: { iverton: ['whsec_x'] } });
  });

  test('that cannot be read is an error even where it was not named', async () => {
    const project = mkdtempSync(join(folder, 'project-'));
    const inTheWay = mkdtempSync(join(project, 'x'));
    expect(await failure(inTheWay)).toMatchObject({ code: 'ERR_CONFIG' });
  });

  test('holds a database, relative to itself, and one secret or several', async () => {
    const file = write('{"db":"data/hooks.db","secrets":{"iverton":"a","filedgr":["new","old"]}}');
    expect(await loadConfig(join(folder, file), tmpdir())).toEqual({
      db: join(folder, 'data/hooks.db'),
      secrets: { iverton: ['a'], filedgr: ['new', 'old'] },
    });
    expect(await loadConfig(write('{"db":"/var/hooks.db"}'), folder)).toEqual({
      db: '/var/hooks.db',
      secrets: {},
    });
  });

  test.each([
    ['', /not valid JSON/, undefined],
    ['{"db":}', /not valid JSON \(Unexpected token/, undefined],
    ['[]', /must hold an object$/, undefined],
    ['null', /must hold an object$/, undefined],
    ['{"secret":{}}', /unknown key "secret"$/, 'did you mean secrets?'],
    ['{"DB":"x"}', /unknown key "DB"$/, 'did you mean db?'],
    ['{"colour":"red"}', /unknown key "colour"$/, 'known keys: db, keep, secrets, verifyToken, providers'],
    ['{"__proto__":{}}', /unknown key "__proto__"$/, 'known keys: db, keep, secrets, verifyToken, providers'],
    ['{"db":7}', /"db" must be a path$/, undefined],
    ['{"keep":7}', /"keep" must be text or a list of texts$/, 'write it like "7d", "1GB" or ["7d", "1GB"]'],
    ['{"keep":[]}', /"keep" must be text or a list of texts$/, expect.anything()],
    ['{"secrets":"x"}', /"secrets" must be an object$/, expect.stringContaining('"iverton": "whsec_..."')],
    ['{"secrets":["x"]}', /"secrets" must be an object$/, expect.anything()],
    ['{"secrets":{"iverton":7}}', /"secrets.iverton" must be text or a list of texts$/, undefined],
    ['{"secrets":{"iverton":["a",null]}}', /"secrets.iverton" must be text/, undefined],
  ])('is not %j', async (text, message, hint) => {
    const file = write(text);
    const error = await failure(file);
    expect(error).toMatchObject({ name: 'UsageError', code: 'ERR_CONFIG', hint });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(join(folder, file));
  });

  test('says how much is kept', async () => {
    for (const [keep, read] of [
      ['"7d"', ['7d']],
      ['["7d","1GB"]', ['7d', '1GB']],
    ] as const) {
      const file = join(folder, write(`{"keep":${keep}}`));
      expect(await loadConfig(file, tmpdir())).toEqual({ keep: read, secrets: {} });
    }
  });

  test.each([
    '{"secrets":{"iverton":sk_x}}',
    '{"secrets":{"iverton":"sk_x}}',
    '{"secrets":{"iverton":"sk_x"',
    '{"secrets":{"iverton":"sk_x"x}}',
    '{"iverton":sk_x,"a":1,"b":[1,2,3],"c":"a long way to go until the end"}',
    '{"sk_x\n":1}',
  ])('that is not JSON is not quoted: %j', async (text) => {
    const error = await failure(write(text));
    expect((error as Error).message).toMatch(/not valid JSON \([A-Z]/);
    expect((error as Error).message).not.toContain('sk_x');
  });
});
