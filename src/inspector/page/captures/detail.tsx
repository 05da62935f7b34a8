import type { ComponentChildren } from 'preact';
import { formatDuration } from '../../../model/duration.ts';
import type { CaptureDetail } from '../../contract.ts';
import { change, hrefOf, place } from '../location.ts';
import { Body } from '../ui/body.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Headers } from '../ui/headers.tsx';
import { Link } from '../ui/link.tsx';
import { captureName, StatusTag, VerdictTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';
import { Actions, DownloadBody } from './actions.tsx';
import { Answer } from './answer.tsx';
import { AttemptLine } from './attempt.tsx';
import { DETAIL_ID } from './focus.ts';
import { VerdictNote } from './verdict.tsx';

/** All there is to one capture. */
export function Detail({
  detail,
  onReplay,
  onDelete,
}: {
  readonly detail: CaptureDetail;
  readonly onReplay: () => void;
  readonly onDelete: () => void;
}) {
  const { capture, decoded, replays } = detail;
  const { verdict, response } = capture;
  return (
    <article class="detail-inner stack" aria-labelledby={DETAIL_ID}>
      <header class="stack detail-top">
        <div class="detail-head">
          <h2 id={DETAIL_ID} tabIndex={-1} class="mono">
            {captureName(capture)}
          </h2>
          <nav class="row" aria-label="Neighbours in time">
            <Neighbour id={detail.newer} name="Newer" />
            <Neighbour id={detail.older} name="Older" />
          </nav>
        </div>
        <div class="row capture-facts">
          <VerdictTag verdict={verdict} />
          <StatusTag status={response?.status} />
          {response !== null && <span>{formatDuration(response.durationMs)}</span>}
          <Moment at={capture.receivedAt} />
          {capture.provider !== null && <span>{capture.provider}</span>}
          {capture.remoteAddress !== null && <span class="dim">from {capture.remoteAddress}</span>}
        </div>
        <div class="row capture-facts">
          <code>{capture.id}</code>
          <CopyButton label="Copy id" text={() => capture.id} />
          {capture.eventId !== null && (
            <span class="dim">
              event <code class="break">{capture.eventId}</code>
            </span>
          )}
        </div>
        {capture.duplicateOf !== null && (
          <p class="capture-facts">
            A duplicate: the same event arrived first as{' '}
            <Link href={hrefTo(capture.duplicateOf)}>
              <code>{capture.duplicateOf}</code>
            </Link>
          </p>
        )}
        <Actions detail={detail} onReplay={onReplay} onDelete={onDelete} />
      </header>
      <Section title="Verdict">
        <VerdictNote verdict={verdict} provider={capture.provider} diagnosis={detail.diagnosis} />
      </Section>
      <Section title="Request">
        <p>
          <code class="break">
            <strong>{capture.method}</strong> {capture.path}
          </code>
        </p>
        <Headers headers={capture.headers} highlight={verdict?.header} label="Request headers" />
      </Section>
      <Section title="Body">
        <Body
          key={capture.id}
          headers={capture.headers}
          fields={capture}
          decoded={decoded}
          size={capture.bodySize}
          truncated={detail.bodyTruncated}
          label="Request body"
          actions={<DownloadBody id={capture.id} />}
        />
      </Section>
      <Section title="Answer">
        <Answer key={capture.id} answer={response} />
      </Section>
      <Section title={replays.length === 0 ? 'Replays' : `Replays (${replays.length})`}>
        {replays.length === 0 ? (
          <p class="dim">Not replayed yet.</p>
        ) : (
          replays.map((attempt, index) => <AttemptLine key={`${capture.id} ${index}`} attempt={attempt} />)
        )}
      </Section>
    </article>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="detail-section" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** The address of another capture, with the same filters. */
function hrefTo(id: string): string {
  return hrefOf('captures', { ...place().params, id, diff: undefined });
}

function Neighbour({ id, name }: { readonly id: string | null; readonly name: string }) {
  return (
    <button
      type="button"
      disabled={id === null}
      onClick={() => change({ id: id ?? undefined, diff: undefined })}
    >
      {name}
    </button>
  );
}
