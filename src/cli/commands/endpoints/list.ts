import { UsageError } from '../../../errors.ts';
import { endpointJson, type ShownEndpoint } from '../../../json/endpoint.ts';
import type { EndpointStatus } from '../../../model/endpoint.ts';
import { defineCommand } from '../../command.ts';
import { shown } from '../../endpoints.ts';
import { endpointTable } from '../../render/endpoint.ts';

interface ListOptions {
  readonly provider?: string;
  readonly status?: string;
  readonly showSecrets?: boolean;
}

const STATUSES: readonly EndpointStatus[] = ['active', 'inactive', 'disabled'];

export default defineCommand<ListOptions, readonly ShownEndpoint[]>({
  declare: (command) => {
    command
      .option('--provider <id>', 'of this provider')
      .option('--status <status>', STATUSES.join(', '))
      .option('--show-secrets', 'print secrets in full');
  },
  run: async (context, { provider, status, showSecrets }) => {
    const known = STATUSES.find((name) => name === status);
    if (status !== undefined && known === undefined) {
      throw new UsageError(`--status takes ${STATUSES.join(', ')}, not "${status}"`);
    }
    const { endpoints } = await context.store();
    const found = await endpoints.list(provider === undefined ? {} : { provider });
    const present = await Promise.all(found.map((endpoint) => shown(context, endpoint, showSecrets)));
    return known === undefined ? present : present.filter(({ endpoint }) => endpoint.status === known);
  },
  render: (endpoints, term) =>
    endpoints.length === 0 ? { err: 'no endpoints' } : endpointTable(endpoints, term),
  json: (endpoints) => ({ endpoints: endpoints.map(endpointJson) }),
});
