import { plainApi } from './plain.ts';

/** Takes Iverton's documented configuration; its routes are not documented, the dashboard's flows are. */
export const iverton = plainApi({
  provider: 'iverton',
  why: 'the documents show a configuration and the dashboard, and no routes',
  style: 'snake_case',
  secretRequired: true,
});
