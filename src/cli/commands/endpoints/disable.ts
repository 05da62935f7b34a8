import { deactivateEndpoint } from '../../../engine/endpoints.ts';
import { NotFoundError } from '../../../errors.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint, shown } from '../../endpoints.ts';
import { endpointDetails } from '../../render/endpoint.ts';

export default defineCommand<{ readonly reason?: string }, ShownEndpoint>({
  declare: (command) => {
    command.argument('[endpoint]', 'which').option('--reason <text>', 'kept with the endpoint');
  },
  run: async (context, { reason }, args) => {
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, args[0]);
    const now = context.clock.now();
    const disabled = await store.endpoints.update(endpoint.id, (present) =>
      deactivateEndpoint(present, now, reason),
    );
    if (disabled === null) throw new NotFoundError(`the endpoint ${endpoint.id} was deleted meanwhile`);
    return shown(context, disabled, false);
  },
  render: endpointDetails,
  json: (result) => ({ endpoint: endpointJson(result) }),
});
