import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { parseDuration } from '../model/duration.ts';
import type { Header } from '../model/request.ts';
import type { StatusRange } from '../providers/provider.ts';
import type { CaptureFilter } from '../store/store.ts';

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function declareSecrets(command: Command): void {
  command
    .option(
      '--secret <secret>',
      'the secret, verbatim; several during a rotation (else WEBHOOK_SECRET_<PROVIDER>, WEBHOOK_SECRET)',
      collect,
    )
    .option('--secret-file <file>', 'a file that holds it, verbatim', collect);
}

export interface FilterOptions {
  readonly provider?: string;
  readonly type?: string;
  readonly verdict?: string;
  readonly status?: string;
  readonly method?: string;
  readonly path?: string;
  readonly since?: string;
  readonly until?: string;
}

export function declareFilters(command: Command): void {
  command
    .option('--provider <id>', 'of this provider')
    .option('--type <name>', 'of this event type; * stands for any text: deal.*')
    .option('--verdict <verdict>', 'ok, failed, none, or a reason such as no-match')
    .option('--status <status>', 'answered so: 200, 5xx')
    .option('--method <method>', 'by HTTP method')
    .option('--path <prefix>', 'whose path begins so')
    .option('--since <time>', 'from then on: 10m, 2h, 7d ago, or a date')
    .option('--until <time>', 'before then');
}

export function readFilters(options: FilterOptions, now: number): CaptureFilter {
  const { provider, type, verdict, status, method, path, since, until } = options;
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(type === undefined ? {} : { type }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(status === undefined ? {} : { status }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(since === undefined ? {} : { since: parseTime(since, '--since', now) }),
    ...(until === undefined ? {} : { until: parseTime(until, '--until', now) }),
  };
}

export function hasFilters(filter: CaptureFilter): boolean {
  return Object.keys(filter).length > 0;
}

/** A date (`2026-11-21`, `2026-11-21T10:30:00Z`) or how long ago (`2h`), in milliseconds since the Unix epoch. */
export function parseTime(text: string, option: string, now: number): number {
  if (/^\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text)) return now - parseDuration(text, option);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(
      `"${text}" is not a time (${option})`,
      'write 10m, 2h or 7d for how long ago, or 2026-11-21T10:30:00Z',
    );
  }
  return time;
}

export function parseInteger(text: string, option: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

export function parseLimit(text: string): number {
  return parseInteger(text, '--limit', 1, 10_000);
}

/** A URL to send to; `localhost:3000/hook`, `:3000` and `3000` mean HTTP on this machine. */
export function parseTarget(text: string, option: string): URL {
  const local = /^:?(\d{1,5})(\/.*)?$/.exec(text);
  const full =
    local !== null
      ? `http://127.0.0.1:${local[1]}${local[2] ?? '/'}`
      : /^[a-z]+:\/\//i.test(text)
        ? text
        : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(
      `"${text}" is not a URL to send to (${option})`,
      'write it like http://localhost:3000/webhooks',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `user and password of a URL are not sent (${option})`,
      "where the command has --header: --header 'Authorization: Basic …'",
    );
  }
  return url;
}

export function isTarget(text: string): boolean {
  try {
    parseTarget(text, '--to');
    return true;
  } catch {
    return false;
  }
}

/** `Name: value`. What is not ASCII goes out as UTF-8. */
export function parseHeader(text: string): Header {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(text);
  // oxlint-disable-next-line no-control-regex
  if (match === null || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(match[2]!)) {
    throw new UsageError(`"${text}" is not a header`, "write it like --header 'Name: value'");
  }
  return [match[1]!, Buffer.from(match[2]!).toString('latin1')];
}

/** `200`, `2xx`, `200-204`, several separated by commas. */
export function parseSuccess(text: string): readonly StatusRange[] {
  return text.split(',').map((part): StatusRange => {
    const match = /^([1-5])xx$|^([1-5]\d\d)(?:-([1-5]\d\d))?$/i.exec(part.trim());
    const [hundred, from, to = from] = (match ?? []).slice(1);
    if (hundred !== undefined) return [Number(hundred) * 100, Number(hundred) * 100 + 99];
    if (from === undefined || Number(to) < Number(from)) {
      throw new UsageError(`--success ${text}: "${part}" is no status`, 'write 200, 2xx or 200-204');
    }
    return [Number(from), Number(to)];
  });
}
