import type { Command } from 'commander';
import type { Page } from '../store/store.ts';
import { parseLimit } from './options.ts';

export interface PagingOptions {
  readonly limit: string;
  readonly cursor?: string;
}

export function declarePaging(command: Command): void {
  command
    .option('--limit <number>', 'at most so many, 1 to 10000', '50')
    .option('--cursor <cursor>', 'the page after the one that gave this cursor');
}

export function readPage({ limit, cursor }: PagingOptions): Page {
  return { limit: parseLimit(limit), cursor };
}
