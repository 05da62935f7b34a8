import type { Attempt } from '../../src/model/attempt.ts';
import type { Verdict, VerdictReason } from '../../src/model/verdict.ts';
import type { NewCapture } from '../../src/store/store.ts';

let counter = 0;

/** A capture of which only what a test is about needs to be said. Ids differ, and sort in the order of making. */
export function newCapture(about: Partial<NewCapture> = {}): NewCapture {
  counter += 1;
  return {
    id: `cap_${String(counter).padStart(26, '0')}`,
    receivedAt: Date.UTC(2026, 0, 1) + counter,
    method: 'POST',
    path: '/',
    headers: [],
    body: Buffer.alloc(0),
    remoteAddress: null,
    provider: null,
    eventType: null,
    eventId: null,
    dedupeKey: null,
    verdict: null,
    ...about,
  };
}

export function verdict(reason: VerdictReason): Verdict {
  return {
    ok: reason === 'valid' || reason === 'unsigned',
    reason,
    message: `it is ${reason}`,
    scheme: 'hmac-sha256',
    header: 'x-signature',
  };
}

export function attempt(about: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    trigger: 'replay',
    provider: null,
    eventType: null,
    messageId: null,
    scheduledAt: 1_000,
    startedAt: 1_001,
    durationMs: 2.5,
    ok: true,
    request: { method: 'POST', url: 'http://localhost/', headers: [], bodySize: 0 },
    response: { status: 200, headers: [], body: Buffer.alloc(0), truncated: false },
    error: null,
    ...about,
  };
}
