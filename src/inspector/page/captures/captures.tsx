import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CaptureDetail, State } from '../../contract.ts';
import { get } from '../api.ts';
import { useResource } from '../live.ts';
import { change, usePlace } from '../location.ts';
import { Failure } from '../ui/failure.tsx';
import { isInDialog, isTyping } from '../ui/keys.ts';
import { captureName } from '../ui/tags.tsx';
import { DeleteDialog, pathOfAll, pathOfOne } from './delete.tsx';
import { Detail } from './detail.tsx';
import { DiffView } from './diff-view.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countText, filterKey, filtersOf, hasFilters } from './filters.ts';
import { DETAIL_ID, focusOn, isWide, LIST_ID, SEARCH_ID } from './focus.ts';
import { List } from './list.tsx';
import { ReplayDialog } from './replay.tsx';
import { useRows } from './use-rows.ts';
import { NothingMatches, Welcome } from './welcome.tsx';

type Shown = 'replay' | 'delete' | 'delete-all' | null;

/** The captures: their list, and the one that is chosen. */
export function Captures({ state }: { readonly state: State | null }) {
  const { params } = usePlace();
  const query = filtersOf(params);
  const filters = filterKey(query);
  const { id, diff } = params;
  const live = useRows(query);
  const [shown, show] = useState<Shown>(null);
  const load = useResource(
    id === undefined ? null : `capture ${id}`,
    (signal) => get<CaptureDetail>(pathOfOne(id!), {}, signal),
    // The news of its own deletion may come before the answer to that.
    { isLive: shown !== 'delete' && shown !== 'delete-all' },
  );
  const wantsFocus = useRef(false);

  // What was chosen before stays, out of reach, until the next is there.
  const detail = load.data;
  const isPresent = detail !== null && (id === undefined || isNamed(detail, id));

  const close = (): void => {
    change({ id: undefined, diff: undefined });
    requestAnimationFrame(() => focusOn(LIST_ID));
  };
  const keys = useRef<(event: KeyboardEvent) => boolean>(() => false);
  keys.current = (event) => {
    if (event.key === '/') {
      if (!isWide() && id !== undefined) close();
      requestAnimationFrame(() => focusOn(SEARCH_ID));
    } else if (event.key === 'Escape') {
      if (diff !== undefined) change({ diff: undefined });
      else if (id !== undefined) close();
      else return false;
    } else if (event.key === 'Enter' && isOnList(event)) {
      focusOn(DETAIL_ID);
    } else if (event.key === 'r' && isPresent && id !== undefined) {
      show('replay');
    } else if (
      event.key === 'd' &&
      isPresent &&
      id !== undefined &&
      diff === undefined &&
      detail.previous !== null
    ) {
      change({ diff: detail.previous });
    } else return false;
    return true;
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isInDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event)) {
        if (event.key === 'Escape') focusOn(LIST_ID);
        return;
      }
      if (keys.current(event)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  // Where the list is covered, the focus goes along.
  useEffect(() => {
    if (!wantsFocus.current || !isPresent) return;
    wantsFocus.current = false;
    focusOn(DETAIL_ID);
  }, [detail, isPresent]);

  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current!.scrollTo(0, 0), [detail?.capture.id, diff]);

  const rows = live.update?.rows;
  const isEmpty = rows?.total === 0 && !live.isStale;
  const isFirst = isEmpty && id === undefined && !hasFilters(query);
  const count = useMemo(() => (rows === undefined ? '' : countText(rows)), [rows]);
  return (
    <div class={`captures${id === undefined ? '' : ' has-open'}${isFirst ? ' is-first' : ''}`}>
      <section class="captures-pane" aria-label="List of captures">
        <h1 class="visually-hidden">Captures</h1>
        <FilterBar query={query} />
        <div class="captures-count">
          <span role="status">{count}</span>
          {rows !== undefined && rows.total > 0 && (
            <button type="button" class="quiet" onClick={() => show('delete-all')}>
              Delete…
            </button>
          )}
        </div>
        <Failure failure={live.failure} />
        {isEmpty && (hasFilters(query) ? <NothingMatches /> : <p class="empty">Nothing has arrived yet.</p>)}
        {!isEmpty && (live.failure === null || !live.isStale) && (
          <List
            live={live}
            filters={filters}
            selected={id}
            onSelect={(next) => change({ id: next, diff: undefined }, { replace: id !== undefined })}
            onChoose={({ id: next }) => {
              wantsFocus.current = !isWide();
              change({ id: next, diff: undefined });
            }}
          />
        )}
      </section>
      <section
        ref={pane}
        class={`detail-pane${id !== undefined && !isPresent ? ' is-stale' : ''}`}
        aria-label="Capture"
      >
        {id === undefined ? (
          (rows !== undefined || live.failure !== null) && <Welcome state={state} isFirst={isFirst} />
        ) : (
          <>
            <button type="button" class="back" onClick={close}>
              ← Back to the list
            </button>
            {load.failure !== null && <Failure failure={load.failure} />}
            {detail !== null && (
              <div inert={!isPresent}>
                {diff === undefined ? (
                  <Detail detail={detail} onReplay={() => show('replay')} onDelete={() => show('delete')} />
                ) : (
                  <DiffView detail={detail} other={diff} />
                )}
              </div>
            )}
          </>
        )}
      </section>
      {shown === 'replay' && detail !== null && isPresent && (
        <ReplayDialog key={detail.capture.id} detail={detail} state={state} onClose={() => show(null)} />
      )}
      {shown === 'delete' && detail !== null && isPresent && (
        <DeleteDialog
          title="Delete this capture?"
          question={
            <>
              <bdi>{captureName(detail.capture)}</bdi> ({detail.capture.id}) cannot be brought back.
            </>
          }
          action="Delete it"
          path={pathOfOne(detail.capture.id)}
          onDeleted={() => {
            show(null);
            change({ id: detail.older ?? detail.newer ?? undefined, diff: undefined }, { replace: true });
            live.reload();
          }}
          onClose={() => show(null)}
        />
      )}
      {shown === 'delete-all' && rows !== undefined && (
        <DeleteDialog
          title={hasFilters(query) ? 'Delete all that match?' : 'Delete all captures?'}
          question={`${count}, ${hasFilters(query) ? 'all that match the filters' : 'all there are'}: they cannot be brought back.`}
          action={`Delete ${count}`}
          path={pathOfAll(query)}
          onDeleted={() => {
            show(null);
            change({ id: undefined, diff: undefined }, { replace: true });
            live.reload();
          }}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}

/** A link may name a capture in another way than by its id. */
function isNamed({ capture }: CaptureDetail, name: string): boolean {
  return capture.id === name;
}

function isOnList({ target }: KeyboardEvent): boolean {
  return target === document.body || (target as Element).closest(`#${LIST_ID}, main`) === target;
}
