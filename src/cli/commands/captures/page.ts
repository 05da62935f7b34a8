import type { Command } from 'commander';
import type { CapturePage, Page } from '../../../store/store.ts';
import type { Rendered } from '../../command.ts';
import { parseLimit, type FilterOptions } from '../../options.ts';
import { captureTable } from '../../render/capture.ts';
import { captureSummaryJson } from '../../render/json.ts';
import type { Term } from '../../render/term.ts';

export interface ListOptions extends FilterOptions {
  readonly limit: string;
  readonly cursor?: string;
}

export function declarePaging(command: Command): void {
  command
    .option('--limit <number>', 'at most so many, 1 to 10000', '50')
    .option('--cursor <cursor>', 'the page after the one that gave this cursor');
}

export function readPage({ limit, cursor }: ListOptions): Page {
  return { limit: parseLimit(limit), cursor };
}

export function renderPage({ captures, nextCursor }: CapturePage, term: Term): Rendered {
  if (captures.length === 0) return { err: 'no captures match' };
  const more = nextCursor === null ? {} : { err: term.paint.dim(`older ones: --cursor ${nextCursor}`) };
  return { out: captureTable(captures, term), ...more };
}

export function pageJson({ captures, nextCursor }: CapturePage): unknown {
  return { captures: captures.map(captureSummaryJson), nextCursor };
}
