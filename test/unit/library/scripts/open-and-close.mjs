// Opens and closes whatever the library opens, says what is left at each step, and ends by itself.
import { createEmulator, createEngine, createReceiver, replay, send } from 'webhook-cli';

const PATIENCE_MS = 5_000;
const secret = 'whsec_x';

/** What keeps the process alive besides open receivers. A handle takes a moment to be gone. */
async function left(open = []) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const kinds = process.getActiveResourcesInfo();
    const rest = kinds.filter((kind) => !/^((TTY|Pipe)Wrap|Immediate)$/.test(kind) && !open.includes(kind));
    if (rest.length === 0 || Date.now() > end) return rest;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const receivers = await Promise.all(Array.from({ length: 20 }, () => createReceiver({ secret })));
const emulator = await createEmulator({ provider: 'iverton' });
const engine = await createEngine();
const [first, second, third] = receivers;

await engine.createEndpoint('iverton', { url: first.url, secret });
await emulator.engine.createEndpoint('iverton', { url: first.url, secret });
await engine.publish('iverton', 'deal.won');
await emulator.emit('iverton', 'deal.lost');
await Promise.all(receivers.map((to) => send('iverton', 'contact.created', { to, secret })));
await send('iverton', 'contact.created', { to: first, secret, retry: true });
const [won] = await Promise.all([first.waitFor('deal.won'), first.waitFor('deal.lost')]);
await replay(won, { to: second });
const unmet = await first.waitFor('task.created', { timeoutMs: 1 }).catch(({ code }) => code);
await emulator.close();
await engine.stop();
const afterSenders = await left(['TCPServerWrap']);

second.forwardTo(third);
await send('iverton', 'contact.created', { to: second, secret });
await second.close();
const afterForward = await left(['TCPServerWrap']);

await Promise.all(receivers.map((receiver) => receiver.close()));
const afterAll = await left();
process.on('exit', (code) =>
  console.log(JSON.stringify({ unmet, afterSenders, afterForward, afterAll, code })),
);
