import { useEffect, useRef, useState } from 'preact/hooks';
import type { Change } from '../contract.ts';
import { ApiFailure, request } from './api.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'refused';

interface Live {
  readonly connection: Connection;
  readonly change: Change;
}

const RECONNECT_MS = 1_000;

let live: Live = { connection: 'connecting', change: { number: 0, engine: null } };
const listeners = new Set<() => void>();

function become(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

/** Follows the server's changes for as long as the page lives, over a stream that takes the token as a header. */
export async function follow(): Promise<never> {
  for (;;) {
    try {
      const response = await request('GET', '/api/changes');
      become({ connection: 'live' });
      for await (const text of events(response.body!)) {
        const change = JSON.parse(text) as Change;
        // Another run of the server counts anew; what is shown has to be looked up again either way.
        become({ change: { ...change, number: live.change.number + 1 } });
      }
      become({ connection: 'lost' });
    } catch (error) {
      become({ connection: error instanceof ApiFailure && error.status === 401 ? 'refused' : 'lost' });
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

/** The `data` of each event of a stream of server-sent events. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const data = part.split('\n').filter((line) => line.startsWith('data: '));
      if (data.length > 0) yield data.map((line) => line.slice(6)).join('\n');
    }
  }
}

export function useLive(): Live {
  const [now, set] = useState(live);
  useEffect(() => {
    const listener = (): void => set(live);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return now;
}

export interface Resource<T> {
  /** The last that was loaded; what was asked for before stays until the next is there. */
  readonly data: T | null;
  readonly failure: ApiFailure | null;
  readonly loading: boolean;
  reload(): void;
}

const SHORTEST_PAUSE_MS = 100;
/** How many times as long as a look took, the page waits before the next: a slow database is left to its work. */
const PAUSE_FACTOR = 3;

/**
 * Loads when `key` changes and whenever the server tells of a change; never twice at a time, and no more often than the server
 * bears. `key` null loads nothing.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { isLive = true }: { readonly isLive?: boolean } = {},
): Resource<T> {
  const { change } = useLive();
  const [state, set] = useState<{ key: string | null; data: T | null; failure: ApiFailure | null }>({
    key: null,
    data: null,
    failure: null,
  });
  const [forced, force] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const running = useRef<{ key: string | null; seen: number; wanted: number }>({
    key: null,
    seen: -1,
    wanted: -1,
  });
  const revision = (isLive ? change.number : 0) + forced * 1e6;

  useEffect(() => {
    const control = new AbortController();
    running.current = { key, seen: -1, wanted: revision };
    if (key === null) set({ key, data: null, failure: null });
    else void loop(key, control.signal);
    return () => {
      control.abort();
      wake.current?.();
    };
  }, [key]);

  useEffect(() => {
    running.current.wanted = revision;
    wake.current?.();
  }, [revision]);

  const wake = useRef<(() => void) | null>(null);

  async function loop(mine: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { wanted, seen } = running.current;
      if (wanted === seen) {
        await new Promise<void>((resolve) => {
          wake.current = resolve;
        });
        continue;
      }
      running.current.seen = wanted;
      const begun = performance.now();
      try {
        const data = await latest.current(signal);
        if (!signal.aborted) set({ key: mine, data, failure: null });
      } catch (error) {
        if (signal.aborted) return;
        const failure =
          error instanceof ApiFailure ? error : new ApiFailure(0, { code: 'bug', message: String(error) });
        set((before) => ({ key: mine, data: before.key === mine ? before.data : null, failure }));
      }
      const pause = Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * (performance.now() - begun));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  return {
    data: state.data,
    failure: state.failure,
    loading: state.key !== key,
    reload: () => force((number) => number + 1),
  };
}
