import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forge, send } from 'webhook-cli';
import { createApp } from './app.mjs';

const secret = 'whsec_x';
const deals = [];
let server;
let to;

beforeAll(async () => {
  const app = createApp({ secret, bookDeal: async (deal) => deals.push(deal) });
  await new Promise((resolve) => (server = app.listen(0, '127.0.0.1', resolve)));
  to = `http://127.0.0.1:${server.address().port}/webhooks/iverton`;
});
beforeEach(() => void deals.splice(0));
afterAll(() => server.close());

test('books a deal that is won', async () => {
  const { response } = await send('iverton', 'deal.won', { to, secret, set: { 'data.amount': 15000 } });
  expect(response.status).toBe(200);
  expect(deals).toMatchObject([{ amount: 15000 }]);
});

test('books it once, however often it is delivered', async () => {
  const { body } = await forge('iverton', 'deal.won', { secret });
  await send('iverton', 'deal.won', { to, secret, data: body });
  await send('iverton', 'deal.won', { to, secret, data: body });
  expect(deals).toHaveLength(1);
});

test.each(['signature', 'missing-header', 'wrong-secret', 'body'])('refuses a wrong %s', async (what) => {
  const { response } = await send('iverton', 'deal.won', { to, secret, break: what });
  expect(response.status).toBe(401);
  expect(deals).toEqual([]);
});
