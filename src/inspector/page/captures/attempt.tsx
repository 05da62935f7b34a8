import { useState } from 'preact/hooks';
import { formatDuration } from '../../../model/duration.ts';
import type { AttemptItem } from '../../contract.ts';
import { bytesOf } from '../ui/body-content.ts';
import { Body } from '../ui/body.tsx';
import { Headers } from '../ui/headers.tsx';
import { OutcomeTag } from '../ui/tags.tsx';
import { Moment } from '../ui/time.tsx';

/** A replay as a line that opens. */
export function AttemptLine({ attempt }: { readonly attempt: AttemptItem }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="replayed" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <OutcomeTag attempt={attempt} />
        <code class="replayed-url">
          {attempt.request.method} {attempt.request.url}
        </code>
        <span class="dim">{formatDuration(attempt.durationMs)}</span>
        <span class="dim">
          <Moment at={attempt.startedAt} />
        </span>
      </summary>
      {isOpen && (
        <div class="stack">
          <AttemptAnswer attempt={attempt} />
          <h4>Request headers</h4>
          <Headers headers={attempt.request.headers} label="Request headers" />
        </div>
      )}
    </details>
  );
}

/** What came back of an attempt. */
export function AttemptAnswer({ attempt: { request, response, error } }: { readonly attempt: AttemptItem }) {
  return (
    <>
      {error !== null && (
        <p class="failure">
          {error.message}
          {error.code === 'refused' && (
            <span class="hint">
              Nothing listens at {new URL(request.url).host}: start the app, or mend the URL.
            </span>
          )}
        </p>
      )}
      {response !== null && (
        <>
          <h4>Response headers</h4>
          <Headers headers={response.headers} label="Response headers" />
          <h4>Response body</h4>
          <Body
            label="Response body"
            headers={response.headers}
            fields={response}
            size={bytesOf(response).length}
            truncated={response.truncated}
          />
        </>
      )}
    </>
  );
}
