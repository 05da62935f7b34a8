import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerdictReason } from '../../src/model/verdict.ts';
import type { CaptureFilter, NewCapture, Store } from '../../src/store/store.ts';
import { newCapture, verdict } from '../support/captures.ts';

export interface Kept extends NewCapture {
  /** Undefined where no answer was recorded, null where the connection was dropped. */
  readonly status: number | null | undefined;
}

/** Every combination that the filters tell apart, and names that look like patterns. */
export function variety(): Kept[] {
  const providers = ['iverton', 'filedgr', null];
  const types = ['deal.won', 'deal.lost', 'deal', 'a[1]?', 'a1x', 'ünï.ø', null];
  const reasons: (VerdictReason | null)[] = ['valid', 'no-match', 'unsigned', 'missing-header', null];
  const statuses = [200, 204, 301, 404, 500, 503, null, undefined];
  const methods = ['POST', 'PUT', 'GET', 'X-ODD'];
  const paths = ['/', '/a', '/a/b?x=1', '/A', '/100%', '/100x', '/a_b', '/axb', '/ü', '/üb', ''];
  const bodies = ['alpha beta', 'beta gamma', 'ALPHA', 'gamma delta alpha', ''];
  const at = <T>(list: readonly T[], index: number): T => list[index % list.length]!;
  return Array.from({ length: 160 }, (_, index) => {
    const reason = at(reasons, index + Math.floor(index / 7));
    return {
      ...newCapture({
        receivedAt: 10_000 + ((index * 37) % 160) * 10,
        provider: at(providers, index),
        eventType: at(types, index + Math.floor(index / 11)),
        verdict: reason === null ? null : verdict(reason),
        method: at(methods, Math.floor(index / 3)),
        path: at(paths, index + Math.floor(index / 5)),
        body: Buffer.from(at(bodies, index + Math.floor(index / 13))),
      }),
      status: at(statuses, index + Math.floor(index / 9)),
    };
  });
}

export async function keep(store: Store, kept: readonly Kept[]): Promise<void> {
  await Promise.all(kept.map((capture) => store.captures.add(capture)));
  await Promise.all(
    kept.map(({ id, status }) =>
      status === undefined ? null : store.captures.recordResponse(id, { status, durationMs: 1 }),
    ),
  );
}

/** The same question asked of a list in memory. */
function passes(filter: CaptureFilter, capture: Kept): boolean {
  const { provider, type, verdict: wanted, status, method, path, since, until, text } = filter;
  const words = capture.body.toString().toLowerCase().split(/\s+/);
  return (
    (provider === undefined || capture.provider === provider) &&
    (type === undefined || (capture.eventType !== null && wildcard(type).test(capture.eventType))) &&
    (wanted === undefined || passesVerdict(wanted, capture)) &&
    (status === undefined || passesStatus(status, capture.status)) &&
    (method === undefined || capture.method === method.toUpperCase()) &&
    (path === undefined || capture.path.startsWith(path)) &&
    (since === undefined || capture.receivedAt >= since) &&
    (until === undefined || capture.receivedAt < until) &&
    (text === undefined || text.split(' ').every((word) => words.includes(word.toLowerCase())))
  );
}

function wildcard(pattern: string): RegExp {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 'su');
}

function passesVerdict(wanted: string, { verdict }: Kept): boolean {
  if (wanted === 'none') return verdict === null;
  if (wanted === 'ok' || wanted === 'failed') return verdict?.ok === (wanted === 'ok');
  return verdict?.reason === wanted;
}

function passesStatus(wanted: string, status: number | null | undefined): boolean {
  if (status === null || status === undefined) return false;
  return /^\dxx$/i.test(wanted) ? String(status)[0] === wanted[0] : String(status) === wanted;
}

