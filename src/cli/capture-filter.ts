import { UsageError } from '../errors.ts';
import { nearestNames } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import type { VerdictReason } from '../model/verdict.ts';
import { readCaptureFilter, type CaptureFilterText } from '../store/filter-text.ts';
import type { CaptureFilter } from '../store/store.ts';
import type { Context } from './context.ts';

const REASONS: Readonly<Record<VerdictReason, true>> = {
  valid: true,
  unsigned: true,
  'missing-header': true,
  'malformed-header': true,
  'no-match': true,
  'too-old': true,
  'too-new': true,
  reserialized: true,
  'no-secret': true,
};
const VERDICTS: readonly string[] = ['ok', 'failed', 'none', ...Object.keys(REASONS)];

/**
 * The captures that the options of a command choose.
 * @throws {UsageError} for what no capture can match.
 */
export async function readFilter(
  context: Pick<Context, 'clock' | 'note' | 'providers'>,
  options: CaptureFilterText,
): Promise<CaptureFilter> {
  const { provider, verdict, status } = options;
  if (verdict !== undefined && !VERDICTS.includes(verdict)) {
    throw new UsageError(
      `--verdict takes ok, failed, none, or a reason, not "${verdict}"`,
      didYouMean(verdict, VERDICTS) ?? `reasons are ${Object.keys(REASONS).join(', ')}`,
    );
  }
  if (status !== undefined && !/^(?:[1-5]xx|[1-9]\d\d)$/i.test(status)) {
    throw new UsageError(`--status takes 200, 5xx and the like, not "${status}"`);
  }
  if (provider !== undefined) await noteUnknown(context, provider);
  return readCaptureFilter(options, context.clock.now());
}

/** It may be another project's own, whose captures are here all the same. */
async function noteUnknown(
  { note, providers }: Pick<Context, 'note' | 'providers'>,
  id: string,
): Promise<void> {
  const { ids, has } = await providers();
  if (has(id)) return;
  const hint = didYouMean(id, ids);
  note(`note: no provider is called "${printable(id)}" here${hint === undefined ? '' : `; ${hint}`}`);
}

function didYouMean(name: string, known: readonly string[]): string | undefined {
  const near = nearestNames(name, known);
  return near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`;
}
