import { createReceiver, send } from 'webhook-cli';
import { expect, test } from 'vitest';
import 'webhook-cli/vitest';

test('webhook-cli/vitest extends the expect of this runner, as it is built', async () => {
  const receiver = await createReceiver({ secret: 'whsec_x' });
  await send('iverton', 'deal.won', { to: receiver, secret: 'whsec_x', set: { 'data.amount': 15_000 } });
  expect(receiver).toHaveReceived({ type: 'deal.won', body: { data: { amount: expect.any(Number) } } });
  expect(receiver.captures[0]).toBeSignedBy('whsec_x');
  expect(() => expect(receiver).toHaveReceived('deal.lost')).toThrow('deal.won: another event type');
  await receiver.close();
});
