import type { Header, ReplayRequest } from '../../contract.ts';

/** What the form of a replay holds. */
export interface ReplayForm {
  readonly to: string;
  readonly keepPath: boolean;
  readonly resign: boolean;
  readonly secret: string;
  /** Null where the body was not touched. */
  readonly body: string | null;
  /** `Name: value`, one a line. */
  readonly headers: string;
}

/** Header lines, and the first that is none. */
export function readHeaderLines(text: string): {
  readonly headers: readonly Header[];
  readonly problem: string | null;
} {
  const headers: Header[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/.exec(line);
    if (match === null) return { headers, problem: `"${line}" is no header: write it like Name: value.` };
    headers.push([match[1]!, match[2]!]);
  }
  return { headers, problem: null };
}

/** The body after it was edited. A text field knows only \n: where all lines ended with \r\n, they do so again. */
export function editedBody(original: string, edited: string): string {
  const allCrLf = original.includes('\r\n') && !/(^|[^\r])\n|\r(?!\n)/.test(original);
  return allCrLf ? edited.replace(/\r?\n/g, '\r\n') : edited;
}

/** Whether the form changes the captured body. */
export function changesBody({ body }: ReplayForm, original: string | null): boolean {
  return body !== null && original !== null && editedBody(original, body) !== original;
}

export function replayRequest(form: ReplayForm, original: string | null): ReplayRequest {
  const { headers } = readHeaderLines(form.headers);
  return {
    to: form.to.trim(),
    ...(form.keepPath ? { keepPath: true } : {}),
    ...(form.resign ? { resign: true } : {}),
    ...(form.resign && form.secret !== '' ? { secret: form.secret } : {}),
    ...(changesBody(form, original) ? { body: editedBody(original!, form.body!) } : {}),
    ...(headers.length > 0 ? { headers } : {}),
  };
}
