import { headerValue, type Header } from '../model/request.ts';
import type { Cause } from './cause.ts';

/** Other content that may have been signed: what stands before and after the body. */
export interface ContentTrial {
  readonly cause: Cause;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly fix: string;
  /** Whether it is the content of Standard Webhooks, whose secrets are base64. */
  readonly isStandard: boolean;
}

export interface Signed {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
}

const MOST_VALUES = 2;

/** Content beside the body that may have been signed with it: what is usual, and the rest. */
export function contentTrials({
  method,
  path,
  headers,
}: Signed): readonly [usual: readonly ContentTrial[], rare: readonly ContentTrial[]] {
  const times = timestamps(headers);
  const ids = identifiers(headers);
  const usual: ContentTrial[] = [];
  const rare: ContentTrial[] = [];
  for (const { value: id, where } of ids) {
    const fix = `the sender signs the id in ${where} with the body, as Standard Webhooks does; this provider signs the body alone`;
    for (const { value } of times) {
      usual.push({ ...trial('content-id', `${id}.${value}.`, fix), isStandard: true });
    }
    rare.push(trial('content-id', `${id}.`, fix));
  }
  for (const { value, where } of times) {
    const fix = `the sender signs the timestamp in ${where} with the body; this provider signs the body alone`;
    usual.push(trial('content-timestamp', `${value}.`, fix));
    rare.push(
      trial('content-timestamp', value, fix),
      trial('content-timestamp', `v0:${value}:`, fix),
      trial('content-timestamp', '', fix, value),
      trial('content-timestamp', `${inOtherUnit(value)}.`, fix),
    );
  }
  const host = headerValue(headers, 'host');
  const fix = 'the sender signs the URL with the body; this provider signs the body alone';
  const urls = host === undefined ? [] : [`https://${host}${path}`, `http://${host}${path}`];
  for (const before of [...urls, path, `${method}${path}`, `${method}\n${path}\n`]) {
    rare.push(trial('content-url', before, fix));
  }
  return [usual, rare];
}

/** Header values are Latin-1 text, one character per byte. */
function trial(cause: Cause, before: string, fix: string, after = ''): ContentTrial {
  return {
    cause,
    before: Buffer.from(before, 'latin1'),
    after: Buffer.from(after, 'latin1'),
    fix,
    isStandard: false,
  };
}

interface Found {
  readonly value: string;
  readonly where: string;
}

function timestamps(headers: readonly Header[]): readonly Found[] {
  return readable(headers)
    .flatMap(([name, value]): Found[] => {
      if (/time|date/i.test(name) && /^\d{10}(?:\d{3})?$/.test(value.trim()))
        return [{ value: value.trim(), where: name }];
      const inSignature = /signature/i.test(name)
        ? /(?:^|[,;\s])t=(\d{10,13})\b/.exec(value)?.[1]
        : undefined;
      return inSignature === undefined ? [] : [{ value: inSignature, where: name }];
    })
    .slice(0, MOST_VALUES);
}

function inOtherUnit(time: string): string {
  return time.length === 10 ? `${time}000` : time.slice(0, 10);
}

function identifiers(headers: readonly Header[]): readonly Found[] {
  return readable(headers)
    .filter(
      ([name, value]) => /(?:^|-)(?:id|delivery)$/i.test(name) && value.length > 0 && value.length <= 200,
    )
    .map(([where, value]) => ({ where, value }))
    .slice(0, MOST_VALUES);
}

/** Names are shown, and values run through patterns. */
function readable(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name, value]) => name.length <= 100 && value.length <= 8_192);
}
