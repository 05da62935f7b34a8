import { onTestFinished, describe, expect, test } from 'vitest';
import { createEmulator, manualClock, type EmulatorSettings } from '../../../src/index.ts';
import { openReceiver, SECRET } from './open-receiver.ts';

async function openEmulator(settings: EmulatorSettings = {}) {
  const emulator = await createEmulator(settings);
  onTestFinished(() => emulator.close());
  return emulator;
}

describe('an emulator', () => {
  test('is set up by its API, and delivers what is emitted', async () => {
    const receiver = await openReceiver({ secret: SECRET });
    const emulator = await openEmulator({ provider: 'filedgr' });
    const call = (path: string, init: RequestInit) =>
      fetch(emulator.url + path, {
        ...init,
        headers: { Authorization: `Bearer ${emulator.apiKey}`, 'Content-Type': 'application/json' },
      });
    const made = await call('/webhooks', {
      method: 'POST',
      body: JSON.stringify({ url: receiver.url, events: ['vault.created'], secret: SECRET, active: true }),
    });
    expect(made.status).toBe(201);
    const [endpoint] = await emulator.endpoints();
    expect(endpoint).toMatchObject({ provider: 'filedgr', eventTypes: ['vault.created'] });

    const { event } = await emulator.emit('filedgr', 'vault.created', { set: { 'data.name': 'Mine' } });
    const capture = await receiver.waitFor({ type: 'vault.created', verdict: 'ok' });
    expect(capture.json()).toMatchObject({ data: { name: 'Mine' } });
    await emulator.engine.idle();
    const [delivery] = await emulator.deliveries({ event: event.id });
    expect(delivery).toMatchObject({ status: 'succeeded', endpointId: endpoint!.id });
    expect(await emulator.attempts(delivery!)).toMatchObject([{ number: 1, ok: true }]);
    expect(await emulator.attempts(delivery!.id)).toHaveLength(1);
    const log = await call(`/webhooks/${endpoint!.id}/logs`, { method: 'GET' });
    expect(log.status).toBe(200);
  });

  test('serves all providers, each under its name, to who has the key', async () => {
    const emulator = await openEmulator({ apiKey: 'key' });
    const status = async (path: string, key: string) =>
      (await fetch(emulator.url + path, { headers: { Authorization: `Bearer ${key}` } })).status;
    expect(await status('/taskplatform/v1/webhooks', 'key')).toBe(200);
    expect(await status('/filedgr/webhooks', 'key')).toBe(200);
    expect(await status('/filedgr/webhooks', 'other')).toBe(401);
    const two = await openEmulator({ providers: ['filedgr', 'iverton'], apiKey: 'key' });
    expect(new URL(two.url).port).toBe(String(two.port));
    expect(two.port).not.toBe(emulator.port);
  });

  test('retries on a clock that is moved', async () => {
    const receiver = await openReceiver({ secret: SECRET, respond: '500,200' });
    const emulator = await openEmulator({ provider: 'iverton', clock: manualClock(Date.UTC(2026, 2, 1)) });
    const { engine } = emulator;
    await engine.createEndpoint('iverton', { url: receiver.url, secret: SECRET });
    await emulator.emit('iverton', 'deal.won');
    await engine.advance('59s');
    expect(await emulator.deliveries()).toMatchObject([{ status: 'pending' }]);
    await engine.advance('1s');
    expect(await emulator.deliveries({ status: 'succeeded' })).toHaveLength(1);
    expect(receiver.captures).toHaveLength(2);
  });

  test.each([
    [{ provider: 'filedgr', providers: ['iverton'] }, 'provider and providers exclude each other'],
    [{ apiKey: 'a b' }, 'apiKey is empty or holds white space'],
    [{ provider: 'filedger' }, 'unknown provider "filedger"'],
  ])('refuses %j', async (settings, message) => {
    await expect(createEmulator(settings)).rejects.toThrow(message);
  });

  test('is gone when it is closed, and leaves nothing where its port is taken', async () => {
    const emulator = await createEmulator({ provider: 'iverton' });
    await expect(createEmulator({ port: emulator.port })).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' });
    await emulator[Symbol.asyncDispose]();
    await emulator.close();
    await expect(fetch(emulator.url)).rejects.toThrow();
  });
});
