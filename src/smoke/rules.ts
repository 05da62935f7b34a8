import { UsageError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { deliveryRules } from './delivery-rules.ts';
import { inputRules } from './input-rules.ts';
import type { Rule } from './rule.ts';
import { signatureRules } from './signature-rules.ts';

/** Those that look at an app with one event after another has been acknowledged. */
export const rules: readonly Rule[] = [...signatureRules, ...deliveryRules, ...inputRules].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

/** Every rule there is, in order; R01 and R07 come of sending the whole catalog. */
export const ruleIds: readonly string[] = ['R01', 'R07', ...rules.map(({ id }) => id)].sort();

function defaultIds(provider: Provider | undefined): readonly string[] {
  const chosen = rules.filter(
    ({ isDefault, isDefaultWhereApplies, applies }) =>
      isDefault || (isDefaultWhereApplies === true && provider !== undefined && applies?.(provider) === null),
  );
  return ['R01', 'R07', ...chosen.map(({ id }) => id)];
}

const NOT_SMOKE: Readonly<Record<string, string>> = {
  R14: 'that is for: webhook-cli doctor',
  R15: 'that is for: webhook-cli doctor',
  R16: 'that is for: webhook-cli doctor',
  R17: 'try it with: webhook-cli send --forwarded-for',
};

/**
 * The rules to look at: those of `--rules` (or all of them), else the default ones (of a provider), without those of `--skip`.
 * @throws {UsageError} for what is no rule, and where none is left.
 */
export function chooseRules(
  wanted: readonly string[],
  unwanted: readonly string[],
  provider?: Provider,
): ReadonlySet<string> {
  const asked = split(wanted);
  const chosen =
    asked.length === 0 ? defaultIds(provider) : asked.some(isAll) ? ruleIds : readIds(asked, '--rules');
  const left = new Set(chosen);
  for (const id of readIds(split(unwanted), '--skip')) left.delete(id);
  if (left.size === 0) throw new UsageError('no rule is left to check', 'skip fewer of them');
  return left;
}

function readIds(asked: readonly string[], option: string): readonly string[] {
  return asked.map((text) => {
    const id = text.toUpperCase();
    if (ruleIds.includes(id)) return id;
    throw new UsageError(
      `${option}: "${text}" is no rule of smoke`,
      NOT_SMOKE[id] ?? `they are ${ruleIds.join(', ')}`,
    );
  });
}

function split(lists: readonly string[]): string[] {
  return lists
    .flatMap((list) => list.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function isAll(text: string): boolean {
  return text.toLowerCase() === 'all';
}
