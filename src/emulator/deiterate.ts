import { plainApi } from './plain.ts';

/** What `client.webhooks.create({ url, events, secret })` and its neighbours need; no route is documented. */
export const deiterate = plainApi({
  provider: 'deiterate',
  why: 'the documents show the SDK, and no routes',
  style: 'camelCase',
  secretRequired: true,
});
