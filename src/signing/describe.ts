import type { ContentScheme, SignatureForm, SignaturePlace, SignatureScheme } from './scheme.ts';

/** `hmac-sha256`, `ed25519`, `token` and the like. */
export function schemeName(scheme: SignatureScheme): string {
  if (scheme.kind === 'hmac' || scheme.kind === 'digest') return `${scheme.kind}-${scheme.hash}`;
  if (scheme.kind === 'asymmetric') return scheme.algorithm;
  return scheme.kind;
}

/** `sha256=<hex>`, `<base64>` and the like. */
export function formName(form: SignatureForm): string {
  return `${form.prefix}<${form.encoding}>`;
}

/** How a scheme's signature is written: `t={timestamp},v1=<hex>`, `sha256=<hex>`. */
export function writtenForm(scheme: ContentScheme, form: SignatureForm = scheme.forms[0]): string {
  return (scheme.write ?? '{signature}')
    .replace('{signature}', () => formName(form))
    .replace('{timestamp}', '<timestamp>');
}

/** The forms a signature may have; none where nothing is computed. */
export function formsOf(scheme: SignatureScheme): readonly SignatureForm[] {
  return hasContent(scheme) ? scheme.forms : [];
}

/** Whether a signature is made from the request's bytes, and not a secret sent along, or nothing. */
export function hasContent(scheme: SignatureScheme): scheme is ContentScheme {
  return scheme.kind !== 'token' && scheme.kind !== 'none';
}

/** Where the proof stands, for people: a header's name, `"sign" in the body`. Empty where nothing is signed. */
export function signatureName(scheme: SignatureScheme): string {
  if (scheme.kind === 'none') return '';
  if (scheme.kind !== 'token') return placeName(scheme.signature);
  const { token } = scheme;
  return 'basic' in token ? 'Authorization' : placeName(token);
}

/** The header that holds the proof, or null where it stands elsewhere. */
export function signatureHeader(scheme: SignatureScheme): string | null {
  return signatureHeaders(scheme)[0] ?? null;
}

/** All headers that may hold it, likeliest first. */
export function signatureHeaders(scheme: SignatureScheme): readonly string[] {
  if (scheme.kind === 'none') return [];
  if (scheme.kind === 'token') {
    if ('basic' in scheme.token) return ['Authorization'];
    return 'header' in scheme.token ? [scheme.token.header, ...(scheme.token.fallback ?? [])] : [];
  }
  const place = scheme.signature;
  return 'header' in place ? [place.header, ...(place.fallback ?? []), ...(place.also ?? [])] : [];
}

function placeName(place: Exclude<SignaturePlace, { header: string }> | { readonly header: string }): string {
  if ('header' in place) return place.header;
  if ('body' in place) return `${place.body} in the body`;
  return 'form' in place ? `the form's ${place.form}` : `the query's ${place.query}`;
}

/** Whether a signature depends on the URL that the sender used, which only the sender's side knows for sure. */
export function signsUrl(scheme: SignatureScheme): boolean {
  return hasContent(scheme) && /\{url\b/.test(scheme.content ?? '');
}

/** What is signed, for people: `the raw body`, `{timestamp}.{body}`. */
export function contentName(scheme: SignatureScheme): string {
  if (!hasContent(scheme)) return 'nothing';
  const { content = '{body}' } = scheme;
  return content === '{body}' ? 'the raw body' : content;
}
