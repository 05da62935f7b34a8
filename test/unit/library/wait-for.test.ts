import { describe, expect, test } from 'vitest';
import { send, type SendEventOptions } from '../../../src/index.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

const AT_ONCE = { timeoutMs: 1 };

async function receiving() {
  const receiver = await openReceiver({ secret: SECRET });
  const give = (type: string, options: Partial<SendEventOptions> = {}) =>
    send('iverton', type, { to: receiver, secret: SECRET, ...options });
  return { receiver, give };
}

describe('waiting', () => {
  test('ends with what has come already, and with what is yet to come', async () => {
    const { receiver, give } = await receiving();
    const coming = receiver.waitFor('deal.*');
    await give('contact.created');
    await give('deal.won');
    const [, won] = receiver.captures;
    expect(await coming).toBe(won);
    expect(await receiver.waitFor('deal.won', AT_ONCE)).toBe(won);
    const next = receiver.waitFor('deal.won', { after: won });
    await give('deal.won');
    expect(await next).toBe(receiver.captures[2]);
  });

  test('ends with as many as are wanted, oldest first', async () => {
    const { receiver, give } = await receiving();
    await give('deal.won');
    const three = receiver.waitFor('deal.won', { count: 3 });
    await give('deal.lost');
    await give('deal.won');
    await give('deal.won');
    const [first, , second, third] = receiver.captures;
    expect(await three).toEqual([first, second, third]);
    expect(await receiver.waitFor('deal.won', { count: 1, ...AT_ONCE })).toEqual([first]);
    await expect(receiver.waitFor('deal.won', { count: 4, ...AT_ONCE })).rejects.toMatchObject({
      code: 'ERR_NOT_RECEIVED',
      message: `3 of 4 deal.won were received within 1 ms; instead came:\n  iverton deal.lost: another event type`,
    });
  });

  test('says what came instead, and why it will not do', async () => {
    const { receiver, give } = await receiving();
    await give('deal.lost');
    await give('deal.lost');
    await give('deal.won', { break: 'body' });
    await give('deal.won', { set: { 'data.amount': 5 } });
    await fetch(`${receiver.url}/x`, { method: 'PUT', body: 'text\n' });
    const waiting = receiver.waitFor({ type: 'deal.won', body: { data: { amount: 15_000 } } }, AT_ONCE);
    await expect(waiting).rejects.toMatchObject({ hint: undefined });
    expect(await waiting.catch((error: Error) => error.message)).toMatchInlineSnapshot(`
      "deal.won was not received within 1 ms; instead came:
        iverton deal.lost: another event type (2 times)
        iverton deal.won: the signature in X-Iverton-Signature does not match: another secret, or other bytes
        iverton deal.won: data.amount is 5, not 15000
        PUT /x: no event type"
    `);
  });

  test('says which change would make a signature right', async () => {
    const receiver = await openReceiver({ provider: 'iverton', secret: `"${SECRET}"` });
    await send('iverton', 'deal.won', { to: receiver, secret: SECRET });
    expect(receiver.captures[0]!.diagnosis()).toMatchObject([
      { cause: 'secret-whitespace', confidence: 'certain' },
    ]);
    await expect(receiver.waitFor('deal.won', AT_ONCE)).rejects.toThrow(
      'iverton deal.won: the secret has quotes',
    );
  });

  test('says so where nothing came', async () => {
    const { receiver } = await receiving();
    await expect(receiver.waitFor('deal.won', AT_ONCE)).rejects.toMatchObject({
      code: 'ERR_NOT_RECEIVED',
      message: 'deal.won was not received within 1 ms, and nothing else came',
      hint: `it listens at ${receiver.url}: is that where the app sends to?`,
    });
  });

  test.each([
    [{ provider: 'filedgr' }, 'of another provider'],
    [{ type: 'deal.lost' }, 'another event type'],
    [{ method: 'put' }, 'the method is POST'],
    [{ path: '/hooks' }, 'the path is /'],
    [{ verdict: 'failed' }, 'the verdict is valid: the signature in X-Iverton-Signature matches'],
    [{ status: '5xx' }, 'it was answered 200'],
    [{ where: 'data.amount>9999' }, 'data.amount is 10, not > 9999'],
    [{ where: ['data.amount=10', 'data.nothing'] }, 'there is no data.nothing'],
    [{ body: { data: { amount: expect.any(String) } } }, 'data.amount is 10, not Any<String>'],
    [{ body: { data: { 'a.b': 1 } } }, 'there is no data["a.b"]'],
    [{ body: { data: { list: [1, 2] } } }, 'data.list is [1,2,3], not [1,2]'],
    [{ test: () => false }, 'the test says no'],
  ])('by %j', async (query, why) => {
    const { receiver, give } = await receiving();
    await give('deal.won', { set: { 'data.amount': 10, 'data.list': [1, 2, 3] } });
    // It has an answer, so the status is known.
    await receiver.waitFor({ status: 200 });
    const { message } = (await receiver.waitFor(query, AT_ONCE).catch((error: unknown) => error)) as Error;
    expect(message).toContain(`\n  iverton deal.won: ${why}`);
  });

  test.each([
    { provider: 'iverton' },
    { type: 'deal.*', method: 'post', path: '/', verdict: 'ok', status: '2xx' },
    { where: ['data.amount=10', 'data.list~2'] },
    { body: { data: { amount: expect.any(Number), list: [1, expect.anything(), 3] } } },
    { test: (capture: { json(): unknown }) => (capture.json() as { type: string }).type === 'deal.won' },
  ])('finds it by %j', async (query) => {
    const { receiver, give } = await receiving();
    const waiting = receiver.waitFor(query);
    await give('deal.won', { set: { 'data.amount': 10, 'data.list': [1, 2, 3] } });
    expect(await waiting).toBe(receiver.captures[0]);
  });

  test('takes one whose signature fails only where it is asked for', async () => {
    const { receiver, give } = await receiving();
    await give('deal.won', { break: 'signature' });
    const [capture] = receiver.captures;
    await expect(receiver.waitFor('deal.won', AT_ONCE)).rejects.toThrow('does not match');
    expect(await receiver.waitFor({ type: 'deal.won', verdict: 'no-match' })).toBe(capture);
    expect(await receiver.waitFor({ type: 'deal.won', verdict: 'any' })).toBe(capture);
  });

  test('ends with its signal, with the receiver, and with a test that throws', async () => {
    const { receiver, give } = await receiving();
    const stop = new AbortController();
    const stopped = receiver.waitFor('deal.won', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(receiver.waitFor('deal.won', { signal: stop.signal })).rejects.toThrow('enough');

    const broken = receiver.waitFor({
      test: () => {
        throw new Error('oops');
      },
    });
    const caught = expect(broken).rejects.toThrow('oops');
    expect((await give('contact.created')).ok).toBe(true);
    await caught;

    const left = receiver.waitFor('deal.won');
    const told = expect(left).rejects.toThrow('deal.won was not received before the receiver was closed');
    await receiver.close();
    await told;
    await expect(receiver.waitFor('deal.won')).rejects.toThrow('before the receiver was closed');
  });

  test('refuses a condition that makes no sense', async () => {
    const { receiver } = await receiving();
    await expect(receiver.waitFor({ where: '=1' })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    await expect(receiver.waitFor('deal.won', { count: 0 })).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });
});
