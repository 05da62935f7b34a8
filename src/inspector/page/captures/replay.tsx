import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../../model/duration.ts';
import type { AttemptAnswer as Answer, AttemptItem, CaptureDetail, State } from '../../contract.ts';
import { send, type ApiFailure } from '../api.ts';
import { textOf } from '../ui/body-content.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { readJson } from '../ui/json.ts';
import { captureName, OutcomeTag } from '../ui/tags.tsx';
import { AttemptAnswer } from './attempt.tsx';
import { pathOfOne } from './delete.tsx';
import { changesBody, readHeaderLines, replayRequest, type ReplayForm } from './replay-form.ts';

const TARGET_KEY = 'replay-target';

/** Sends a capture again, as it is or changed. */
export function ReplayDialog({
  detail,
  state,
  onClose,
}: {
  readonly detail: CaptureDetail;
  readonly state: State | null;
  readonly onClose: () => void;
}) {
  const { capture } = detail;
  // The capture as it was when the dialog opened: what changes meanwhile is its answer alone.
  const [original] = useState(() => (detail.bodyTruncated ? null : textOf(capture)));
  const [form, setForm] = useState<ReplayForm>(() => ({
    to: state?.receiver?.forward ?? localStorage.getItem(TARGET_KEY) ?? state?.receiver?.url ?? '',
    // As the receiver passes captures on.
    keepPath: (state?.receiver?.forward ?? null) !== null,
    resign: false,
    secret: '',
    body: null,
    headers: '',
  }));
  const [failure, fail] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState<AttemptItem | null>(null);
  const target = useRef<HTMLInputElement>(null);
  const control = useRef(new AbortController());
  useEffect(() => {
    target.current!.focus();
    // So that typing another takes its place.
    target.current!.select();
    return () => control.current.abort();
  }, []);

  const update = (part: Partial<ReplayForm>): void => setForm((before) => ({ ...before, ...part }));
  const { problem } = readHeaderLines(form.headers);
  const isChanged = changesBody(form, original);

  const submit = async (): Promise<void> => {
    if (isBusy || problem !== null) return;
    setBusy(true);
    fail(null);
    const { signal } = control.current;
    try {
      const request = replayRequest(form, original);
      localStorage.setItem(TARGET_KEY, request.to);
      const answer = await send<Answer>('POST', `${pathOfOne(capture.id)}/replay`, request, signal);
      setAttempt(answer.attempt);
    } catch (error) {
      if (signal.aborted) return;
      setAttempt(null);
      fail(error as ApiFailure);
    }
    setBusy(false);
  };

  return (
    <Dialog title={`Replay ${captureName(capture)}`} onClose={onClose} wide>
      <div class="replay">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <label>
            Target URL
            <input
              ref={target}
              type="url"
              required
              placeholder="http://localhost:3000/webhooks"
              value={form.to}
              onInput={(event) => update({ to: event.currentTarget.value })}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={form.keepPath}
              onChange={(event) => update({ keepPath: event.currentTarget.checked })}
            />
            <span>
              Append the captured path <code class="break">{capture.path}</code>
            </span>
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={form.resign}
              onChange={(event) => update({ resign: event.currentTarget.checked })}
            />
            Sign anew, with a fresh timestamp
          </label>
          {form.resign && (
            <label>
              Secret
              <input
                type="password"
                autocomplete="off"
                placeholder="the configured one"
                value={form.secret}
                onInput={(event) => update({ secret: event.currentTarget.value })}
              />
            </label>
          )}
          <BodyField capture={detail} original={original} form={form} update={update} />
          {isChanged && !form.resign && (
            <p class="warning">
              The body was changed, and its signature is of the captured one: it will not match. Sign anew to
              mend that.
            </p>
          )}
          <details>
            <summary>Change headers</summary>
            <label>
              Added, or instead of the captured ones
              <textarea
                rows={3}
                spellcheck={false}
                placeholder="X-Debug: 1"
                value={form.headers}
                onInput={(event) => update({ headers: event.currentTarget.value })}
              />
            </label>
            {problem !== null && <p class="warning">{problem}</p>}
          </details>
          <Failure failure={failure} />
          <div class="row">
            <button type="submit" class="primary" disabled={isBusy}>
              {isBusy ? 'Sending…' : attempt === null ? 'Replay' : 'Replay again'}
            </button>
            <span class="dim">Enter sends it</span>
          </div>
        </form>
        <section aria-label="Result" aria-live="polite" class="replay-result stack">
          {attempt === null ? (
            <p class="dim">What the target answers shows up here.</p>
          ) : (
            <>
              <h3 class="visually-hidden">The answer</h3>
              <p>
                <OutcomeTag attempt={attempt} />{' '}
                <span class="dim">after {formatDuration(attempt.durationMs)}</span>
              </p>
              <AttemptAnswer attempt={attempt} />
            </>
          )}
        </section>
      </div>
    </Dialog>
  );
}

function BodyField({
  capture: { bodyTruncated },
  original,
  form,
  update,
}: {
  readonly capture: CaptureDetail;
  readonly original: string | null;
  readonly form: ReplayForm;
  readonly update: (part: Partial<ReplayForm>) => void;
}) {
  if (original === null) {
    return (
      <p class="dim">
        The body is sent as it was captured: {bodyTruncated ? 'it is too long' : 'it is binary, and not text'}{' '}
        to edit here.
      </p>
    );
  }
  const text = form.body ?? original;
  const isJson = /^\s*[{[]/.test(original);
  const problem = isJson && form.body !== null ? problemOf(text) : null;
  return (
    <details>
      <summary>Change the body</summary>
      <label>
        Body
        <textarea
          rows={12}
          spellcheck={false}
          value={text}
          onInput={(event) => update({ body: event.currentTarget.value })}
        />
      </label>
      <div class="row">
        {isJson && form.body !== null && (
          <span class={problem === null ? 'dim' : 'warning'}>{problem ?? 'Valid JSON.'}</span>
        )}
        {form.body !== null && (
          <button type="button" class="more" onClick={() => update({ body: null })}>
            Back to the captured body
          </button>
        )}
      </div>
    </details>
  );
}

function problemOf(text: string): string | null {
  const json = readJson(text);
  return 'problem' in json ? json.problem : null;
}
