import { checkUrl } from '../../../engine/endpoint-checks.ts';
import { createEndpoint, type EndpointSettings } from '../../../engine/endpoints.ts';
import { UsageError } from '../../../errors.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import { isTarget, parseTarget } from '../../../model/target.ts';
import type { Provider } from '../../../providers/provider.ts';
import { mayBeUnsigned } from '../../../providers/signatures.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import {
  declareEndpointSettings,
  readChecks,
  readEndpointSettings,
  type EndpointCommandOptions,
} from '../../endpoint-options.ts';
import { shown } from '../../endpoints.ts';
import { pickProvider } from '../../pick.ts';
import { endpointDetails } from '../../render/endpoint.ts';
import { noteBareKey } from '../../rendering-options.ts';

interface CreateOptions extends EndpointCommandOptions {
  readonly provider?: string;
  readonly inactive?: boolean;
  readonly showSecrets?: boolean;
}

interface Created extends ShownEndpoint {
  readonly isGenerated: boolean;
}

export default defineCommand<CreateOptions, Created>({
  declare: (command) => {
    command.option('--provider <id>', 'who delivers');
    declareEndpointSettings(command);
    command
      .option('--inactive', 'create it switched off')
      .option('--show-secrets', 'print the secret in full')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli endpoints create --provider iverton --url :3000 --events 'deal.*' --secret whsec_x
  webhook-cli endpoints create --provider taskplatform --url :3000/hooks --show-secrets
  webhook-cli endpoints create --provider filedgr --url :3000 --secret s --retry-count 3 --retry-delay 5`,
      );
  },
  run: create,
  render: (created, term) => ({
    out: endpointDetails(created, term),
    ...(created.isGenerated && !created.showSecrets
      ? {
          err: `the secret was generated; read it with: webhook-cli endpoints show ${created.endpoint.id} --show-secrets`,
        }
      : {}),
  }),
  json: (created) => ({ endpoint: endpointJson(created) }),
});

async function create(context: Context, options: CreateOptions): Promise<Created> {
  const given = readEndpointSettings(options);
  const asks = context.interactive && given.url === undefined;
  const provider = await pickProvider(context, options.provider);
  const url = given.url ?? (await askUrl(context, provider));
  const eventTypes = given.eventTypes ?? (asks ? await askEvents(context, provider) : ['*']);
  const secret = await chooseSecret(context, provider);
  const active = options.inactive === true ? false : asks ? await askActive(context) : true;
  const world = { now: context.clock.now(), randomBytes: context.randomBytes };
  const settings = { ...given, url, eventTypes, active, ...(secret === undefined ? {} : { secret }) };
  const endpoint = createEndpoint(provider, settings, world, readChecks(options));
  await (await context.store()).endpoints.add(endpoint);
  if (secret !== undefined && secret !== null) noteBareKey(context, provider, secret);
  return {
    ...(await shown(context, endpoint, options.showSecrets)),
    isGenerated: secret === undefined && endpoint.secret !== null,
  };
}

async function askUrl(context: Context, provider: Provider): Promise<string> {
  if (!context.interactive) {
    throw new UsageError('where to?', 'give a URL with --url, such as --url http://localhost:3000/webhooks');
  }
  const answer = await (
    await context.prompt()
  ).input('URL?', {
    validate: (text) =>
      isTarget(text) ? urlProblem(provider, text) : 'write a URL, such as http://localhost:3000/webhooks',
  });
  return parseTarget(answer, '--url').href;
}

/** True where there is none, as questions want it. */
function urlProblem(provider: Provider, text: string): true | string {
  try {
    checkUrl(provider, parseTarget(text, '--url').href);
    return true;
  } catch (error) {
    return (error as Error).message;
  }
}

async function askEvents(context: Context, provider: Provider): Promise<readonly string[]> {
  const choices = provider.events.map(({ name, description }) => ({ name, value: name, description }));
  const chosen = await (await context.prompt()).several('Which events? (none: all of them)', choices);
  return chosen.length === 0 || chosen.length === choices.length ? ['*'] : chosen;
}

async function askActive(context: Context): Promise<boolean> {
  return (await context.prompt()).confirm('Active?', true);
}

/** Undefined leaves it to the provider: generated, or none. */
async function chooseSecret(context: Context, provider: Provider): Promise<EndpointSettings['secret']> {
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length > 1) throw new UsageError('an endpoint has one secret', 'give --secret once');
  if (secrets.length === 1) return secrets[0]!;
  const needsOne = provider.endpoint.secret.value === 'given' && !mayBeUnsigned(provider);
  if (!context.interactive || !needsOne) return undefined;
  return (await context.prompt()).secret(`Secret of ${provider.name}?`);
}
