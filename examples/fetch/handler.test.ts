import { expect, test } from 'vitest';
import { forge, type ForgeOptions } from 'webhook-cli';
import { createHandler, type Deal } from './handler.ts';

const secret = 'whsec_x';
const url = 'https://shop.example/webhooks/iverton';

/** Calls the handler with a forged event; nothing goes over the network. */
async function deliver(eventType: string, options: ForgeOptions = {}) {
  const deals: Deal[] = [];
  const handle = createHandler({ secret, bookDeal: async (deal) => void deals.push(deal) });
  const event = await forge('iverton', eventType, { secret, ...options });
  const { status } = await handle(event.request(url));
  return { status, deals };
}

test('books a deal that is won', async () => {
  const { status, deals } = await deliver('deal.won', { set: { 'data.amount': 15000 } });
  expect(status).toBe(200);
  expect(deals).toMatchObject([{ amount: 15000 }]);
});

test('leaves other events alone', async () => {
  expect(await deliver('contact.created')).toEqual({ status: 200, deals: [] });
});

test('refuses what another secret signed', async () => {
  expect(await deliver('deal.won', { secret: 'whsec_y' })).toEqual({ status: 401, deals: [] });
});
