// @ts-check
import { createEmulator, createEngine, createReceiver, forge, manualClock, send } from 'webhook-cli';
import { matchers } from 'webhook-cli/matchers';
import { expect } from 'vitest';
import 'webhook-cli/vitest';

/** What plain JavaScript gets of the types: compiled by javascript.test.ts, and never run. */
export async function consume() {
  const receiver = await createReceiver({ secret: ['new', 'old'], respond: '500,200' });
  const engine = await createEngine({ clock: manualClock(0) });
  const emulator = await createEmulator({ providers: ['filedgr'], clock: engine.clock });
  receiver.respondWith(async (capture) => ({ status: 200, body: capture.json() }));
  receiver.respondWith((capture) => new Response(capture.text(), { status: 201 }));
  const forged = await forge('iverton', 'deal.won', {
    secret: 's',
    break: 'body',
    set: { 'data.amount': 1 },
  });
  const { ok, response } = await send('iverton', 'deal.won', { to: receiver, secret: 's', retry: true });
  const [first] = await receiver.waitFor('deal.*', { count: 2, timeoutMs: 100 });
  expect.extend(matchers);
  expect(receiver).toHaveReceived('deal.won', { times: 1 });
  expect(first).toBeSignedBy('s');
  await expect(forged.request()).not.toBeSignedBy('s');
  await engine.advance('5m');
  await emulator.emit('filedgr', 'vault.created', { set: { 'data.name': 'x' } });
  // @ts-expect-error an unknown breakage
  await forge('iverton', 'deal.won', { break: 'all' });
  // @ts-expect-error there is no such condition
  await receiver.waitFor({ kind: 'deal.won' });
  return [ok, response?.status];
}
