import { deactivateEndpoint } from '../../../engine/endpoints.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint, updateEndpoint } from '../../endpoints.ts';
import { endpointDetails } from '../../render/endpoint.ts';

export default defineCommand<{ readonly reason?: string }, ShownEndpoint>({
  declare: (command) => {
    command.argument('[endpoint]', 'which').option('--reason <text>', 'kept with the endpoint');
  },
  run: async (context, { reason }, args) => {
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, args[0]);
    const now = context.clock.now();
    const disabled = await updateEndpoint(context, store, endpoint, (_provider, present) =>
      deactivateEndpoint(present, now, reason),
    );
    return { ...disabled, showSecrets: false };
  },
  render: endpointDetails,
  json: (result) => ({ endpoint: endpointJson(result) }),
});
