import type { Attempt } from '../../model/attempt.ts';
import type { Capture, CaptureSummary } from '../../model/capture.ts';
import type { OutgoingRequest } from '../../model/request.ts';
import { asUtf8 } from '../../model/text.ts';
import { UNPRINTABLE } from './term.ts';

/** A value on a line of its own, written so that it does a terminal no harm either. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${json}\n`;
}

/** A body as JSON holds it: text where the bytes are UTF-8, otherwise base64. Either way the exact bytes come back. */
export function bodyFields(body: Uint8Array): { body: string } | { bodyBase64: string } {
  const text = asUtf8(body);
  return text === null ? { bodyBase64: Buffer.from(body).toString('base64') } : { body: text };
}

/** A capture without headers and body, as the JSON contract has it. */
export function captureSummaryJson(capture: CaptureSummary): unknown {
  return { ...shared(capture), bodySize: capture.bodySize, ...outcome(capture) };
}

export function captureJson(capture: Capture): unknown {
  return {
    ...shared(capture),
    headers: capture.headers,
    bodySize: capture.body.length,
    ...bodyFields(capture.body),
    ...outcome(capture),
  };
}

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

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function shared(capture: Capture | CaptureSummary): object {
  const { id, receivedAt, method, path, remoteAddress } = capture;
  return { id, receivedAt: iso(receivedAt), method, path, remoteAddress };
}

function outcome(capture: Capture | CaptureSummary): object {
  const { provider, eventType, eventId, duplicateOf, verdict, response } = capture;
  return { provider, eventType, eventId, duplicateOf, verdict, response };
}

export function requestJson(request: OutgoingRequest): unknown {
  const { method, url, headers, body } = request;
  return { method, url, headers, bodySize: body.length, ...bodyFields(body) };
}
