import { policyOf } from '../../engine/policy.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Provider } from '../../providers/provider.ts';
import { iso } from './json.ts';
import { printable, type Palette, type Term } from './term.ts';

/** An endpoint with the provider whose habits it has; the secret is shown in full only where that was asked for. */
export interface ShownEndpoint {
  readonly endpoint: Endpoint;
  readonly provider: Provider;
  readonly showSecrets: boolean;
}

/** An endpoint as the JSON contract has it. */
export function endpointJson({ endpoint, provider, showSecrets }: ShownEndpoint): object {
  const { disabledAt, testedAt, createdAt, updatedAt, secret } = endpoint;
  const policy = policyOf(provider, endpoint);
  return {
    ...endpoint,
    secret: shownSecret(secret, showSecrets),
    effective: { timeoutMs: policy.timeoutMs, delaysMs: policy.delaysMs, disable: policy.disable },
    disabledAt: disabledAt === null ? null : iso(disabledAt),
    testedAt: testedAt === null ? null : iso(testedAt),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

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

/** A secret as it may be printed: whole, or no more than tells two of them apart. */
function shownSecret(secret: Endpoint['secret'], whole: boolean): string | null {
  if (secret === null) return null;
  const text = typeof secret === 'string' ? secret : `base64:${Buffer.from(secret).toString('base64')}`;
  if (whole) return text;
  const prefix = /^[a-z]+_(?=.{16})/.exec(text)?.[0] ?? '';
  return `${prefix}…${text.length >= 24 ? text.slice(-4) : ''}`;
}
