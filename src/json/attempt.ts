import type { Attempt } from '../model/attempt.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { bodyFields, iso } from './values.ts';

export function attemptJson(attempt: Attempt, firstStartedAt = attempt.startedAt): unknown {
  const { response, scheduledAt, startedAt } = attempt;
  return {
    ...attempt,
    scheduledAt: iso(scheduledAt),
    startedAt: iso(startedAt),
    offsetMs: startedAt - firstStartedAt,
    response:
      response === null
        ? null
        : {
            status: response.status,
            headers: response.headers,
            ...bodyFields(response.body),
            truncated: response.truncated,
          },
  };
}

export function requestJson(request: OutgoingRequest): unknown {
  const { method, url, headers, body } = request;
  return { method, url, headers, bodySize: body.length, ...bodyFields(body) };
}
