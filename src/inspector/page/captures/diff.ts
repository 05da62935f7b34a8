import { diffArrays } from 'diff';
import type { BodyFields, CaptureDetail, Header } from '../../contract.ts';
import { bytesOf, readBody } from '../ui/body-content.ts';
import { prettyJson } from '../ui/json.ts';

/** One line of a comparison; `changed` has another text on either side. */
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added';
  readonly left: string | null;
  readonly right: string | null;
}

export interface DiffResult {
  readonly rows: readonly DiffRow[];
  /** A sentence about the outcome, such as that there is no difference; null where the rows say it all. */
  readonly note: string | null;
}

type Side = Pick<CaptureDetail, 'capture' | 'decoded' | 'bodyTruncated'>;

/** Beyond these the texts have too little in common for a comparison to be of use. */
const LIMITS = { timeout: 1_000, maxEditLength: 4_000 };

export function diffHeaders(left: readonly Header[], right: readonly Header[]): DiffResult {
  const lines = (headers: readonly Header[]): string[] => headers.map(([name, value]) => `${name}: ${value}`);
  const rows = diffLists(lines(left), lines(right), nameOf);
  if (rows === null) return { rows: [], note: 'The headers have too little in common to be compared.' };
  return { rows, note: isSame(rows) ? 'No difference in the headers.' : null };
}

export function diffBodies(left: Side, right: Side): DiffResult {
  if (left.bodyTruncated || right.bodyTruncated) {
    const { rows, note } = diffWhole(left, right);
    const isEqual = rows.every(({ kind }) => kind === 'same');
    const cut = 'Bodies this long are compared in their first 1 MB alone';
    return { rows, note: isEqual ? `${cut}: no difference there.` : `${cut}. ${note ?? ''}`.trim() };
  }
  return diffWhole(left, right);
}

function diffWhole(left: Side, right: Side): DiffResult {
  const [a, b] = [contentOf(left), contentOf(right)];
  if (isEqualBody(left.capture, right.capture)) return { rows: [], note: 'No difference in the body.' };
  if (a.text === null || b.text === null) {
    const at = firstDifference(bytesOf(left.capture), bytesOf(right.capture));
    return { rows: [], note: `The bodies are binary, and differ at byte ${at.toLocaleString('en')}.` };
  }
  if (a.text === b.text) {
    return { rows: [], note: 'No difference in the body; it was only encoded in another way.' };
  }
  const areJson = a.shape.kind === 'json' && b.shape.kind === 'json';
  const [before, after] = areJson
    ? [pretty(a.shape), pretty(b.shape)]
    : [a.text.split(/\r?\n/), b.text.split(/\r?\n/)];
  const rows = diffLists(before, after, () => null);
  if (rows === null)
    return { rows: [], note: 'The bodies have too little in common to be compared line by line.' };
  if (!isSame(rows)) return { rows, note: null };
  return {
    rows,
    note: areJson
      ? 'The same JSON: the bodies differ in nothing but white space.'
      : 'The bodies differ in nothing but their line ends.',
  };
}

const contentOf = ({ capture, decoded, bodyTruncated }: Side): ReturnType<typeof readBody> =>
  readBody({ headers: capture.headers, fields: capture, decoded, truncated: bodyTruncated });

function pretty(shape: ReturnType<typeof readBody>['shape']): string[] {
  return shape.kind === 'json' ? prettyJson(shape.json).split('\n') : [];
}

function isEqualBody(left: BodyFields, right: BodyFields): boolean {
  const text = (fields: BodyFields): string =>
    'body' in fields ? `t${fields.body}` : `b${fields.bodyBase64}`;
  return text(left) === text(right);
}

export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at === -1 ? left.length : at;
}

/** Lines side by side. Of those that replace one another, the ones of the same `key` stand beside each other, else those at the same place. */
function diffLists(
  left: readonly string[],
  right: readonly string[],
  key: (line: string) => string | null,
): DiffRow[] | null {
  const parts = diffArrays([...left], [...right], LIMITS);
  if (parts === undefined) return null;
  const rows: DiffRow[] = [];
  let removed: readonly string[] = [];
  let added: readonly string[] = [];
  const settle = (): void => {
    for (const row of pair(removed, added, key)) rows.push(row);
    [removed, added] = [[], []];
  };
  for (const part of parts) {
    if (part.removed) removed = part.value;
    else if (part.added) added = part.value;
    else {
      settle();
      for (const line of part.value) rows.push({ kind: 'same', left: line, right: line });
    }
  }
  settle();
  return rows;
}

function pair(
  removed: readonly string[],
  added: readonly string[],
  key: (line: string) => string | null,
): DiffRow[] {
  const rows: DiffRow[] = [];
  let next = 0;
  for (const [index, left] of removed.entries()) {
    const name = key(left);
    const match = name === null ? index : added.findIndex((line, at) => at >= next && key(line) === name);
    if (match < next || match >= added.length) {
      rows.push({ kind: 'removed', left, right: null });
      continue;
    }
    for (const right of added.slice(next, match)) rows.push({ kind: 'added', left: null, right });
    rows.push({ kind: 'changed', left, right: added[match]! });
    next = match + 1;
  }
  for (const right of added.slice(next)) rows.push({ kind: 'added', left: null, right });
  return rows;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

function isSame(rows: readonly DiffRow[]): boolean {
  return rows.every(({ kind }) => kind === 'same');
}

export type Folded = { readonly rows: readonly DiffRow[] } | { readonly hidden: readonly DiffRow[] };

const CONTEXT = 3;
const LEAST_HIDDEN = 4;

/** Hides long stretches in which nothing differs, up to a few lines around what does. */
export function fold(rows: readonly DiffRow[]): Folded[] {
  const isNear = new Uint8Array(rows.length);
  for (const [index, { kind }] of rows.entries()) {
    if (kind !== 'same') isNear.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  }
  const parts: Folded[] = [];
  let begin = 0;
  for (let index = 1; index <= rows.length; index += 1) {
    if (index < rows.length && isNear[index] === isNear[begin]) continue;
    const slice = rows.slice(begin, index);
    const hides = isNear[begin] === 0 && slice.length >= LEAST_HIDDEN;
    parts.push(hides ? { hidden: slice } : { rows: slice });
    begin = index;
  }
  return parts.filter((part) => 'hidden' in part || part.rows.length > 0);
}
