import type { Capture, CaptureSummary } from '../model/capture.ts';
import { bodyFields, iso } from './values.ts';

/** A capture without headers and body, as the JSON contract has it. */
export function captureSummaryJson(capture: CaptureSummary): unknown {
  return { ...shared(capture), bodySize: capture.bodySize, ...outcome(capture) };
}

/** `bodyAs` says how its body is written. */
export function captureJson(capture: Capture, bodyAs: (body: Uint8Array) => object = bodyFields): unknown {
  return {
    ...shared(capture),
    headers: capture.headers,
    bodySize: capture.body.length,
    ...bodyAs(capture.body),
    ...outcome(capture),
  };
}

function shared(capture: Capture | CaptureSummary): object {
  const { id, receivedAt, method, path, remoteAddress } = capture;
  return { id, receivedAt: iso(receivedAt), method, path, remoteAddress };
}

function outcome(capture: Capture | CaptureSummary): object {
  const { provider, eventType, eventId, duplicateOf, verdict, response } = capture;
  return { provider, eventType, eventId, duplicateOf, verdict, response };
}
