import { findEventType, readPayload } from '../../../forge/payload.ts';
import type { EventType, Provider } from '../../../providers/provider.ts';
import { defineCommand } from '../../command.ts';
import { pickProvider } from '../../pick.ts';
import { providerDetails } from '../../render/provider.ts';
import { asUtf8 } from '../../../model/text.ts';

interface ShowResult {
  readonly provider: Provider;
  /** One event type with its example payload, where one was asked for. */
  readonly event: { readonly type: EventType; readonly payload: Uint8Array } | null;
}

export default defineCommand<object, ShowResult>({
  declare: (command) => {
    command
      .argument('[provider]', 'which')
      .argument('[event-type]', 'print the example payload of this one, exact bytes');
  },
  run: async (context, _options, args) => {
    const provider = await pickProvider(context, args[0]);
    if (args[1] === undefined) return { provider, event: null };
    const type = findEventType(provider, args[1]);
    return { provider, event: { type, payload: await readPayload(provider, type) } };
  },
  render: ({ provider, event }, term) => (event === null ? providerDetails(provider, term) : event.payload),
  json: ({ provider, event }) =>
    event === null
      ? { provider }
      : { provider: provider.id, eventType: { ...event.type, body: asUtf8(event.payload) } },
});
