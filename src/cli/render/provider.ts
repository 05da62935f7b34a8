import { formatDuration } from '../../model/duration.ts';
import { describeDisabling, describeRetry } from '../../providers/describe.ts';
import { describeSuccess, type Fact, type Location, type Provider } from '../../providers/provider.ts';
import { mayBeUnsigned } from '../../providers/signatures.ts';
import {
  contentName,
  hasContent,
  schemeName,
  signatureName,
  signsUrl,
  writtenForm,
} from '../../signing/describe.ts';
import type { ContentScheme, KeyForm, SignatureScheme } from '../../signing/scheme.ts';
import type { Term } from './term.ts';

/** Everything known of a provider, with what had to be assumed marked as such. */
export function providerDetails(provider: Provider, term: Term): string {
  const { paint } = term;
  const { signature, envelope } = provider;
  const scheme = signature.value;
  const rows: [string, string, string | null][] = [
    ['signature', describeSignature(scheme), signature.assumed],
    ...(hasContent(scheme) ? contentRows(scheme) : []),
    ...(mayBeUnsigned(provider) && scheme.kind !== 'none' && !hasContent(scheme)
      ? [['accepted', 'may come without', null] as [string, string, null]]
      : []),
    ...provider.otherSignatures.map(({ name, description, sent }): [string, string, null] => [
      'also',
      `${name}: ${description}${sent === true ? ' (sent along)' : ''}`,
      null,
    ]),
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
    fact('retries', provider.retry, describeRetry),
    fact('disabled', provider.disable, describeDisabling),
    fact('secret', provider.endpoint.secret, (who) =>
      who === 'generated' ? 'made by the provider' : 'given by you',
    ),
    fact('re-enabled', provider.endpoint.enable, (need) =>
      need === 'passed-test' ? 'after a passed test' : 'without more ado',
    ),
    ...provider.handshakes.map(({ name, description, assumed = null }): [string, string, string | null] => [
      'handshake',
      `${name}: ${description}`,
      assumed,
    ]),
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

function describeSignature(scheme: SignatureScheme): string {
  if (scheme.kind === 'none') return 'none: anyone can send';
  if (scheme.kind === 'token') return `the secret itself in ${signatureName(scheme)}`;
  return `${schemeName(scheme)} of ${contentName(scheme)} in ${signatureName(scheme)}, as ${writtenForm(scheme)}`;
}

function contentRows(scheme: ContentScheme): [string, string, string | null][] {
  const accepted = [...new Set(scheme.forms.map((form) => writtenForm(scheme, form)))].join(' or ');
  const tolerance = scheme.timestamp?.toleranceSeconds;
  const key = scheme.kind === 'hmac' ? scheme.key : undefined;
  return [
    ['accepted', accepted + (scheme.optional === true ? '; may be unsigned' : ''), null],
    ...(key === undefined ? [] : [row('key', describeKey(key))]),
    ...(tolerance === undefined
      ? []
      : [
          row(
            'good for',
            tolerance === null ? 'ever: no limit is set' : `${formatDuration(tolerance * 1_000)}, either way`,
          ),
        ]),
    ...(signsUrl(scheme)
      ? [row('URL', 'signed: the receiver has to know the public one (--public-url)')]
      : []),
  ];
}

function describeKey({ strip, encoding, onlyStripped }: KeyForm): string {
  const rest = strip === undefined ? 'the secret' : `the secret without ${strip}`;
  const decoded = encoding === 'utf8' ? rest : `${rest}, decoded from ${encoding}`;
  return onlyStripped === true ? `${decoded}; as it is where it does not begin so` : decoded;
}

function row(name: string, value: string): [string, string, null] {
  return [name, value, null];
}

function places(locations: readonly Location[]): string {
  return locations.length === 0 ? 'none' : locations.map(placeName).join(', or ');
}

function placeName(location: Location): string {
  if ('body' in location) return `body ${location.body}`;
  if ('header' in location) return `header ${location.header}`;
  if ('form' in location) return `form ${location.form}`;
  if ('query' in location) return `query ${location.query}`;
  if ('join' in location) return location.join.map(placeName).join(` + "${location.with}" + `);
  return `the key beside ${location.keyBeside.join(', ')}`;
}
