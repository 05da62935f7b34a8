import { formatDuration } from '../../../model/duration.ts';
import type { AttemptItem, BodyFields, ClockState, DeliveryDetail } from '../../contract.ts';
import { Answer, Sent } from '../ui/exchange.tsx';
import { OutcomeTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';
import { Due } from './due-time.tsx';
import { timelineOf, type TimelineRow } from './timeline.ts';

/** The attempts of a delivery, and those to come if all fail. */
export function Timeline({
  detail,
  engine,
}: {
  readonly detail: DeliveryDetail;
  readonly engine: ClockState | null;
}) {
  const rows = timelineOf(detail);
  if (rows.length === 0) return <p class="dim">No attempt was made, and none is due.</p>;
  return (
    <ol class="timeline" aria-label="Attempts">
      {rows.map((row, index) => (
        <li key={index} class={row.kind === 'made' ? (row.attempt.ok ? 'is-good' : 'is-bad') : 'is-ahead'}>
          <span class="offset mono">{row.offset}</span>
          {row.kind === 'made' ? (
            <Made attempt={row.attempt} body={detail.delivery} />
          ) : (
            <Ahead row={row} engine={engine} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Made({ attempt, body }: { readonly attempt: AttemptItem; readonly body: BodyFields }) {
  const late = Date.parse(attempt.startedAt) - Date.parse(attempt.scheduledAt);
  return (
    <div class="try">
      <div class="row">
        <b>Attempt {attempt.number}</b>
        <OutcomeTag attempt={attempt} />
        <span class="dim">{formatDuration(attempt.durationMs)}</span>
        {attempt.trigger !== 'scheduled' && <span class="tag is-dim">{attempt.trigger}</span>}
        <span class="dim">
          <Moment at={attempt.startedAt} />
          {late >= 1_000 && (
            <span title={`due ${attempt.scheduledAt}`}> · {formatDuration(late)} after it was due</span>
          )}
        </span>
      </div>
      {attempt.error !== null && <p class="error-text">{attempt.error.message}</p>}
      <div class="two-details">
        <details>
          <summary>
            Response<span class="visually-hidden"> to attempt {attempt.number}</span>
          </summary>
          <Answer attempt={attempt} />
        </details>
        <details>
          <summary>
            Request<span class="visually-hidden"> of attempt {attempt.number}</span>
          </summary>
          <Sent attempt={attempt} body={body} />
        </details>
      </div>
    </div>
  );
}

function Ahead({
  row,
  engine,
}: {
  readonly row: Extract<TimelineRow, { kind: 'ahead' }>;
  readonly engine: ClockState | null;
}) {
  return (
    <div class="try dim row">
      <span>
        due <Due at={row.at} engine={engine} />
        {!row.isNext && ' if all fail'}
      </span>
      <Moment at={row.at} />
    </div>
  );
}
