import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CaptureQuery, CaptureWindow } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource, type Resource } from '../live.ts';
import { filterKey } from './filters.ts';
import { applyWindow, type Update } from './rows.ts';

const FIRST = { offset: 0, limit: 100 };

export interface LiveRows extends Pick<Resource<unknown>, 'failure' | 'reload'> {
  /** The latest, and what it changed; null until the first are loaded. */
  readonly update: Update | null;
  /** Whether it is of other filters than those that are asked for. */
  readonly isStale: boolean;
  /** Asks for the rows around those in view, `first` being the one that is to stay where it is. */
  look(first: number, window: { readonly offset: number; readonly limit: number }): void;
}

/** The captures in view and around it, kept up to date. */
export function useRows(query: CaptureQuery): LiveRows {
  const filters = filterKey(query);
  const [wanted, want] = useState({ filters, ...FIRST });
  const { offset, limit } = wanted.filters === filters ? wanted : FIRST;
  const { data, failure, reload } = useResource(`captures ${filters} ${offset} ${limit}`, async (signal) => ({
    filters,
    window: await get<CaptureWindow>('/api/captures', { ...query, offset, limit }, signal),
  }));
  const [held, hold] = useState<{ readonly filters: string; readonly update: Update } | null>(null);
  const anchor = useRef(0);

  useLayoutEffect(() => {
    if (data === null || data.filters !== filters) return;
    const before = held?.filters === filters ? held.update.rows : null;
    const update = applyWindow(before, data.window, anchor.current);
    anchor.current += update.moved;
    hold({ filters, update });
  }, [data, filters]);

  return {
    update: held?.update ?? null,
    isStale: held?.filters !== filters,
    failure,
    reload,
    look: (first, window) => {
      anchor.current = first;
      want((now) => {
        const isSame = now.filters === filters && now.offset === window.offset && now.limit === window.limit;
        return isSame ? now : { filters, ...window };
      });
    },
  };
}
