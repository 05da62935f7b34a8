import { describe, expect, test } from 'vitest';
import { byHand, signedByHand } from './by-hand.ts';
import { tampered, titleOf } from './referee.ts';
import { referees } from './referees/index.ts';

/** Whether the referees are any good, without our own code: what is signed with node:crypto they accept, and nothing else. */
const judges = referees.map((referee) => ({ ...referee, title: titleOf(referee) }));

test('each is tried out', () => {
  expect(judges.map(({ title }) => title).sort()).toEqual([...signedByHand].sort());
});

describe.each(judges)('$title ($sdk)', ({ title, ...referee }) => {
  const sign = (now: number) => byHand(title, referee.keys.sign, now);

  test('accepts what is signed by hand', async () => {
    const now = Date.now();
    expect(await referee.accepts(sign(now), now)).toBe(true);
  });

  test('refuses one flipped bit', async () => {
    const now = Date.now();
    expect(await referee.accepts(tampered(referee, sign(now)), now)).toBe(false);
  });

  test('refuses with another key', async () => {
    const now = Date.now();
    expect(await referee.accepts(sign(now), now, referee.wrongKey)).toBe(false);
  });
});

describe.each(judges.filter(({ signs }) => signs !== undefined))('$title signs itself', (referee) => {
  test('and accepts that, and no flipped bit of it', async () => {
    const now = Date.now();
    const request = await referee.signs!(byHand(referee.title, referee.keys.sign, now).body, now);
    expect(await referee.accepts(request, now)).toBe(true);
    expect(await referee.accepts(tampered(referee, request), now)).toBe(false);
  });
});

/** How old a signature may be, in seconds, and how far ahead; left out where the SDK does not look. */
const tolerances: Readonly<Record<string, { old?: number; ahead?: number }>> = {
  stripe: { old: 300 },
  slack: { old: 300 },
  'standard-webhooks': { old: 300, ahead: 300 },
  svix: { old: 300, ahead: 300 },
  'svix webhook-names': { old: 300, ahead: 300 },
  openai: { old: 300, ahead: 300 },
  'openai plain-secret': { old: 300, ahead: 300 },
  clerk: { old: 300, ahead: 300 },
  resend: { old: 300, ahead: 300 },
  polar: { old: 300, ahead: 300 },
  'gitlab signing-token': { old: 300, ahead: 300 },
  paddle: { old: 5 },
  linear: { old: 60, ahead: 60 },
  hubspot: { old: 300 },
  mailgun: { old: 900, ahead: 900 },
};

describe.each(judges)('$title: how old and how far ahead a signature may be', ({ title, ...referee }) => {
  const { old, ahead } = tolerances[title] ?? {};
  const hour = 3_600;
  test.each([
    { way: 'old', limit: old, sign: -1 },
    { way: 'ahead', limit: ahead, sign: 1 },
  ])('$way: $limit s', async ({ limit, sign }) => {
    const judge = (seconds: number) => {
      const now = Date.now();
      return referee.accepts(byHand(title, referee.keys.sign, now + sign * seconds * 1_000), now);
    };
    expect(await judge((limit ?? hour) + 3)).toBe(limit === undefined);
    if (limit !== undefined) expect(await judge(limit - 3)).toBe(true);
  });
});
