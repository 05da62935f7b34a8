import { enableEndpoint } from '../../../engine/endpoints.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint, updateEndpoint } from '../../endpoints.ts';
import { endpointDetails } from '../../render/endpoint.ts';

export default defineCommand<{ readonly force?: boolean }, ShownEndpoint>({
  declare: (command) => {
    command
      .argument('[endpoint]', 'which')
      .option('--force', 'even where the provider wants a test passed first');
  },
  run: async (context, { force }, args) => {
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, args[0]);
    const now = context.clock.now();
    const enabled = await updateEndpoint(context, store, endpoint, (provider, present) =>
      enableEndpoint(provider, present, now, { force: force === true }),
    );
    return { ...enabled, showSecrets: false };
  },
  render: endpointDetails,
  json: (result) => ({ endpoint: endpointJson(result) }),
});
