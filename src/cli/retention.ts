import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { parseRetention, type RetentionRule } from '../model/retention.ts';
import { formatSize } from '../model/size.ts';
import type { RetentionStore, Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { keepPruned } from './keep-pruned.ts';
import { collect } from './options.ts';

export interface RetentionOptions {
  readonly keep?: readonly string[];
}

/** A file that is larger may have been forgotten. */
const LARGE_BYTES = 2 ** 30;

export function declareRetention(command: Command): void {
  command.option(
    '--keep <how-much>',
    'delete the oldest beyond it: 7d, 100000 (captures), 1GB, or several: 7d,1GB (else WEBHOOK_KEEP; default: all)',
    collect,
  );
}

/** What is kept: as the option says, else the environment, else the configuration. Null where nobody said, or said `all`. */
export async function readRetention(
  { env, config }: Pick<Context, 'env' | 'config'>,
  { keep }: RetentionOptions,
): Promise<{ readonly rule: RetentionRule | null; readonly isChosen: boolean }> {
  if (keep !== undefined) return chosen(keep, '--keep');
  const fromEnv = env['WEBHOOK_KEEP'] || undefined;
  if (fromEnv !== undefined) return chosen([fromEnv], 'WEBHOOK_KEEP');
  const { keep: configured } = await config();
  return configured === undefined ? { rule: null, isChosen: false } : chosen(configured, '"keep"');

  function chosen(texts: readonly string[], option: string) {
    return { rule: parseRetention(texts, option), isChosen: true };
  }
}

/** @throws {UsageError} where the database is full before it is as large as what is kept. */
export function refuseTooLittleRoom(rule: RetentionRule | null, maxDb: number | undefined): void {
  if (rule?.sizeBytes === undefined || maxDb === undefined || rule.sizeBytes < maxDb) return;
  throw new UsageError(
    'to keep as much as --max-db allows means to refuse captures before any is deleted',
    'keep less, such as --keep 900MB with --max-db 1GB',
  );
}

/** Prunes as long as a command runs, where something is to be pruned; else says once that the file is large. */
export function startRetention(
  context: Context,
  store: Store,
  { rule, isChosen }: Awaited<ReturnType<typeof readRetention>>,
  signal: AbortSignal,
): void {
  const onProblem = (error: unknown): void => context.warn('the history is not being pruned', error);
  if (!isChosen) void noteLarge(context, store.retention).catch(onProblem);
  if (rule !== null) void keepPruned(store, rule, { clock: context.clock, signal }, onProblem);
}

/** Says what can be done about a large file. */
export async function noteLarge(
  { note }: Pick<Context, 'note'>,
  retention: Pick<RetentionStore, 'size'>,
): Promise<void> {
  const size = await retention.size();
  if (size <= LARGE_BYTES) return;
  note(
    `the database is ${formatSize(size)} large. Smaller: webhook-cli captures prune --keep 7d   For good: --keep 7d here too, or --keep all`,
  );
}
