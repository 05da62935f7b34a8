import { captureSummaryJson } from '../../../json/capture.ts';
import { type CaptureFilterText } from '../../../store/filter-text.ts';
import type { CapturePage } from '../../../store/store.ts';
import type { Rendered } from '../../command.ts';
import type { PagingOptions } from '../../paging.ts';
import { captureTable } from '../../render/capture.ts';
import type { Term } from '../../render/term.ts';

export type ListOptions = CaptureFilterText & PagingOptions;

export function renderPage({ captures, nextCursor }: CapturePage, term: Term): Rendered {
  if (captures.length === 0) return { err: 'no captures match' };
  const more = nextCursor === null ? {} : { err: term.paint.dim(`older ones: --cursor ${nextCursor}`) };
  return { out: captureTable(captures, term), ...more };
}

export function pageJson({ captures, nextCursor }: CapturePage): unknown {
  return { captures: captures.map(captureSummaryJson), nextCursor };
}
