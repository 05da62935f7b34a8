import type { ForgeContext } from '../../src/forge/message.ts';
import { loadProviders } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';

/** Those whose documents name every event type. They sign the body, and nothing else, with HMAC-SHA256. */
export const DOCUMENTED_WHOLE: ReadonlySet<string> = new Set([
  'compliancely',
  'deiterate',
  'filedgr',
  'iverton',
  'taskplatform',
]);

/** Every event type of the providers that document all of theirs. */
export async function wholeCatalog(): Promise<{ provider: Provider; id: string; type: string }[]> {
  const providers = (await loadProviders()).filter(({ id }) => DOCUMENTED_WHOLE.has(id));
  return providers.flatMap((provider) =>
    provider.events.map(({ name }) => ({ provider, id: provider.id, type: name })),
  );
}

/** A world in which it is always the same moment and every byte of chance is another. */
export function fixedWorld(now = Date.UTC(2026, 10, 21, 10, 30, 0, 250)): ForgeContext {
  let next = 0;
  return { now, randomBytes: (size) => Uint8Array.from({ length: size }, () => (next += 7) % 256) };
}
