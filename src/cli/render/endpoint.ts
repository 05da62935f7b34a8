import { policyOf } from '../../engine/policy.ts';
import { shownSecret, type ShownEndpoint } from '../../json/endpoint.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { printable } from '../../model/printable.ts';
import { type Palette, type Term } from './term.ts';

export function endpointDetails(shown: ShownEndpoint, term: Term): string {
  const { endpoint, provider, showSecrets } = shown;
  const { paint } = term;
  const policy = policyOf(provider, endpoint);
  const secret = shownSecret(endpoint.secret, showSecrets);
  const filters = Object.entries(endpoint.filters).map(([name, values]) => `${name}=${values.join(',')}`);
  const facts: [string, string | null][] = [
    ['provider', `${provider.name} (${provider.id})`],
    ['url', printable(endpoint.url)],
    ['events', printable(endpoint.eventTypes.join(', '))],
    [
      'status',
      statusMark(endpoint, paint) +
        (endpoint.disabledReason === null ? '' : `: ${printable(endpoint.disabledReason)}`),
    ],
    [
      'secret',
      secret === null
        ? 'none: deliveries are not signed'
        : printable(secret) + (showSecrets ? '' : paint.dim('   (in full: --show-secrets)')),
    ],
    ...endpoint.headers.map(([name, value]): [string, string] => ['header', printable(`${name}: ${value}`)]),
    ...filters.map((filter): [string, string] => ['filter', printable(filter)]),
    ['time-out', formatDuration(policy.timeoutMs)],
    [
      'retries',
      policy.delaysMs.length === 0
        ? 'none'
        : `${policy.delaysMs.length}, after ${policy.delaysMs.map(formatDuration).join(', ')}`,
    ],
  ];
  return [
    paint.bold(endpoint.id),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== null)
      .map(([name, value]) => `  ${paint.dim(name.padEnd(9))} ${value}`),
  ].join('\n');
}

export function endpointTable(shown: readonly ShownEndpoint[], term: Term): string {
  const hasSecrets = shown.some(({ showSecrets }) => showSecrets);
  return term.table(
    ['ID', 'PROVIDER', 'URL', 'EVENTS', 'STATUS', ...(hasSecrets ? ['SECRET'] : [])],
    shown.map(({ endpoint, showSecrets }) => [
      endpoint.id,
      endpoint.provider,
      printable(endpoint.url),
      printable(endpoint.eventTypes.join(',')),
      statusMark(endpoint, term.paint),
      ...(hasSecrets ? [printable(shownSecret(endpoint.secret, showSecrets) ?? '-')] : []),
    ]),
    ['EVENTS', 'PROVIDER'],
  );
}

function statusMark({ status }: Endpoint, paint: Palette): string {
  return status === 'active'
    ? paint.green(status)
    : status === 'disabled'
      ? paint.red(status)
      : paint.dim(status);
}
