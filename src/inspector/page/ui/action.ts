import { useState } from 'preact/hooks';
import { ApiFailure } from '../api.ts';

export interface Action {
  readonly busy: boolean;
  readonly failure: ApiFailure | null;
  /** Undefined where it failed; `failure` says how. */
  run<T>(act: () => Promise<T>): Promise<T | undefined>;
  forget(): void;
}

/** Something the reader asked for: whether it is under way, and what went wrong. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  return {
    busy,
    failure,
    async run(act) {
      setBusy(true);
      setFailure(null);
      try {
        return await act();
      } catch (error) {
        setFailure(
          error instanceof ApiFailure ? error : new ApiFailure(0, { code: 'bug', message: String(error) }),
        );
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    forget: () => setFailure(null),
  };
}
