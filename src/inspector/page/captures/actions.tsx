import { useState } from 'preact/hooks';
import type { CaptureDetail, Exported } from '../../contract.ts';
import { bytes, get, type ApiFailure } from '../api.ts';
import { change } from '../location.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Failure } from '../ui/failure.tsx';
import { pathOfOne } from './delete.tsx';

const FORMS = [
  ['curl', 'Copy as curl'],
  ['http', 'Copy as HTTP'],
  ['fixture', 'Copy as test fixture'],
] as const;

/** What can be done with a capture. */
export function Actions({
  detail: { capture, previous, newer, older },
  onReplay,
  onDelete,
}: {
  readonly detail: CaptureDetail;
  readonly onReplay: () => void;
  readonly onDelete: () => void;
}) {
  const path = pathOfOne(capture.id);
  const copied = async (as: string): Promise<string> => (await get<Exported>(`${path}/export`, { as })).text;
  return (
    <div class="row actions">
      <button type="button" class="primary" title="Replay (r)" onClick={onReplay}>
        Replay…
      </button>
      <button
        type="button"
        title={
          previous === null
            ? 'There is none of its type before it: choose another'
            : 'Compare with the one of its type before it (d)'
        }
        onClick={() => change({ diff: previous ?? newer ?? older ?? undefined })}
        disabled={(previous ?? newer ?? older) === null}
      >
        Compare
      </button>
      {FORMS.map(([as, label]) => (
        <CopyButton key={as} label={label} text={() => copied(as)} />
      ))}
      <button type="button" class="danger" onClick={onDelete}>
        Delete…
      </button>
    </div>
  );
}

export function DownloadBody({ id }: { readonly id: string }) {
  const [failure, fail] = useState<ApiFailure | null>(null);
  const download = async (): Promise<void> => {
    try {
      const url = URL.createObjectURL(await bytes(`${pathOfOne(id)}/body`));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${id}.body`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      fail(null);
    } catch (error) {
      fail(error as ApiFailure);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void download()}>
        Download body
      </button>
      <Failure failure={failure} />
    </>
  );
}
