import { formatDuration } from '../../../model/duration.ts';
import { withoutHeaders } from '../../../model/request.ts';
import type { BodyFields, CaptureAnswer } from '../../contract.ts';
import { bytesOf } from '../ui/body-content.ts';
import { Body } from '../ui/body.tsx';
import { Headers } from '../ui/headers.tsx';
import { StatusTag } from '../ui/tags.tsx';

/** What the sender of a capture was told. */
export function Answer({ answer }: { readonly answer: CaptureAnswer | null }) {
  if (answer === null) return <p class="dim">Not answered yet.</p>;
  const { status, durationMs, headers, truncated } = answer;
  // What is kept of it was decoded already.
  const fields = fieldsOf(answer);
  return (
    <div class="stack">
      <p>
        <StatusTag status={status} /> <span class="dim">after {formatDuration(durationMs)}</span>{' '}
        {status === null
          ? 'The connection was dropped on purpose.'
          : headers === null
            ? 'Answered by webhook-cli itself.'
            : ''}
      </p>
      {headers !== null && <Headers headers={headers} label="Headers of the answer" />}
      {headers !== null && fields !== null && (
        <Body
          label="Body of the answer"
          headers={withoutHeaders(headers, ['content-encoding'])}
          fields={fields}
          size={bytesOf(fields).length}
          truncated={truncated}
        />
      )}
    </div>
  );
}

function fieldsOf({ body, bodyBase64 }: CaptureAnswer): BodyFields | null {
  if (body !== null) return { body };
  return bodyBase64 === null ? null : { bodyBase64 };
}
