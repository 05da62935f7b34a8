// With Node's own test runner: node --test
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { send } from 'webhook-cli';
import { createApp } from './app.mjs';

const secret = 'whsec_x';
const deals = [];
const app = createApp({ secret, bookDeal: async (deal) => deals.push(deal) });
let to;

before(async () => {
  to = `${await app.listen({ host: '127.0.0.1', port: 0 })}/webhooks/iverton`;
});
after(() => app.close());

test('books a deal that is won', async () => {
  const { response } = await send('iverton', 'deal.won', { to, secret, set: { 'data.amount': 15000 } });
  assert.equal(response.status, 200);
  assert.deepEqual(
    deals.map(({ amount }) => amount),
    [15000],
  );
});

test('verifies the bytes, not what they were parsed to', async () => {
  const { response } = await send('iverton', 'deal.won', { to, secret, stressJson: true });
  assert.equal(response.status, 200);
});

test('refuses a changed body', async () => {
  const { response } = await send('iverton', 'deal.won', { to, secret, break: 'body' });
  assert.equal(response.status, 401);
});
