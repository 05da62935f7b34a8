import { changeEndpoint, generateSecret } from '../../../engine/endpoints.ts';
import { UsageError } from '../../../errors.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { pickEndpoint, updateEndpoint } from '../../endpoints.ts';
import { declareSecrets } from '../../options.ts';
import { endpointDetails } from '../../render/endpoint.ts';
import { noteBareKey } from '../../rendering-options.ts';
import { givenSecrets } from '../../secrets.ts';

interface RotateOptions {
  readonly showSecrets?: boolean;
}

export default defineCommand<RotateOptions, ShownEndpoint>({
  declare: (command) => {
    command.argument('[endpoint]', 'which');
    declareSecrets(command);
    command.option('--show-secrets', 'print the secret in full').addHelpText(
      'after',
      `
Without --secret a new one is generated. It counts from the next attempt on, retries of what waits included.`,
    );
  },
  run: async (context, options, args) => {
    const [given, ...more] = givenSecrets({ ...options });
    if (more.length > 0) throw new UsageError('an endpoint has one secret', 'give --secret once');
    const store = await context.store();
    const endpoint = await pickEndpoint(context, store, args[0]);
    const now = context.clock.now();
    const rotated = await updateEndpoint(context, store, endpoint, (provider, present) => {
      const secret = given ?? generateSecret(provider, context.randomBytes);
      return changeEndpoint(provider, present, { secret }, now);
    });
    if (given !== undefined) noteBareKey(context, rotated.provider, given);
    return { ...rotated, showSecrets: options.showSecrets === true };
  },
  render: (result, term) => ({
    out: endpointDetails(result, term),
    ...(result.showSecrets
      ? {}
      : { err: `read the secret with: webhook-cli endpoints show ${result.endpoint.id} --show-secrets` }),
  }),
  json: (result) => ({ endpoint: endpointJson(result) }),
});
