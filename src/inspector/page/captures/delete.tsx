import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Deleted } from '../../contract.ts';
import { queryText, send, type ApiFailure } from '../api.ts';
import type { CaptureQuery } from '../../contract.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';

/** Asks before it deletes what `path` names. */
export function DeleteDialog({
  title,
  question,
  action,
  path,
  onDeleted,
  onClose,
}: {
  readonly title: string;
  readonly question: ComponentChildren;
  readonly action: string;
  readonly path: string;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}) {
  const [failure, fail] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await send<Deleted>('DELETE', path);
      onDeleted();
    } catch (error) {
      fail(error as ApiFailure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <p>{question}</p>
        <Failure failure={failure} />
        <div class="row dialog-actions">
          <button type="button" onClick={onClose}>
            Keep
          </button>
          <button type="button" class="danger" disabled={isBusy} onClick={() => void remove()}>
            {action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

export const pathOfAll = (query: CaptureQuery): string => `/api/captures${queryText(query)}`;
export const pathOfOne = (id: string): string => `/api/captures/${encodeURIComponent(id)}`;
