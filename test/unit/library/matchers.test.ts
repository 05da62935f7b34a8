import { expect as jestExpect } from 'expect';
import { describe, expect, test } from 'vitest';
import { forge, loadProvider, send } from '../../../src/index.ts';
import { matchers } from '../../../src/matchers.ts';
import { iverton } from '../../../src/providers/iverton.ts';
import '../../../src/vitest.ts';
import { thrownBy } from '../../support/thrown.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

// As webhook-cli/jest does with the global one.
(jestExpect as unknown as { extend(added: typeof matchers): void }).extend(matchers);

/** Both runners, as far as these tests use them. */
interface Expect {
  (actual: unknown): { not: Checks } & Checks;
  any(type: unknown): unknown;
  objectContaining(part: object): unknown;
  addEqualityTesters(testers: readonly ((one: unknown, other: unknown) => boolean | undefined)[]): void;
}
interface Checks {
  toHaveReceived(...args: readonly unknown[]): void;
  toBeSignedBy(...args: readonly unknown[]): void | Promise<void>;
}

function messageOf(call: () => unknown): string {
  return (thrownBy(call) as Error).message;
}

async function receiving() {
  const receiver = await openReceiver({ secret: SECRET });
  const give = (type: string, options: object = {}) =>
    send('iverton', type, { to: receiver, secret: SECRET, ...options });
  await give('deal.won', { set: { 'data.amount': 15_000, 'data.tags': ['a', 'b'] } });
  await give('deal.won', { set: { 'data.amount': 5 } });
  await give('deal.lost');
  await give('contact.created', { break: 'body' });
  return receiver;
}

describe.each<[string, Expect]>([
  ['vitest', expect as unknown as Expect],
  ['the expect package', jestExpect as unknown as Expect],
])('toHaveReceived in %s', (name, expect_) => {
  test('passes', async () => {
    const receiver = await receiving();
    const check = expect_(receiver);
    check.toHaveReceived('deal.won');
    check.toHaveReceived('deal.*', { times: 3 });
    check.toHaveReceived('deal.won', { times: 2 });
    check.toHaveReceived('task.created', { times: 0 });
    check.toHaveReceived({ type: 'deal.won', body: { data: { amount: 15_000 } } }, { times: 1 });
    check.toHaveReceived({ body: { data: { amount: expect_.any(Number), tags: ['a', 'b'] } } });
    check.toHaveReceived({ body: { data: expect_.objectContaining({ amount: 5 }) } });
    check.toHaveReceived({ type: 'contact.created', verdict: 'no-match' });
    check.not.toHaveReceived('contact.created');
    check.not.toHaveReceived('deal.won', { times: 1 });
    check.not.toHaveReceived({ body: { data: { amount: expect_.any(String) } } });
    check.not.toHaveReceived({ body: { data: { tags: ['a'] } } });
    expect_(receiver.captures).toHaveReceived('deal.lost');
    expect_([]).not.toHaveReceived('deal.lost');
  });

  test("compares as the runner's own testers say", async () => {
    const receiver = await receiving();
    // Those of one are known to the other too.
    const five = `5 in ${name}`;
    const wanted = { type: 'deal.won', body: { data: { amount: five } } };
    expect_(receiver).not.toHaveReceived(wanted);
    expect_.addEqualityTesters([(one, other) => (other === five ? one === 5 : undefined)]);
    expect_(receiver).toHaveReceived(wanted, { times: 1 });
  });

  test('says what came instead', async () => {
    const receiver = await receiving();
    expect(messageOf(() => expect_(receiver).toHaveReceived('contact.created'))).toMatchInlineSnapshot(`
      "expected contact.created to have been received, and it never came
      instead came:
        iverton deal.won: another event type (2 times)
        iverton deal.lost: another event type
        iverton contact.created: the signature in X-Iverton-Signature does not match: another secret, or other bytes"
    `);
    expect(
      messageOf(() => expect_(receiver).toHaveReceived({ type: 'deal.won', body: { data: { amount: 7 } } })),
    ).toMatchInlineSnapshot(`
      "expected deal.won to have been received, and it never came
      instead came:
        iverton deal.won: data.amount is 15000, not 7
        iverton deal.won: data.amount is 5, not 7
        iverton deal.lost: another event type
        iverton contact.created: another event type"
    `);
    expect(messageOf(() => expect_(receiver).toHaveReceived('deal.won', { times: 3 })))
      .toMatchInlineSnapshot(`
      "expected deal.won to have been received 3 times, and it came twice
      besides came:
        iverton deal.lost: another event type
        iverton contact.created: another event type"
    `);
    expect(messageOf(() => expect_(receiver).not.toHaveReceived('deal.*'))).toMatchInlineSnapshot(`
      "expected deal.* not to have been received, and it came 3 times
      it came as:
        iverton deal.won (2 times)
        iverton deal.lost"
    `);
    expect(messageOf(() => expect_([]).toHaveReceived('deal.won'))).toMatchInlineSnapshot(
      `"expected deal.won to have been received, and nothing came"`,
    );
  });

  test('refuses what is no receiver, and no number of times', () => {
    expect(messageOf(() => expect_({}).toHaveReceived('deal.won'))).toContain('is for a receiver');
    expect(messageOf(() => expect_({}).not.toHaveReceived('deal.won'))).toContain('is for a receiver');
    expect(messageOf(() => expect_([]).toHaveReceived('deal.won', { times: -1 }))).toContain('whole number');
  });
});

