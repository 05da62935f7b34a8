import { isIP } from 'node:net';
import { printable } from '../model/printable.ts';
import { defineProvider, type Provider, type ProviderProfile } from '../providers/provider.ts';
import { checkShape } from './check-shape.ts';
import { checkSignature } from './check-signature.ts';
import { PROFILE } from './profile-shape.ts';

const LONGEST_ERROR = 200;

export type CheckedProfile = { readonly provider: Provider } | { readonly problems: readonly string[] };

/**
 * A provider from what may be its profile, or everything that is wrong with it: which provider, which field, and what is due.
 * Never throws, whatever it is given; a whole provider is a profile too.
 */
export function checkProfile(given: unknown): CheckedProfile {
  let name = 'a provider';
  try {
    name = nameOf(given);
    const formal = checkShape(PROFILE, given, '');
    const problems = formal.length > 0 ? formal : checkSense(given as ProviderProfile);
    if (problems.length > 0) return { problems: problems.map((problem) => `${name}: ${problem}`) };
    return { provider: defineProvider(given as ProviderProfile) };
  } catch (error) {
    // A configuration that is a program may hold what throws when it is looked at.
    return { problems: [`${name}: it cannot be read, as looking at it throws${wordsOf(error)}`] };
  }
}

/** What no shape can say. */
function checkSense(profile: ProviderProfile): string[] {
  const provider = defineProvider(profile);
  const { signature, otherSignatures, events, headers, success, retry, ipRanges } = provider;
  const ranges = [
    ...success.value,
    ...(retry.value.finalStatuses ?? []),
    ...(retry.value.retryStatuses ?? []),
  ].filter((range) => typeof range !== 'number');
  return [
    ...checkSignature(signature.value, 'signature'),
    ...otherSignatures.flatMap(({ scheme }, index) =>
      checkSignature(scheme, `otherSignatures.${index}.scheme`),
    ),
    ...twice(
      'otherSignatures',
      otherSignatures.map((other) => other.name),
    ),
    ...twice(
      'events',
      events.map((event) => event.name),
    ),
    ...twice(
      'headers',
      headers.map((header) => header.name.toLowerCase()),
    ),
    ...ranges
      .filter(([from, to]) => from > to)
      .map(([from, to]) => `${from} to ${to} is no range of statuses`),
    ...(ipRanges.value ?? [])
      .filter((range) => !isCidr(range))
      .map((range) => `ipRanges has ${range}, which is no CIDR range such as 203.0.113.0/24`),
  ];
}

function twice(where: string, names: readonly string[]): string[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map((name) => `${where} has ${JSON.stringify(name)} twice`);
}

function isCidr(range: string): boolean {
  const [network = '', prefix = ''] = range.split('/');
  const family = isIP(network);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function nameOf(profile: unknown): string {
  const id = typeof profile === 'object' && profile !== null ? (profile as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id !== ''
    ? `provider ${printable(id.slice(0, 64))}`
    : 'a provider without an id';
}

/** Even an error may throw when it is looked at. */
function wordsOf(error: unknown): string {
  try {
    const words = error instanceof Error ? String(error.message) : String(error);
    return `: ${printable(words.slice(0, LONGEST_ERROR))}`;
  } catch {
    return '';
  }
}
