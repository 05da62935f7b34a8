import type { ComponentChildren } from 'preact';
import { useAction } from './action.ts';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';

/** Asks before something that cannot be undone, or concerns many. */
export function Confirm({
  title,
  action,
  danger = false,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says: the deed, not "OK". */
  readonly action: string;
  readonly danger?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const { busy, failure, run } = useAction();
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        {children}
        <Failure failure={failure} />
        <div class="row dialog-actions">
          <button type="button" onClick={onClose}>
            Keep as it is
          </button>
          <button
            type="button"
            class={danger ? 'danger' : 'primary'}
            disabled={busy}
            onClick={async () => {
              const done = await run(async () => {
                await onConfirm();
                return true;
              });
              if (done) onClose();
            }}
          >
            {action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
