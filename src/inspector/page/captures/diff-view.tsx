import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CaptureDetail, CaptureItem, CaptureWindow } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource } from '../live.ts';
import { change } from '../location.ts';
import { Failure } from '../ui/failure.tsx';
import { captureName, VerdictTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';
import { pathOfOne } from './delete.tsx';
import { diffBodies, diffHeaders, type DiffResult } from './diff.ts';
import { DiffTable } from './diff-table.tsx';
import { DETAIL_ID, focusOn } from './focus.ts';

/** A capture beside another one: `other` is on the left. */
export function DiffView({ detail, other }: { readonly detail: CaptureDetail; readonly other: string }) {
  const load = useResource(`diff ${other}`, (signal) => get<CaptureDetail>(pathOfOne(other), {}, signal), {
    isLive: false,
  });
  const left = load.data?.capture.id === other ? load.data : null;
  useEffect(() => focusOn(DETAIL_ID), []);
  return (
    <div class="detail-inner stack">
      <div class="detail-head">
        <h2 id={DETAIL_ID} tabIndex={-1}>
          Compare
        </h2>
        <button type="button" onClick={() => change({ diff: undefined })}>
          Close
        </button>
      </div>
      <Choice detail={detail} other={other} />
      <Failure failure={load.failure} />
      {left !== null && load.failure === null && <Comparison left={left} right={detail} />}
    </div>
  );
}

function Comparison({ left, right }: { readonly left: CaptureDetail; readonly right: CaptureDetail }) {
  // Neither headers nor body of a capture ever change.
  const ids = [left.capture.id, right.capture.id];
  const headers = useMemo(() => diffHeaders(left.capture.headers, right.capture.headers), ids);
  const bodies = useMemo(() => diffBodies(left, right), ids);
  return (
    <>
      <div class="diff-sides">
        <Side capture={left.capture} />
        <Side capture={right.capture} />
      </div>
      <Part title="Headers" result={headers} />
      <Part title="Body" result={bodies} />
    </>
  );
}

function Side({ capture }: { readonly capture: CaptureDetail['capture'] }) {
  return (
    <div>
      <strong class="mono">{captureName(capture)}</strong> <VerdictTag verdict={capture.verdict} />
      <div class="dim">
        <Moment at={capture.receivedAt} /> · <code>{capture.id}</code>
      </div>
    </div>
  );
}

function Part({ title, result: { rows, note } }: { readonly title: string; readonly result: DiffResult }) {
  return (
    <section aria-label={title} class="stack">
      <h3>{title}</h3>
      {note !== null && <p class="dim">{note}</p>}
      {rows.some(({ kind }) => kind !== 'same') && <DiffTable rows={rows} label={`${title}, compared`} />}
    </section>
  );
}

/** With what to compare: one of the latest of the same type, or any by its id. */
function Choice({ detail: { capture }, other }: { readonly detail: CaptureDetail; readonly other: string }) {
  const { provider, eventType, id } = capture;
  const [typed, type] = useState('');
  const recent = useResource(
    `recent ${provider} ${eventType}`,
    (signal) =>
      get<CaptureWindow>(
        '/api/captures',
        { provider: provider ?? undefined, type: eventType ?? undefined, offset: 0, limit: 25 },
        signal,
      ),
    { isLive: false },
  );
  const offered = (recent.data?.captures ?? []).filter((each) => each.id !== id);
  return (
    <div class="row diff-choice">
      <label>
        With
        <select value={other} onChange={(event) => change({ diff: event.currentTarget.value })}>
          {!offered.some((each) => each.id === other) && <option value={other}>{other}</option>}
          {offered.map((each) => (
            <option key={each.id} value={each.id}>
              {optionText(each)}
            </option>
          ))}
        </select>
      </label>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') change({ diff: typed.trim() });
          type('');
        }}
      >
        <label>
          Or with the id
          <input
            value={typed}
            placeholder="cap_…"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => type(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Compare</button>
      </form>
    </div>
  );
}

function optionText({ receivedAt, verdict, id }: CaptureItem): string {
  const time = new Date(receivedAt).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' });
  return `${time} · ${verdict === null ? 'not verified' : verdict.reason} · ${id}`;
}
