import type { ApiFailure } from '../api.ts';

/** What went wrong, and what to do. */
export function Failure({ failure }: { readonly failure: ApiFailure | null }) {
  if (failure === null) return null;
  return (
    <p class="failure" role="alert">
      {failure.message}
      {failure.hint !== undefined && <span class="hint">{failure.hint}</span>}
    </p>
  );
}