describe.each<[string, Expect]>([
  ['vitest', expect as unknown as Expect],
  ['the expect package', jestExpect as unknown as Expect],
])('toBeSignedBy in %s', (_name, expect_) => {
  test('passes', async () => {
    const receiver = await receiving();
    const forged = await forge('iverton', 'deal.won', { secret: SECRET });
    const { headers, body } = forged;
    expect_(receiver.captures[0]).toBeSignedBy(SECRET);
    expect_(receiver.captures[0]).not.toBeSignedBy('another');
    expect_(receiver.captures[3]).not.toBeSignedBy(SECRET);
    expect_(forged).toBeSignedBy(['new', SECRET]);
    expect_(forged).toBeSignedBy(Buffer.from(SECRET), iverton);
    expect_({ headers, body }).toBeSignedBy(SECRET, 'iverton');
    expect_({ headers, body }).toBeSignedBy(SECRET);
    const request = forged.request('https://app.example/iverton');
    await expect_(request).toBeSignedBy(SECRET);
    await expect_(request).toBeSignedBy(SECRET, 'iverton');
    await expect_(request).not.toBeSignedBy('another');
    expect(await request.json()).toEqual(forged.json());
  });

  test.each(['twilio', 'square', 'hubspot'])('knows the URL that %s signs', async (id) => {
    const [type] = (await loadProvider(id)).events;
    const url = 'https://app.example/hooks?a=1';
    const forged = await forge(id, type!.name, { secret: SECRET, url });
    const { method, headers, body } = forged;
    expect_(forged).toBeSignedBy(SECRET);
    expect_(forged).not.toBeSignedBy('another');
    expect_({ method, url, headers, body }).toBeSignedBy(SECRET, id);
    expect_({ method, url: 'https://other.example/', headers, body }).not.toBeSignedBy(SECRET, id);
    await expect_(forged.request()).toBeSignedBy(SECRET, id);
    await expect_(forged.request('https://other.example/')).not.toBeSignedBy(SECRET, id);
    // As an app sees it behind a proxy.
    const proxied = forged.request('http://10.0.0.7:3000/hooks?a=1');
    proxied.headers.set('X-Forwarded-Host', 'app.example');
    await expect_(proxied).toBeSignedBy(SECRET, id);
  });

  test('says which URL was signed, where it is another', async () => {
    const forged = await forge('twilio', 'received', { secret: SECRET, url: 'http://app.example/in' });
    const message = messageOf(() =>
      expect_({ ...forged, url: 'https://app.example/in' }).toBeSignedBy(SECRET),
    );
    expect(message).toContain('the provider has http://app.example/in');
  });

  test('says why not, and tells nothing that would help to forge', async () => {
    const secret = 'whsec_never_told';
    const right = await forge('iverton', 'deal.won', { secret: SECRET });
    const broken = await forge('iverton', 'deal.won', { secret: SECRET, break: 'missing-header' });
    const mistaken = messageOf(() => expect_(right).toBeSignedBy(secret));
    expect(mistaken).toMatchInlineSnapshot(
      `"expected a request of Iverton AI to be signed with this secret, and it is not (no-match): the signature in X-Iverton-Signature does not match: another secret, or other bytes"`,
    );
    const expected = await forge('iverton', undefined, { secret, data: right.body });
    const signature = new Map(expected.headers).get('X-Iverton-Signature')!;
    expect(mistaken).not.toContain(secret);
    expect(mistaken).not.toContain(signature);
    expect(messageOf(() => expect_(broken).toBeSignedBy(SECRET))).toMatchInlineSnapshot(
      `"expected a request of Iverton AI to be signed with this secret, and it is not (missing-header): there is no X-Iverton-Signature header: switch signing on at the sender, or let the proxy pass the header"`,
    );
    expect(messageOf(() => expect_(right).not.toBeSignedBy(SECRET))).toMatchInlineSnapshot(
      `"expected a request of Iverton AI not to be signed with this secret, and it is: the signature in X-Iverton-Signature matches"`,
    );
    await expect(expect_(broken.request()).toBeSignedBy(SECRET, 'iverton')).rejects.toThrow('missing-header');
    await expect(expect_(right.request()).not.toBeSignedBy(SECRET)).rejects.toThrow('and it is');
  });

  test('says which change would make it right', async () => {
    const forged = await forge('iverton', 'deal.won', { secret: SECRET });
    expect(messageOf(() => expect_(forged).toBeSignedBy(`${SECRET}\n`))).toMatch(
      /\(no-match\): the secret has a (newline|line break) at its end/,
    );
  });

  test('refuses what cannot be told', async () => {
    const { headers, body } = await forge('iverton', 'deal.won', { secret: SECRET });
    const message = (...args: readonly unknown[]) =>
      messageOf(() => expect_({ headers, body }).toBeSignedBy(...args));
    expect(message(SECRET, 'ivertn')).toContain('unknown provider "ivertn"; did you mean iverton?');
    expect(message('')).toContain('the secret is empty');
    expect(message([])).toContain('takes a secret');
    expect(messageOf(() => expect_({ headers: [], body: Buffer.from('{}') }).toBeSignedBy(SECRET))).toContain(
      'nothing tells',
    );
    expect(messageOf(() => expect_('text').toBeSignedBy(SECRET))).toContain('is for a capture');
  });
});
