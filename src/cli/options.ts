import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
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

export function hasFilters(filter: CaptureFilter): boolean {
  return Object.keys(filter).length > 0;
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
