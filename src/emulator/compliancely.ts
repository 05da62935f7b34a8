import { plainApi } from './plain.ts';

/** Several URLs at once, signed or not; nothing of it is documented but that there are URLs, a secret and logs. */
export const compliancely = plainApi({
  provider: 'compliancely',
  why: 'the documents mention URLs, a secret and logs in the dashboard, and no routes',
  style: 'snake_case',
  secretRequired: false,
  urlsField: 'urls',
});
