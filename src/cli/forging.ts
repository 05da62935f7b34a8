import { renderMessage, renderRequest } from '../forge/forge.ts';
import { readPayload } from '../forge/payload.ts';
import type { ContractContext } from '../own/contract-context.ts';
import type { Context } from './context.ts';

/** Nothing is sent there: some providers sign the URL. */
const EXAMPLE_URL = 'https://example.com/webhooks';

/** Events as `send` makes them, for the contract. */
export function forgingOf({ clock, randomBytes }: Pick<Context, 'clock' | 'randomBytes'>): ContractContext {
  const world = { now: clock.now(), randomBytes };
  return {
    ...world,
    payload: readPayload,
    request: async (provider, { name }, secret) =>
      renderRequest(await renderMessage(provider, name, {}, world), { url: EXAMPLE_URL, secret }, world),
  };
}
