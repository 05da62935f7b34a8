import { formatDuration } from '../../model/duration.ts';
import { describeDisabling, describeSchedule } from '../../providers/describe.ts';
import { describeSuccess, type Fact, type Location, type Provider } from '../../providers/provider.ts';
import { formName, schemeName } from '../../signing/scheme.ts';
import type { Term } from './term.ts';

/** Everything known of a provider, with what had to be assumed marked as such. */
export function providerDetails(provider: Provider, term: Term): string {
  const { paint } = term;
  const { signature, envelope } = provider;
  const scheme = signature.value;
  const rows: [string, string, string | null][] = [
    [
      'signature',
      `${schemeName(scheme)} of the raw body in ${scheme.header}, as ${formName(scheme.forms[0])}`,
      signature.assumed,
    ],
    [
      'accepted',
      scheme.forms.map(formName).join(' or ') + (scheme.optional === true ? '; may be unsigned' : ''),
      null,
    ],
    ['event type', places(envelope.value.type), envelope.assumed],
    ['event id', places(envelope.value.id), envelope.assumed],
    ['event time', places(envelope.value.time), envelope.assumed],
    [
      'resource',
      envelope.value.data === '' ? 'the whole body' : `body ${envelope.value.data}`,
      envelope.assumed,
    ],
    ...provider.headers.map(({ name, value, extra, assumed = null }): [string, string, string | null] => [
      'header',
      `${name}: ${'text' in value ? value.text : `<${value.from}>`}${extra === true ? ' (with --extra-headers only)' : ''}`,
      assumed,
    ]),
    fact('success', provider.success, describeSuccess),
    fact('answer in', provider.deadlineMs, (ms) => (ms === null ? 'not said' : formatDuration(ms))),
    fact('time-out', provider.timeoutMs, formatDuration),
    fact(
      'retries',
      provider.retry,
      (retry) => `${retry.delaysSeconds.length}, after ${describeSchedule(retry)}`,
    ),
    fact('disabled', provider.disable, describeDisabling),
    fact('secret', provider.endpoint.secret, (who) =>
      who === 'generated' ? 'made by the provider' : 'given by you',
    ),
    fact('re-enabled', provider.endpoint.enable, (need) =>
      need === 'passed-test' ? 'after a passed test' : 'without more ado',
    ),
    ...provider.endpoint.filters.map(({ name, description }): [string, string, null] => [
      'filter',
      `${name}: ${description}`,
      null,
    ]),
    fact('addresses', provider.ipRanges, (ranges) => (ranges === null ? 'not published' : ranges.join(', '))),
    fact('HTTPS', provider.https, (rule) => rule.replaceAll('-', ' ')),
  ];
  const shown = rows.map(([name, value, why]) => {
    const mark = why === null ? '' : paint.yellow(`  (assumed: ${why})`);
    return `  ${paint.dim(name.padEnd(11))}${value}${mark}`;
  });
  const remarks = [...provider.signatureAssumptions.map((text) => `assumed: ${text}`), ...provider.notes];
  const events = provider.events.map(({ name, description, payload }) => [
    `  ${name}`,
    description,
    payload === 'synthetic' ? paint.yellow('SYNTHETIC: not in the documents') : paint.dim(payload),
  ]);
  return [
    `${paint.bold(provider.name)} (${provider.id})${provider.stability === 'draft' ? paint.yellow('  its documents are a draft') : ''}`,
    ...shown,
    ...remarks.map((remark) => `  ${paint.dim('note'.padEnd(11))}${remark}`),
    '',
    `${provider.events.length} event types`,
    term.table(['  TYPE', 'WHAT', 'EXAMPLE'], events),
  ].join('\n');
}

function fact<T>(
  name: string,
  { value, assumed }: Fact<T>,
  say: (value: T) => string,
): [string, string, string | null] {
  return [name, say(value), assumed];
}

function places(locations: readonly Location[]): string {
  if (locations.length === 0) return 'none';
  return locations
    .map((location) => ('body' in location ? `body ${location.body}` : `header ${location.header}`))
    .join(', or ');
}
