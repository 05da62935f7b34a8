import { useState } from 'preact/hooks';

/** Text that is long only when asked for. */
export function LongText({ text, most }: { readonly text: string; readonly most: number }) {
  const [isWhole, showWhole] = useState(false);
  if (isWhole || text.length <= most) return <>{text}</>;
  return (
    <>
      {text.slice(0, most)}…{' '}
      <button type="button" class="more" onClick={() => showWhole(true)}>
        Show all {text.length.toLocaleString('en')} characters
      </button>
    </>
  );
}
