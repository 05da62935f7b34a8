import { formatDuration } from '../../../model/duration.ts';
import { formatSize } from '../../../model/size.ts';
import type { AttemptItem, BodyFields } from '../../contract.ts';
import { bytesOf } from './body-content.ts';
import { Body } from './body.tsx';
import { Headers } from './headers.tsx';
import { OutcomeTag } from './tags.tsx';

/** How an attempt ended, in a line. */
export function Outcome({ attempt }: { readonly attempt: AttemptItem }) {
  return (
    <p class="row outcome">
      <OutcomeTag attempt={attempt} />
      <span>
        {attempt.ok ? 'acknowledged' : attempt.response === null ? 'no answer' : 'not acknowledged'}
      </span>
      <span class="dim">after {formatDuration(attempt.durationMs)}</span>
      {attempt.error !== null && <span class="error-text">{attempt.error.message}</span>}
    </p>
  );
}

/** What was answered: headers and body. */
export function Answer({ attempt }: { readonly attempt: AttemptItem }) {
  const { response } = attempt;
  if (response === null) return <p class="dim">Nothing was answered.</p>;
  return (
    <div class="stack">
      <Headers headers={response.headers} label="Answered headers" />
      <Body
        headers={response.headers}
        fields={response}
        size={bytesOf(response).length}
        truncated={response.truncated}
        label="Answered body"
      />
      {response.truncated && <p class="dim">The body was longer: only its beginning is kept.</p>}
    </div>
  );
}

/** What was sent: method, URL, headers, and the body where it is known. */
export function Sent({ attempt, body }: { readonly attempt: AttemptItem; readonly body: BodyFields | null }) {
  const { request } = attempt;
  return (
    <div class="stack">
      <p class="mono break">
        {request.method} {request.url}
      </p>
      <Headers headers={request.headers} label="Sent headers" />
      {body === null ? (
        <p class="dim">{formatSize(request.bodySize)} of body</p>
      ) : (
        <Body headers={request.headers} fields={body} size={request.bodySize} label="Sent body" />
      )}
    </div>
  );
}
