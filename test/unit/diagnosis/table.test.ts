import { afterAll, describe, expect, test } from 'vitest';
import { examine } from '../../../src/diagnosis/diagnose.ts';
import { MOST_HASHED_BYTES, MOST_TRIALS } from '../../../src/diagnosis/budget.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { payload, storedEventTypes } from '../../support/fixtures.ts';
import { cases, goodRequest, plainProviders, SECRET } from './causes.ts';

const providers = plainProviders;
const table = new Map<string, string[]>();

describe.each(providers)('$id', (provider) => {
  const [first] = storedEventTypes(provider.id);
  const made = [...cases(provider, payload(provider.id, first!), providers)];

  test.each(made)('$cause: $name', ({ name, cause, request, secret, context }) => {
    const row = `${cause.padEnd(20)} ${name}`;
    const mark = (sign: string): void => void table.set(row, [...(table.get(row) ?? []), sign]);
    // What a provider accepts is no cause there.
    if (verifyRequest(provider, request, [secret]).ok) return mark('–');
    const { diagnosis, trials, hashedBytes } = examine(request, provider, [secret], context);
    mark(diagnosis[0]?.cause === cause ? '✓' : '✗');
    expect(diagnosis[0], JSON.stringify(diagnosis)).toMatchObject({ cause });
    expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
    expect(hashedBytes).toBeLessThanOrEqual(MOST_HASHED_BYTES);
    const said = JSON.stringify(diagnosis);
    if (secret !== '') expect(said).not.toContain(secret);
  });

  test.each(storedEventTypes(provider.id))('a good %s has no diagnosis', (type) => {
    const request = goodRequest(provider, payload(provider.id, type));
    expect(examine(request, provider, [SECRET], { providers }).diagnosis).toEqual([]);
  });
});

afterAll(() => {
  const signs = [...table.values()].flat().filter((sign) => sign !== '–');
  const named = signs.filter((sign) => sign === '✓').length;
  const lines = [...table].map(([row, marks]) => `${marks.join('  ')}  ${row}`);
  // oxlint-disable-next-line no-console
  console.log(
    `${providers.map(({ id }) => id).join(', ')}\n${lines.join('\n')}\ncauses named first: ${named} of ${signs.length} made`,
  );
});
