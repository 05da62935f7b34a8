import { createApp } from './app.mjs';

const app = createApp({
  secret: process.env.WEBHOOK_SECRET,
  bookDeal: async ({ name, amount }) => console.log(`booked ${name}: ${amount}`),
});
const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`listening on port ${server.address().port}`),
);
