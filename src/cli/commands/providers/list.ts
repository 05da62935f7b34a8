import { describeSchedule } from '../../../providers/describe.ts';
import { loadProviders } from '../../../providers/index.ts';
import type { Provider } from '../../../providers/provider.ts';
import { defineCommand } from '../../command.ts';

export default defineCommand<object, readonly Provider[]>({
  declare: () => {},
  run: () => loadProviders(),
  render: (providers, term) =>
    term.table(
      ['ID', 'NAME', 'EVENT TYPES', 'SIGNATURE HEADER', 'RETRIES AFTER'],
      providers.map((provider) => [
        provider.id,
        provider.name,
        String(provider.events.length),
        provider.signature.value.header,
        describeSchedule(provider.retry.value),
      ]),
    ),
  json: (providers) => ({
    providers: providers.map(({ id, name, stability, events, signature, retry }) => ({
      id,
      name,
      stability,
      eventTypes: events.length,
      signatureHeader: signature.value.header,
      retryDelaysSeconds: retry.value.delaysSeconds,
    })),
  }),
});
