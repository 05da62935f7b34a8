import { changeEndpoint } from '../../../engine/endpoints.ts';
import { UsageError } from '../../../errors.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import {
  declareEndpointSettings,
  readChecks,
  readEndpointSettings,
  type EndpointCommandOptions,
} from '../../endpoint-options.ts';
import { pickEndpoint, updateEndpoint } from '../../endpoints.ts';
import { endpointDetails } from '../../render/endpoint.ts';
import { givenSecrets } from '../../secrets.ts';

interface UpdateOptions extends EndpointCommandOptions {
  readonly showSecrets?: boolean;
}

export default defineCommand<UpdateOptions, ShownEndpoint>({
  declare: (command) => {
    command.argument('[endpoint]', 'which');
    declareEndpointSettings(command);
    command.option('--show-secrets', 'print the secret in full').addHelpText(
      'after',
      `
Examples:
  webhook-cli endpoints update ep_… --events 'deal.*,contact.created'
  webhook-cli endpoints update ep_… --delays default`,
    );
  },
  run: async (context, options, args) => {
    const [secret, ...more] = givenSecrets({ ...options });
    if (more.length > 0) throw new UsageError('an endpoint has one secret', 'give --secret once');
    const settings = { ...readEndpointSettings(options), ...(secret === undefined ? {} : { secret }) };
    if (Object.keys(settings).length === 0) {
      throw new UsageError('nothing to change', 'give a setting, such as --url or --events');
    }
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, args[0]);
    const now = context.clock.now();
    const updated = await updateEndpoint(context, store, endpoint, (provider, present) =>
      changeEndpoint(provider, present, settings, now, readChecks(options)),
    );
    return { ...updated, showSecrets: options.showSecrets === true };
  },
  render: endpointDetails,
  json: (result) => ({ endpoint: endpointJson(result) }),
});
