import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readExpectations, type ExpectationOptions } from '../../../src/cli/expecting.ts';
import { builtIn } from '../../../src/providers/index.ts';
import { temporaryFolder } from '../../support/database.ts';

async function read(options: ExpectationOptions, files: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const notes: string[] = [];
  const context = { cwd, note: (text: string) => void notes.push(text), providers: async () => builtIn };
  return { ...(await readExpectations(context, options)), notes };
}

test('options become what is expected', async () => {
  const { test: holds, ...rest } = await read(
    { expect: ['iverton:deal.won x2', 'deal.*'], where: ['a>1'], schema: 's.json', timeout: '2s' },
    { 's.json': '\ufeff{"maxProperties":1}' },
  );
  expect(rest).toEqual({
    expectations: [
      { provider: 'iverton', type: 'deal.won', count: 2 },
      { provider: null, type: 'deal.*', count: 1 },
    ],
    timeoutMs: 2_000,
    notes: [],
  });
  const ask = (body: string) => holds!({ headers: [], body: Buffer.from(body) });
  expect(['{"a":2}', '{"a":1}', '{"a":2,"b":1}'].map(ask)).toEqual([
    null,
    'a is 1, not > 1',
    'the body must NOT have more than 1 properties',
  ]);
  expect(await read({})).toEqual({ expectations: [], test: undefined, timeoutMs: null, notes: [] });
});

test.each([
  ['iverton:deal.wonn', ['note: iverton has no event type deal.wonn in its catalog; did you mean deal.won?']],
  ['iverton:xyzzy', ['note: iverton has no event type xyzzy in its catalog']],
  ['ivertn:deal.won', ['note: "ivertn" is no provider; did you mean iverton?']],
  ['iverton:deal.*', []],
  ['iverton:*', []],
  ['something:else', []],
  ['deal.wonn', []],
])('%s: what may be a slip is told, and is none for certain', async (text, notes) => {
  expect((await read({ expect: [text] })).notes).toEqual(notes);
});

test.each<[ExpectationOptions, string]>([
  [{ schema: 'none.json' }, 'cannot read the JSON Schema none.json'],
  [{ schema: 'broken.json' }, '--schema broken.json: not valid JSON ('],
  [{ schema: 'odd.json' }, '--schema odd.json: not a valid JSON Schema: data/type must be '],
  [{ schema: 'fetch.json' }, '--schema fetch.json: the JSON Schema refers to https://example.com/x'],
  [{ schema: 'fine.json', where: ['=1'] }, '--where =1: an empty path'],
  [{ schema: 'fine.json', jmespath: ['a['] }, '--jmespath a[: '],
  [{ expect: ['a b c'] }, '"a b c" cannot be expected'],
  [{ timeout: 'soon' }, '"soon" is not a duration (--timeout)'],
])('%j is refused', async (options, message) => {
  const files = {
    'broken.json': '{',
    'odd.json': '{"type":"nmber"}',
    'fetch.json': '{"$ref":"https://example.com/x"}',
    'fine.json': '{}',
  };
  const error: Error = await read(options, files).then(
    () => expect.fail('it was taken'),
    (thrown: Error) => thrown,
  );
  expect(error.name).toBe('UsageError');
  expect(error.message.startsWith(message), error.message).toBe(true);
});
