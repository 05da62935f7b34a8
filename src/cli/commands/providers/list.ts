import { formatDuration } from '../../../model/duration.ts';
import { describeSchedule } from '../../../providers/describe.ts';
import { builtIn } from '../../../providers/index.ts';
import type { Provider } from '../../../providers/provider.ts';
import { signatureHeader, signatureName } from '../../../signing/describe.ts';
import { defineCommand } from '../../command.ts';

export default defineCommand<object, readonly Provider[]>({
  declare: (command) => {
    command.addHelpText(
      'after',
      `
Those of webhook.config.json are marked (own).

Examples:
  webhook-cli providers list
  webhook-cli providers list --json`,
    );
  },
  run: async (context) => (await context.providers()).all,
  render: (providers, term) =>
    term.table(
      ['ID', 'NAME', 'EVENT TYPES', 'SIGNATURE', 'RETRIES AFTER'],
      providers.map((provider) => [
        provider.id,
        isOwn(provider) ? `${provider.name} (own)` : provider.name,
        String(provider.events.length),
        signatureName(provider.signature.value) || 'none',
        scheduleOf(provider),
      ]),
      ['RETRIES AFTER'],
    ),
  json: (providers) => ({
    providers: providers.map((provider) => ({
      id: provider.id,
      name: provider.name,
      stability: provider.stability,
      own: isOwn(provider),
      eventTypes: provider.events.length,
      signatureHeader: signatureHeader(provider.signature.value),
      retryDelaysSeconds: provider.retry.value.delaysSeconds,
    })),
  }),
});

/** Longer schedules are told in full by `providers show`. */
const MOST_WAITS = 6;

function scheduleOf({ retry }: Provider): string {
  const { delaysSeconds } = retry.value;
  if (delaysSeconds.length <= MOST_WAITS) return describeSchedule(retry.value);
  const seconds = delaysSeconds.reduce((sum, delay) => sum + delay, 0);
  return `${delaysSeconds.length} within ${formatDuration(seconds * 1_000)}`;
}

/** Whether it is the configuration's, and not ours. */
function isOwn(provider: Provider): boolean {
  return builtIn.find(provider.id) !== provider;
}