export const choices = {
  provider: ['iverton', 'filedgr', 'nobody', ''],
  type: [
    'deal.won',
    'deal',
    'deal.*',
    '*',
    '**',
    '*.won',
    'd*l*',
    'a[1]?',
    'a[1]*',
    'a[1x]*',
    'a?x',
    '*?',
    '*[',
    ']*',
    '^*',
    'ünï.*',
    'DEAL.WON',
    'nothing',
    'nothing.*',
    '',
  ],
  verdict: ['ok', 'failed', 'none', 'valid', 'unsigned', 'no-match', 'missing-header', 'nonsense', ''],
  status: ['200', '204', '404', '503', '2xx', '3xx', '4xx', '5XX', '1xx', '9xx', '99', '0xx', 'ok', '', '20'],
  method: ['POST', 'post', 'GET', 'x-odd', 'DELETE', ''],
  path: ['/', '/a', '/a/b?x=', '/A', '/100%', '/a_', '/ü', '/%', '_', '', '/nowhere', '/*'],
  since: [0, 10_000, 10_010, 10_795, 11_590, 11_591, 99_999],
  until: [0, 10_000, 10_010, 10_795, 11_590, 11_591, 99_999],
  text: ['alpha', 'beta', 'Alpha gamma', 'delta', 'alpha beta', 'omega', 'alph'],
} satisfies { [Name in keyof CaptureFilter]: readonly CaptureFilter[Name][] };

export const anyFilter: fc.Arbitrary<CaptureFilter> = fc.record(
  {
    provider: fc.constantFrom(...choices.provider),
    type: fc.constantFrom(...choices.type),
    verdict: fc.constantFrom(...choices.verdict),
    status: fc.constantFrom(...choices.status),
    method: fc.constantFrom(...choices.method),
    path: fc.constantFrom(...choices.path),
    since: fc.constantFrom(...choices.since),
    until: fc.constantFrom(...choices.until),
    text: fc.constantFrom(...choices.text),
  },
  { requiredKeys: [] },
);

async function idsOf({ captures }: Store, filter: CaptureFilter): Promise<string[]> {
  const page = await captures.list(filter, { limit: 10_000 });
  expect(page.nextCursor).toBeNull();
  return page.captures.map(({ id }) => id);
}

export function storeFilterContract(start: () => Promise<Store>): void {
  describe('filters', () => {
    const alone = Object.entries(choices).flatMap(([name, values]) =>
      values.map((value) => ({ [name]: value }) as CaptureFilter),
    );

    test('each alone finds what it says and nothing else, newest first', async () => {
      const store = await start();
      const kept = variety();
      await keep(store, kept);
      const found = await Promise.all(
        alone.map(async (filter) => ({ filter, ids: await idsOf(store, filter) })),
      );
      expect(found).toEqual(
        alone.map((filter) => ({
          filter,
          ids: kept
            .filter((capture) => passes(filter, capture))
            .map(({ id }) => id)
            .toReversed(),
        })),
      );
      // Or else it would show little: most of them find something, and none of them everything but the widest.
      expect(found.filter(({ ids }) => ids.length > 0 && ids.length < kept.length).length).toBeGreaterThan(
        40,
      );
    });

    test('combined, all must hold; the newest of the list is the latest', async () => {
      const store = await start();
      const kept = variety();
      await keep(store, kept);
      await fc.assert(
        fc.asyncProperty(anyFilter, async (filter) => {
          const expected = kept.filter((capture) => passes(filter, capture)).map(({ id }) => id);
          expect(await idsOf(store, filter)).toEqual(expected.toReversed());
          expect((await store.captures.latest(filter))?.id ?? null).toBe(expected.at(-1) ?? null);
        }),
        { numRuns: 400 },
      );
    });

    test('any text is a filter that may find nothing and never fails', async () => {
      const store = await start();
      await keep(store, variety().slice(0, 20));
      const sign = fc.constantFrom(...'*?[]%_^-\\\'";:\0()', 'é', '\ud800', '\u{10ffff}', 'a', '0', ' ');
      const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign, maxLength: 30 }));
      const number = fc.oneof(fc.integer(), fc.double());
      const filter = fc.record(
        {
          provider: odd,
          type: odd,
          verdict: odd,
          status: odd,
          method: odd,
          path: odd,
          since: number,
          until: number,
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(filter, async (anything) => {
          await store.captures.list(anything, { limit: 3 });
        }),
        { numRuns: 300 },
      );
      for (const length of [1_000, 49_999, 60_000, 1_000_000]) {
        const long = `${'*a'.repeat(length / 2)}?`;
        for (const name of ['provider', 'type', 'verdict', 'status', 'method', 'path']) {
          expect(await idsOf(store, { [name]: long })).toEqual([]);
        }
      }
    });
  });
}
