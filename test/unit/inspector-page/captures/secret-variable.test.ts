import { expect, it } from 'vitest';
import { secretVariable as onTheCommandLine } from '../../../../src/cli/secrets.ts';
import { secretVariable } from '../../../../src/inspector/page/captures/secret-variable.ts';
import { loadProviders } from '../../../../src/providers/index.ts';

it('is the variable that the command reads', async () => {
  expect(secretVariable('standard-webhooks')).toBe('WEBHOOK_SECRET_STANDARD_WEBHOOKS');
  for (const { id } of await loadProviders()) expect(secretVariable(id)).toBe(onTheCommandLine(id));
});
