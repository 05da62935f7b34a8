import type { Verdict, VerdictReason } from '../model/verdict.ts';
import { valuePlace } from './content.ts';
import { formName, schemeName } from './describe.ts';
import { DIGEST_BYTES } from './digest.ts';
import { takeApart, type SignatureLine } from './extract.ts';
import { writtenAs } from './keys.ts';
import type { Match } from './match.ts';
import type { ContentScheme, Secret, SignedValue } from './scheme.ts';

/** What verdicts say. */

/** A verdict without what is the same in all of one scheme. */
export type Judge = (ok: boolean, reason: VerdictReason, message: string) => Verdict;

export function describeMatch(
  scheme: ContentScheme,
  { candidate, secretIndex }: Match,
  due: string,
): Verdict {
  const { place, form } = candidate;
  const warnings: string[] = [];
  if (form.warning !== undefined) warnings.push(form.warning);
  const own = 'header' in scheme.signature ? [due, ...(scheme.signature.also ?? [])] : [due];
  if (!own.some((name) => name.toLowerCase() === place.toLowerCase())) {
    warnings.push(`the signature was found in ${place}, not in ${due}`);
  }
  const verdict: Verdict = {
    ok: true,
    reason: 'valid',
    message: `the signature in ${place} matches`,
    scheme: schemeName(scheme),
    header: place,
    form: formName(form),
    secretIndex,
  };
  return warnings.length === 0 ? verdict : { ...verdict, warnings };
}

export function describeNoSecret(scheme: ContentScheme, secrets: readonly Secret[]): string {
  if (secrets.length === 0) {
    return scheme.kind === 'asymmetric'
      ? 'there is no public key to verify with'
      : 'there is no secret to verify with';
  }
  if (secrets.every((secret) => secret.length === 0)) return 'the secret is empty';
  if (scheme.kind === 'asymmetric')
    return `what was given as the secret is no ${scheme.algorithm} public key`;
  return scheme.kind === 'hmac' ? `the secret is not ${writtenAs(scheme)}` : 'the secret is empty';
}

export function describeMissing(scheme: ContentScheme, name: string): string {
  if (name === 'url') return 'the URL that was signed is not known';
  const place = name === 'timestamp' ? scheme.timestamp?.from : valuePlace(scheme, name);
  return place === undefined || 'field' in place
    ? `the signature needs ${name}, which is not there`
    : `there is no ${nameOf(place)}`;
}

export function nameOf(place: Exclude<SignedValue, { field: string }>): string {
  if ('header' in place) return `${place.header} header`;
  if ('body' in place) return `${place.body} in the body`;
  return 'form' in place ? `${place.form} in the form` : `${place.query} in the query`;
}

export function nounOf(scheme: ContentScheme, due: string): string {
  return 'header' in scheme.signature ? `${due} header` : due;
}

export function describeMalformed(
  scheme: ContentScheme,
  place: string,
  lines: readonly SignatureLine[],
): string {
  const what = 'header' in scheme.signature ? `the ${place} header` : place;
  const forms = [...new Set(scheme.forms.map(formName))].join(' or ');
  const { items } = scheme;
  const due = items === undefined ? forms : `${items.field}${items.assign}${forms}`;
  const texts = lines.flatMap(({ value }) => takeApart(items, value).texts);
  if (lines.every(({ value }) => value.trim() === '')) return `${what} is empty; expected ${due}`;
  const value = texts.find((text) => text !== '');
  if (value === undefined) {
    return items === undefined
      ? `${what} is empty; expected ${due}`
      : `${what} holds no ${items.field}; expected ${due}`;
  }
  const prefix =
    scheme.forms.find((form) => form.prefix !== '' && value.startsWith(form.prefix))?.prefix ?? '';
  const digest = value.slice(prefix.length);
  const isHex = scheme.forms.some(({ encoding }) => encoding.toLowerCase() === 'hex');
  const digits = scheme.kind === 'asymmetric' || !isHex ? null : DIGEST_BYTES[scheme.hash] * 2;
  const problem =
    digits !== null && /^[0-9a-f]*$/i.test(digest) && digest.length !== digits
      ? `has ${digest.length} hex digits where ${digits} are due`
      : `is not a signature (${value.length} characters)`;
  return `${what} ${problem}; expected ${due}`;
}
