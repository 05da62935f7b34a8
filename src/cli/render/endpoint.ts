import { verificationKey } from '../../engine/endpoint-secret.ts';
import { policyOf } from '../../engine/policy.ts';
import { shownSecret, type ShownEndpoint } from '../../json/endpoint.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { printable } from '../../model/printable.ts';
import { describeRetries } from '../../providers/describe.ts';
import { type Palette, type Term } from './term.ts';

export function endpointDetails(shown: ShownEndpoint, term: Term): string {
  const { endpoint, provider, showSecrets } = shown;
  const { paint } = term;
  const policy = provider === null ? null : policyOf(provider, endpoint);
  const secret = shownSecret(endpoint.secret, showSecrets);
  const publicKey = provider === null ? null : verificationKey(provider, endpoint.secret);
  const filters = Object.entries(endpoint.filters).map(([name, values]) => `${name}=${values.join(',')}`);
  const facts: [string, string | null][] = [
    ['provider', provider === null ? unknown(endpoint) : `${provider.name} (${provider.id})`],
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
        : lines(secret) + (showSecrets ? '' : paint.dim('   (in full: --show-secrets)')),
    ],
    ['public key', publicKey === null ? null : lines(publicKey)],
    ...endpoint.headers.map(([name, value]): [string, string] => ['header', printable(`${name}: ${value}`)]),
    ...filters.map((filter): [string, string] => ['filter', printable(filter)]),
    ['time-out', policy === null ? null : formatDuration(policy.timeoutMs)],
    ['retries', policy === null ? null : describeRetries(policy.delaysMs)],
  ];
  return [
    paint.bold(endpoint.id),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== null)
      .map(([name, value]) => `  ${paint.dim(name.padEnd(9))} ${value}`),
  ].join('\n');
}

function unknown({ provider }: Endpoint): string {
  return `${printable(provider)}, which is not known here: nothing is delivered (is it in another configuration?)`;
}

/** A key of several lines begins on one of its own, to be copied as it is. */
function lines(text: string): string {
  const all = text.trimEnd().split('\n').map(printable);
  return all.length === 1 ? all[0]! : ['', ...all].join('\n');
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
