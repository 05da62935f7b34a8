import { expect, expectTypeOf, test } from 'vitest';
import { expect as jestExpect, type Matchers } from 'expect';
import {
  createEmulator,
  createEngine,
  createReceiver,
  forge,
  manualClock,
  replay,
  send,
  type Attempt,
  type Emulator,
  type Engine,
  type EngineStores,
  type Forged,
  type ForgeOptions,
  type ProviderProfile,
  type ReceivedCapture,
  type Receiver,
  type Reply,
  type Store,
} from '../../src/index.ts';
import { matchers } from '../../src/matchers.ts';
import type { Envelope } from '../../src/providers/envelope.ts';
import '../../src/vitest.ts';
// oxlint-disable-next-line unicorn/require-module-specifiers, import/no-empty-named-blocks
import type {} from '../../src/jest.ts'; // Its types alone: there is no global expect here.

/** Checked by the compiler; nothing in it runs. */
// oxlint-disable-next-line no-unused-vars
async function types(receiver: Receiver, capture: ReceivedCapture, stores: EngineStores): Promise<void> {
  expectTypeOf(await createReceiver()).toEqualTypeOf<Receiver>();
  expectTypeOf(receiver.captures).toEqualTypeOf<readonly ReceivedCapture[]>();
  expectTypeOf(await receiver.waitFor('deal.won')).toEqualTypeOf<ReceivedCapture>();
  expectTypeOf(await receiver.waitFor('deal.won', { timeoutMs: 1 })).toEqualTypeOf<ReceivedCapture>();
  expectTypeOf(await receiver.waitFor('deal.won', { count: 2 })).toEqualTypeOf<readonly ReceivedCapture[]>();
  expectTypeOf(capture.json()).toEqualTypeOf<unknown>();
  expectTypeOf(capture.request()).toEqualTypeOf<Request>();
  await receiver.waitFor({
    test: (one) => one.json() === null,
    body: { data: { amount: expect.any(Number) } },
  });
  // @ts-expect-error it is read-only
  receiver.captures.push(capture);
  // @ts-expect-error an unknown condition
  await receiver.waitFor({ event: 'deal.won' });
  // @ts-expect-error count belongs to the options
  await receiver.waitFor('deal.won', 2);
  // @ts-expect-error what verify takes
  await createReceiver({ verify: 'strictly' });

  expectTypeOf<Parameters<Receiver['respondWith']>[0]>().toEqualTypeOf<Reply<ReceivedCapture>>();
  receiver.respondWith((one) => new Response(one.text()));
  receiver.respondWith(async () => '500+delay:1s');
  // @ts-expect-error nothing is no answer
  receiver.respondWith(() => {});
  // @ts-expect-error nor is true
  receiver.respondWith(true);

  expectTypeOf(await forge('iverton', 'deal.won')).toEqualTypeOf<Forged>();
  expectTypeOf<NonNullable<ForgeOptions['break']>>().toEqualTypeOf<
    'signature' | 'timestamp' | 'body' | 'missing-header' | 'wrong-secret'
  >();
  await forge('iverton', undefined, { data: { any: 'thing' }, secret: undefined });
  // @ts-expect-error an unknown breakage
  await forge('iverton', 'deal.won', { break: 'everything' });
  expectTypeOf(await send('iverton', 'deal.won', { to: receiver })).toEqualTypeOf<Attempt>();
  expectTypeOf(await replay(capture, { to: 3000 })).toEqualTypeOf<Attempt>();
  // @ts-expect-error it has to go somewhere
  await send('iverton', 'deal.won', { secret: 's' });

  expectTypeOf(await createEngine()).toEqualTypeOf<Engine<Store>>();
  expectTypeOf((await createEngine({ clock: manualClock(0) })).store).toEqualTypeOf<Store>();
  expectTypeOf((await createEngine({ store: stores })).store).toEqualTypeOf<EngineStores>();
  expectTypeOf(await createEmulator({ provider: 'filedgr' })).toEqualTypeOf<Emulator>();

  expect.extend(matchers);
  jestExpect.extend(matchers);
  expect(receiver).toHaveReceived('deal.won', { times: 2 });
  expect(receiver).not.toHaveReceived({ type: 'deal.won', body: { data: { amount: 1 } } });
  jestExpect(receiver).toHaveReceived('deal.won');
  // @ts-expect-error an unknown option
  expect(receiver).toHaveReceived('deal.won', { count: 2 });
  // @ts-expect-error a number is no event type
  jestExpect(receiver).toHaveReceived(2);
  expectTypeOf(expect(capture).toBeSignedBy('s')).toEqualTypeOf<void>();
  expectTypeOf(expect(capture.request()).toBeSignedBy('s', 'iverton')).toEqualTypeOf<Promise<void>>();
  expectTypeOf<Matchers<void, Request>['toBeSignedBy']>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<jest.Matchers<void, Receiver>['toHaveReceived']>().returns.toEqualTypeOf<void>();
  // @ts-expect-error without a secret
  expect(capture).toBeSignedBy();
}

/** A place in a request is one place. */
// oxlint-disable-next-line no-unused-vars
function places(hmac: Extract<ProviderProfile['signature'], { readonly kind: 'hmac' }>): void {
  const sound: Envelope['type'] = [
    { body: 'a' },
    { join: [{ header: 'b' }, { query: 'c' }], with: '.' },
    { keyBeside: ['id'] },
  ];
  const signature: typeof hmac = { ...hmac, signature: { header: 'x', fallback: ['y'] } };
  // @ts-expect-error two places of an event's type
  const twice: Envelope['type'] = [{ body: 'a', header: 'b' }];
  // @ts-expect-error two places of the signature
  const signedTwice: typeof hmac = { ...hmac, signature: { header: 'x', body: 'y' } };
  // @ts-expect-error a fallback is another header
  const fallback: typeof hmac = { ...hmac, signature: { body: 'x', fallback: ['y'] } };
  // @ts-expect-error two places of a value
  const value: typeof hmac = { ...hmac, values: { id: { header: 'x', field: 'y' } } };
  // @ts-expect-error two places of the secret
  const token: ProviderProfile['signature'] = { kind: 'token', token: { header: 'x', query: 'y' } };
  expectTypeOf([sound, signature, twice, signedTwice, fallback, value, token]).toBeArray();
}

test('compile', () => {
  expect(places).toBeTypeOf('function');
  expect(types).toBeTypeOf('function');
});
