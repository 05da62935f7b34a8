import type { Diagnosis } from '../../diagnosis/cause.ts';
import { printable } from '../../model/printable.ts';
import { formatSize } from '../../model/size.ts';
import type { Explanation } from '../explanation.ts';
import type { SignatureValue } from '../explained-signature.ts';
import { hexDump } from './hex.ts';
import type { Term } from './term.ts';

/** What `verify --explain` shows. */
export interface Explained {
  readonly explanation: Explanation;
  readonly diagnosis: readonly Diagnosis[];
  readonly body: Uint8Array;
  /** How to get at the raw body, by framework. */
  readonly code: Readonly<Record<string, string>>;
}

const LONGEST_VALUE = 200;

/** The best diagnosis in one line. */
export function whyLine([best]: readonly Diagnosis[], { paint }: Term): string | null {
  return best === undefined ? null : `${printable(best.fix)} ${paint.dim(`(${best.cause})`)}`;
}

/** The facts that a verdict rests on, section by section. */
export function explanationText({ explanation, diagnosis, body, code }: Explained, term: Term): string {
  const { paint } = term;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map((line) => `  ${line}`.trimEnd())];
  return [
    ...section('what was signed', signedLines(explanation)),
    ...section('the body', bodyLines(explanation)),
    ...section('where to look', doubtLines(explanation, body)),
    ...section('the signature', signatureLines(explanation)),
    ...section(
      'why',
      diagnosis.map(({ cause, confidence, fix }) => `${confidence.padEnd(8)}  ${cause}: ${printable(fix)}`),
    ),
    ...section('tried', triedLines(explanation)),
    ...section('the raw body in your code', codeLines(code, term)),
  ].join('\n');
}

function signedLines({ signed, body }: Explanation): string[] {
  const { what, header, forms, first, last, values, keys, timestamp, urls } = signed;
  const where = header === '' ? '' : `; it stands in ${header} as ${forms.join(' or ')}`;
  const isEmpty = first === '' && last === '';
  return [
    what + where,
    ...(body.bytes === 0 ? ['the body is empty'] : []),
    ...(first === last ? [] : [`begins with  ${visible(first)}`]),
    ...(isEmpty ? [] : [`${first === last ? 'in full    ' : 'ends with  '}  ${visible(last)}`]),
    ...values.map(({ name, value }) => `${`{${name}}`.padEnd(11)}  ${visible(value)}`),
    ...(timestamp === null ? [] : [`its age      ${ageText(timestamp)}`]),
    ...urls.map((url, index) => `${index === 0 ? 'the URL    ' : '        or '}  ${visible(url)}`),
    ...keys.map((key) => `the key      ${key}`),
  ];
}

function ageText({ ageSeconds, toleranceSeconds }: NonNullable<Explanation['signed']['timestamp']>): string {
  const age = ageSeconds < 0 ? `${-ageSeconds} s ahead of the clock` : `${ageSeconds} s`;
  return `${age}, ${toleranceSeconds === null ? 'and the provider sets no limit' : `of ${toleranceSeconds} s allowed`}`;
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

function bodyLines({ body, remarks }: Explanation): string[] {
  const { bytes, contentLength, lineEndings, trailingBreaks } = body;
  const { crlf, lf, cr } = lineEndings;
  const endings = [
    ...(lf > 0 ? [`${lf} LF`] : []),
    ...(crlf > 0 ? [`${crlf} CR LF`] : []),
    ...(cr > 0 ? [`${cr} CR`] : []),
  ];
  const json = {
    true: 'exactly as JSON.stringify writes it',
    false: 'not as JSON.stringify writes it',
  } as const;
  return facts([
    ['length', bytesText(bytes) + lengthRemark(bytes, contentLength)],
    ['text', `${body.isUtf8 ? 'UTF-8' : 'not UTF-8'}, ${body.hasBom ? 'with a' : 'no'} byte order mark`],
    ['line breaks', endings.length === 0 ? 'none' : endings.join(', ')],
    ['its end', trailingBreaks === 0 ? 'no line break' : `${bytesText(trailingBreaks)} of line breaks`],
    ['JSON', body.isStringified === null ? 'none, or too large to tell' : json[`${body.isStringified}`]],
    ...remarks.map((remark): [string, string] => ['as pasted', remark]),
  ]);
}

function lengthRemark(bytes: number, contentLength: number | null): string {
  if (contentLength === null) return '; no Content-Length says how many it should have';
  if (contentLength === bytes) return ', as Content-Length says';
  const difference = Math.abs(contentLength - bytes);
  return `, and Content-Length says ${contentLength}: ${difference} ${contentLength > bytes ? 'more' : 'fewer'}`;
}

/** The bytes around the first place that is in doubt, and the places after it by name. */
function doubtLines({ body: { doubts }, signed }: Explanation, body: Uint8Array): string[] {
  const [first] = doubts;
  // A token does not depend on the body.
  if (first === undefined || signed.scheme === 'token') return [];
  const start = Math.max(0, (first.offset >> 4) - 1) * 16;
  const column = '00000000  '.length + (first.offset & 15) * 3;
  const rows = hexDump(body.subarray(start, start + 48), undefined, start).split('\n');
  rows.splice(((first.offset - start) >> 4) + 1, 0, `${' '.repeat(column)}^^`);
  return [...doubts.map(({ offset, what }) => `byte ${offset}: ${what}`), ...rows];
}

function signatureLines({ signatures, signed }: Explanation): string[] {
  // A token is the secret itself.
  if (signed.header === '' || signed.scheme === 'token') return [];
  const isThere = signatures.some(({ header }) => header.toLowerCase() === signed.header.toLowerCase());
  return [
    ...(isThere ? [] : [`there is no ${signed.header}${signed.header.includes(' ') ? '' : ' header'}`]),
    ...signatures.flatMap(signatureFacts),
  ];
}

function signatureFacts({ header, value, prefix, encoding, bytes, isDue }: SignatureValue): string[] {
  const shown = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  const form =
    encoding === null
      ? 'no digest'
      : `${prefix === '' ? 'no prefix' : `prefix ${prefix}`}, ${encoding}, ${bytesText(bytes ?? 0)}`;
  return [
    `${printable(header)}: ${value === '' ? '(empty)' : printable(shown)}`,
    `  ${form}${isDue ? '' : '; not where or not as the provider has it'}`,
  ];
}

function triedLines({ tried: { causes, trials, hashedBytes, isCutShort }, signed }: Explanation): string[] {
  if (causes.length === 0) return [];
  if (signed.scheme === 'token') return [causes.join(', ')];
  const trial = signed.scheme.startsWith('hmac') ? 'HMAC' : 'signature';
  const spent =
    trials === 0
      ? `with no more ${trial}s than the verdict took`
      : `${trials} more ${trials === 1 ? trial : `${trial}s`} over ${formatSize(hashedBytes)}`;
  return [causes.join(', '), spent + (isCutShort ? '; cut short: more would have cost too much' : '')];
}

function codeLines(code: Explained['code'], { paint }: Term): string[] {
  return Object.entries(code).flatMap(([name, lines]) => [paint.dim(name), ...lines.split('\n')]);
}

function facts(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return pairs.map(([name, value]) => `${name.padEnd(11)}  ${value}`);
}

/** Text in which line breaks can be seen. */
function visible(text: string): string {
  return printable(text.replace(/[\r\n\t]/g, (sign) => ({ '\r': '\\r', '\n': '\\n', '\t': '\\t' })[sign]!));
}
