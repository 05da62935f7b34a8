import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint, shown } from '../../endpoints.ts';
import { endpointDetails } from '../../render/endpoint.ts';

export default defineCommand<{ readonly showSecrets?: boolean }, ShownEndpoint>({
  declare: (command) => {
    command.argument('[endpoint]', 'which').option('--show-secrets', 'print the secret in full');
  },
  run: async (context, { showSecrets }, args) =>
    shown(context, await pickEndpoint(context, await context.store(), args[0]), showSecrets),
  render: endpointDetails,
  json: (result) => ({ endpoint: endpointJson(result) }),
});
