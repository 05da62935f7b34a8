import type { RandomBytes } from '../model/id.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import type { Envelope } from '../providers/provider.ts';
import { digitsLike, freshLike, timeLike } from './fresh.ts';

const TELLING_LENGTH = 8;

/**
 * Makes an example payload a new occurrence: fresh identifiers where the envelope says so, and the present time wherever the
 * example's own time stands, so that a created_at and the event's time go on agreeing.
 */
export function refresh(
  payload: unknown,
  envelope: Envelope,
  nowMs: number,
  randomBytes: RandomBytes,
): unknown {
  let fresh = payload;
  const examples = envelope.time.map((location) =>
    'body' in location ? valueAt(payload, location.body) : undefined,
  );
  for (const example of new Set(examples)) {
    if (typeof example !== 'string' && typeof example !== 'number') continue;
    const time = timeLike(example, nowMs);
    if (time !== null) fresh = replaceValue(fresh, example, time);
  }
  for (const path of envelope.freshIds) {
    const example = valueAt(fresh, path);
    if (typeof example === 'number')
      fresh = setAt(fresh, parseJsonPath(path), numberLike(example, randomBytes));
    if (typeof example !== 'string') continue;
    const id = freshLike(example, randomBytes);
    // Long ones are told wherever they stand again; a short text may mean something else elsewhere.
    fresh =
      example.length < TELLING_LENGTH
        ? setAt(fresh, parseJsonPath(path), id)
        : replaceValue(fresh, example, id);
  }
  return fresh;
}

/** The same for the parameters of a form, in their order. */
export function refreshForm(
  parameters: URLSearchParams,
  envelope: Envelope,
  nowMs: number,
  randomBytes: RandomBytes,
): URLSearchParams {
  const fresh = new URLSearchParams(parameters);
  for (const location of envelope.time) {
    const example = 'form' in location ? parameters.get(location.form) : null;
    const time = example === null ? null : timeLike(example, nowMs);
    if (time !== null && 'form' in location) fresh.set(location.form, String(time));
  }
  for (const name of envelope.freshIds) {
    const example = fresh.get(name);
    if (example === null) continue;
    const id = freshLike(example, randomBytes);
    // The same id under another name goes on being the same.
    for (const [other, value] of parameters) if (value === example) fresh.set(other, id);
  }
  return fresh;
}

/** Another whole number of as many digits, or the same where it would be none that JSON keeps. */
function numberLike(example: number, randomBytes: RandomBytes): number {
  const other = Number(digitsLike(String(example), randomBytes));
  return Number.isSafeInteger(example) && Number.isSafeInteger(other) ? other : example;
}

function replaceValue(value: unknown, from: string | number, to: string | number): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((item) => replaceValue(item, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceValue(item, from, to)]));
}
