import { encodeDigest, equalDigests, plainDigest } from '../signing/digest.ts';
import { signsUrl } from '../signing/describe.ts';
import { rareBodyTrials, usualBodyTrials } from './bodies.ts';
import { sizeOf } from './budget.ts';
import { keyOf } from './prover.ts';
import type { Case, Notes } from './trials.ts';
import { likelyUrls } from './urls.ts';

/**
 * For schemes that sign a URL with the body's digest in it: where the URL's signature is right, the body alone is another one, and its
 * changes are compared with that digest.
 */
export function tryBodyDigest(one: Case, { budget, tried, add }: Notes): boolean {
  const { prover, request, secrets, readings, reason, context } = one;
  const { scheme, reader } = prover;
  const rule = scheme.bodyDigest;
  const told = rule === undefined ? undefined : reader.readText({ query: rule.query });
  if (rule === undefined || told === undefined || reason !== 'no-match') return false;
  const due = readings.filter(({ change }) => change === null);
  const urls = signsUrl(scheme) ? { urls: likelyUrls(request, context.urls) } : {};
  const isRight = secrets.some((secret) => {
    const key = keyOf(scheme, secret);
    return key !== null && (prover.fitting(key, urls, due) ?? []).length > 0;
  });
  if (!isRight) return false;
  const wanted = Buffer.from(told.toLowerCase());
  const { headers, body } = request;
  for (const trials of [usualBodyTrials(headers, body, false), rareBodyTrials(headers, body)]) {
    for (const { cause, parts, fix } of trials) {
      if (budget.isSpent() || !budget.take(sizeOf(parts))) break;
      tried.add(cause);
      const digest = encodeDigest(rule.encoding, plainDigest(rule.hash, ...parts));
      if (!equalDigests(wanted, Buffer.from(digest.toLowerCase()))) continue;
      add(cause, 'certain', fix);
      return true;
    }
  }
  const fix = `the URL is signed right, and ${rule.query} in it is not the digest of this body: the body was changed or cut on the way`;
  add('body-reserialized', 'likely', fix);
  return true;
}
