import { printable } from '../model/printable.ts';
import { defineProvider, type Provider, type ProviderProfile } from '../providers/provider.ts';
import { checkShape } from './check-shape.ts';
import { checkSignature } from './check-signature.ts';
import { PROFILE } from './profile-shape.ts';

export type CheckedProfile = { readonly provider: Provider } | { readonly problems: readonly string[] };

/**
 * A provider from what may be its profile, or everything that is wrong with it: which provider, which field, and what is due.
 * Never throws, whatever it is given; a whole provider is a profile too.
 */
export function checkProfile(given: unknown): CheckedProfile {
  const profile = withoutSchema(given);
  const name = nameOf(profile);
  const formal = checkShape(PROFILE, profile, '');
  const problems = formal.length > 0 ? formal : checkSense(profile as ProviderProfile);
  if (problems.length > 0) return { problems: problems.map((problem) => `${name}: ${problem}`) };
  return { provider: defineProvider(profile as ProviderProfile) };
}

/** What no shape can say. */
function checkSense(profile: ProviderProfile): string[] {
  const provider = defineProvider(profile);
  const { signature, otherSignatures, events, headers, success, retry } = provider;
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
  ];
}

function twice(where: string, names: readonly string[]): string[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map((name) => `${where} has ${JSON.stringify(name)} twice`);
}

/** What an editor reads is none of the profile. */
function withoutSchema(given: unknown): unknown {
  if (
    typeof given !== 'object' ||
    given === null ||
    Array.isArray(given) ||
    !Object.hasOwn(given, '$schema')
  ) {
    return given;
  }
  return Object.fromEntries(Object.entries(given).filter(([key]) => key !== '$schema'));
}

function nameOf(profile: unknown): string {
  const id = typeof profile === 'object' && profile !== null ? (profile as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id !== ''
    ? `provider ${printable(id.slice(0, 64))}`
    : 'a provider without an id';
}
