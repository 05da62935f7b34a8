import { useEffect, useState } from 'preact/hooks';
import type { Forged, ForgeRequest } from '../../contract.ts';
import { ApiFailure, send } from '../api.ts';

const PAUSE_MS = 200;

export interface Preview {
  /** The last that could be rendered. */
  readonly forged: Forged | null;
  readonly failure: ApiFailure | null;
  /** Whether it is of what the form says now. */
  readonly isCurrent: boolean;
}

/** The request as it would be sent, rendered anew a moment after each change. */
export function useForged(request: ForgeRequest | null): Preview {
  const key = request === null ? '' : JSON.stringify(request);
  const [state, set] = useState<{ key: string; forged: Forged | null; failure: ApiFailure | null }>({
    key: '',
    forged: null,
    failure: null,
  });
  useEffect(() => {
    if (request === null) return;
    const control = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const forged = await send<Forged>('POST', '/api/forge', request, control.signal);
        set({ key, forged, failure: null });
      } catch (failure) {
        if (control.signal.aborted) return;
        if (!(failure instanceof ApiFailure)) throw failure;
        set({ key, forged: null, failure });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key]);
  return { forged: state.forged, failure: state.failure, isCurrent: state.key === key };
}
