import { isoSeconds } from '../model/clock.ts';
import { randomToken, type RandomBytes } from '../model/id.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import type { Envelope } from '../providers/provider.ts';

const TOKEN_LENGTH = 12;

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
  const exampleTime = envelope.time
    .map((location) => ('body' in location ? valueAt(payload, location.body) : undefined))
    .find((value) => typeof value === 'string');
  let fresh = exampleTime === undefined ? payload : replaceText(payload, exampleTime, isoSeconds(nowMs));
  for (const path of envelope.freshIds) {
    const example = valueAt(fresh, path);
    if (typeof example !== 'string') continue;
    const prefix = /^(.*_)[^_]*$/.exec(example)?.[1] ?? '';
    fresh = setAt(fresh, parseJsonPath(path), prefix + randomToken(TOKEN_LENGTH, randomBytes));
  }
  return fresh;
}

function replaceText(value: unknown, from: string, to: string): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((item) => replaceText(item, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceText(item, from, to)]));
}
