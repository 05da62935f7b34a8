import { headerValues, type Header } from '../model/request.ts';
import type { Verdict, VerdictReason } from '../model/verdict.ts';
import { decodeSignature, DIGEST_BYTES, equalDigests, hmac } from './hmac.ts';
import { isReserialized } from './near-miss.ts';
import { formName, schemeName, type Secret, type SignatureForm, type SignatureScheme } from './scheme.ts';

interface Candidate {
  readonly header: string;
  readonly form: SignatureForm;
  readonly digest: Buffer;
}

/**
 * Checks a request's signature against one or several secrets (several during a rotation). Never throws:
 * whatever the request holds, the answer is a verdict. Digests are compared in constant time, every secret against every
 * signature.
 */
export function verify(
  scheme: SignatureScheme,
  request: { readonly headers: readonly Header[]; readonly body: Uint8Array },
  secrets: readonly Secret[],
): Verdict {
  const found = findSignatures(scheme, request.headers);
  const header = found[0]?.[0] ?? scheme.header;
  const result = (ok: boolean, reason: VerdictReason, message: string): Verdict => ({
    ok,
    reason,
    message,
    scheme: schemeName(scheme),
    header,
  });

  if (!secrets.some(isUsable)) {
    if (scheme.optional && found.length === 0 && secrets.length === 0) {
      return result(true, 'unsigned', 'not signed, and signing is optional at this provider');
    }
    return result(
      false,
      'no-secret',
      secrets.length === 0 ? 'there is no secret to verify with' : 'the secret is empty',
    );
  }
  if (found.length === 0) {
    return result(false, 'missing-header', `there is no ${scheme.header} header`);
  }

  const candidates = found.flatMap((line) => decodeLine(scheme, line));
  if (candidates.length === 0) {
    return result(false, 'malformed-header', describeMalformed(scheme, header, found.flatMap(parts)));
  }

  const match = matchAny(scheme, request.body, secrets, candidates);
  if (match !== null) return describeMatch(scheme, match);

  const mismatch = `the signature in ${header} does not match`;
  const rewritten = isReserialized(secrets.filter(isUsable), request.body, (body, secret) => {
    const digest = hmac(scheme.hash, secret, body);
    return candidates.some((candidate) => equalDigests(candidate.digest, digest));
  });
  if (rewritten) {
    return result(
      false,
      'reserialized',
      `${mismatch} these bytes, but matches them parsed and written again as JSON: the body was changed after or before it was signed`,
    );
  }
  return result(false, 'no-match', `${mismatch}: another secret, or other bytes`);
}

function isUsable(secret: Secret): boolean {
  return secret.length > 0;
}

interface Match {
  readonly candidate: Candidate;
  /** Which of the secrets it was made with. */
  readonly secretIndex: number;
}

function matchAny(
  scheme: SignatureScheme,
  body: Uint8Array,
  secrets: readonly Secret[],
  candidates: readonly Candidate[],
): Match | null {
  let match: Match | null = null;
  for (const [secretIndex, secret] of secrets.entries()) {
    if (!isUsable(secret)) continue;
    const expected = hmac(scheme.hash, secret, body);
    for (const candidate of candidates) {
      if (equalDigests(candidate.digest, expected)) match ??= { candidate, secretIndex };
    }
  }
  return match;
}

function describeMatch(scheme: SignatureScheme, { candidate, secretIndex }: Match): Verdict {
  const { header, form } = candidate;
  const warnings: string[] = [];
  if (form.warning !== undefined) warnings.push(form.warning);
  if (header.toLowerCase() !== scheme.header.toLowerCase()) {
    warnings.push(`the signature was found in ${header}, not in ${scheme.header}`);
  }
  const verdict: Verdict = {
    ok: true,
    reason: 'valid',
    message: `the signature in ${header} matches`,
    scheme: schemeName(scheme),
    header,
    form: formName(form),
    secretIndex,
  };
  return warnings.length === 0 ? verdict : { ...verdict, warnings };
}

/** The header lines that may hold the signature: the documented ones, else a fallback's, else all that look like one. */
function findSignatures(scheme: SignatureScheme, headers: readonly Header[]): Header[] {
  const documented = linesNamed(headers, scheme.header);
  if (documented.length > 0) return documented;
  for (const name of scheme.fallbackHeaders ?? []) {
    const lines = linesNamed(headers, name);
    if (lines.length > 0) return lines;
  }
  if (!scheme.anySignatureHeader) return [];
  return headers.filter((line) => /signature/i.test(line[0]) && decodeLine(scheme, line).length > 0);
}

function linesNamed(headers: readonly Header[], name: string): Header[] {
  return headerValues(headers, name).map((value) => [name, value]);
}

function decodeLine(scheme: SignatureScheme, line: Header): Candidate[] {
  const candidates: Candidate[] = [];
  for (const part of parts(line)) {
    const decoded = decodeSignature(scheme, part);
    if (decoded !== null) candidates.push({ header: line[0], form: decoded.form, digest: decoded.digest });
  }
  return candidates;
}

/** Several signatures may stand in one header, as they do during a rotation of secrets. */
function parts([, value]: Header): string[] {
  return value.split(',').map((part) => part.trim());
}

function describeMalformed(scheme: SignatureScheme, header: string, values: readonly string[]): string {
  const forms = [...new Set(scheme.forms.map(formName))].join(' or ');
  const value = values.find((text) => text !== '');
  if (value === undefined) return `the ${header} header is empty; expected ${forms}`;
  const prefix =
    scheme.forms.find((form) => form.prefix !== '' && value.startsWith(form.prefix))?.prefix ?? '';
  const digest = value.slice(prefix.length);
  const due = DIGEST_BYTES[scheme.hash] * 2;
  const problem =
    /^[0-9a-f]*$/i.test(digest) && digest.length !== due
      ? `has ${digest.length} hex digits where ${due} are due`
      : `is not a signature (${value.length} characters)`;
  return `the ${header} header ${problem}; expected ${forms}`;
}
