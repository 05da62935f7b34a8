import { expect, test } from 'vitest';
import { isProviderId, loadProvider, loadProviders, providerIds } from '../../../src/providers/index.ts';
import { describeSuccess, isSuccess, type StatusRange } from '../../../src/providers/provider.ts';

test('each id loads its provider', async () => {
  for (const id of providerIds) {
    expect(isProviderId(id)).toBe(true);
    expect((await loadProvider(id)).id).toBe(id);
  }
  expect((await loadProviders()).map(({ id }) => id)).toEqual(providerIds);
});

test.each([
  ['ivertn', 'did you mean iverton?'],
  ['Filedger', 'did you mean filedgr?'],
  ['task-platform', 'did you mean taskplatform?'],
  ['compliancy', 'did you mean compliancely?'],
  ['', 'see them all with: webhook-cli providers list'],
  ['nobody-knows', 'see them all with: webhook-cli providers list'],
  // Names that every object has.
  ['constructor', 'see them all with: webhook-cli providers list'],
  ['__proto__', 'see them all with: webhook-cli providers list'],
])('%j is none', async (id, hint) => {
  expect(isProviderId(id)).toBe(false);
  expect(await loadProvider(id).catch((error: unknown) => error)).toMatchObject({
    code: 'ERR_UNKNOWN_PROVIDER',
    message: `unknown provider "${id}"`,
    hint,
  });
});

test.each<[readonly StatusRange[], string, number[], number[]]>([
  [[[200, 200]], '200', [200], [199, 201, 204, 302, 500]],
  [[[200, 299]], '2xx', [200, 201, 299], [199, 300, 404]],
  [
    [
      [200, 204],
      [208, 208],
    ],
    '200-204, 208',
    [200, 204, 208],
    [205, 207, 209],
  ],
  [[[100, 599]], '100-599', [100, 599], [99, 600]],
])('%j is %s', (rule, text, met, missed) => {
  expect(describeSuccess(rule)).toBe(text);
  expect(met.filter((status) => !isSuccess(rule, status))).toEqual([]);
  expect(missed.filter((status) => isSuccess(rule, status))).toEqual([]);
});
