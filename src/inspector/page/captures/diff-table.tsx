import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { fold, type DiffRow } from './diff.ts';

const ROWS_AT_ONCE = 1_000;

/** Two texts side by side; one below the other where there is no room. */
export function DiffTable({ rows, label }: { readonly rows: readonly DiffRow[]; readonly label: string }) {
  const parts = useMemo(() => fold(rows), [rows]);
  return (
    <div class="diff" role="table" aria-label={label}>
      {parts.map((part, index) =>
        'hidden' in part ? <Hidden key={index} rows={part.hidden} /> : <Lines key={index} rows={part.rows} />,
      )}
    </div>
  );
}

function Hidden({ rows }: { readonly rows: readonly DiffRow[] }) {
  const [isShown, show] = useState(false);
  if (isShown) return <Lines rows={rows} />;
  return (
    <div role="row" class="diff-fold">
      <div role="cell">
        <button type="button" class="more" onClick={() => show(true)}>
          {rows.length.toLocaleString('en')} lines without a difference
        </button>
      </div>
    </div>
  );
}

function Lines({ rows }: { readonly rows: readonly DiffRow[] }) {
  const [most, setMost] = useState(ROWS_AT_ONCE);
  return (
    <Fragment>
      {rows.slice(0, most).map(({ kind, left, right }, index) => (
        <div key={index} role="row" class={`diff-row is-${kind}`}>
          <Cell text={left} mark={kind === 'same' ? '' : '−'} side="left" />
          <Cell text={right} mark={kind === 'same' ? '' : '+'} side="right" />
        </div>
      ))}
      {rows.length > most && (
        <div role="row" class="diff-fold">
          <div role="cell">
            <button type="button" class="more" onClick={() => setMost(most + ROWS_AT_ONCE)}>
              Show more of {rows.length.toLocaleString('en')} lines
            </button>
          </div>
        </div>
      )}
    </Fragment>
  );
}

function Cell({
  text,
  mark,
  side,
}: {
  readonly text: string | null;
  readonly mark: string;
  readonly side: 'left' | 'right';
}) {
  return (
    <div role="cell" class={`diff-cell is-${side}${text === null ? ' is-empty' : ''}`}>
      <span class="diff-mark">{text === null ? '' : mark}</span>
      {text}
    </div>
  );
}
