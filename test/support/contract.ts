import {
  all,
  anything,
  count,
  duration,
  either,
  flag,
  isoTime,
  listOf,
  matching,
  none,
  object,
  oneOf,
  orNull,
  text,
  tuple,
  wholeNumber,
  type Shape,
} from './shape.ts';

/** What the program promises about its JSON, one shape per object; each throws where a value breaks the promise. */

const header = tuple(text, text);
const headers = listOf(header);
const base64 = matching(/^[A-Za-z0-9+/]*={0,2}$/);
const body = either({ body: text, bodyBase64: base64 });
const captureId = matching(/^cap_[0-9a-z]{26}$/);

const verdict = object({
  ok: flag,
  reason: oneOf(
    'valid',
    'unsigned',
    'missing-header',
    'malformed-header',
    'no-match',
    'too-old',
    'too-new',
    'reserialized',
    'no-secret',
  ),
  message: text,
});

const captureSummary = object({
  id: captureId,
  receivedAt: isoTime,
  method: text,
  path: text,
  bodySize: count,
  provider: orNull(text),
  eventType: orNull(text),
  eventId: orNull(text),
  duplicateOf: orNull(captureId),
  verdict: orNull(verdict),
  response: orNull(object({ status: orNull(count), durationMs: duration })),
});

export const capture = all(captureSummary, object({ headers }), body);

const attempt = object({
  number: count,
  trigger: oneOf('scheduled', 'manual', 'replay', 'test'),
  provider: orNull(text),
  eventType: orNull(text),
  messageId: orNull(text),
  scheduledAt: isoTime,
  startedAt: isoTime,
  offsetMs: count,
  durationMs: count,
  ok: flag,
  request: object({ method: text, url: matching(/^https?:\/\//), headers, bodySize: count }),
  response: orNull(all(object({ status: count, headers }), body)),
  error: orNull(object({ code: matching(/^[a-z-]+$/), message: matching(/./) })),
});

/** No attempt has both an answer and a failure, and none has neither. */
const outcome: Shape = (value, at) => {
  const { response, error } = value as { response: unknown; error: unknown };
  if ((response === null) === (error === null)) throw new Error(`${at}: either response or error`);
};

export const attempts = object({ attempts: listOf(all(attempt, outcome)) });

const endpointId = matching(/^ep_[0-9a-z]{26}$/);
const deliveryId = matching(/^dlv_[0-9a-z]{26}$/);

const endpoint = object({
  id: endpointId,
  provider: text,
  url: matching(/^https?:\/\//),
  eventTypes: listOf(text),
  secret: orNull(text),
  publicKey: orNull(text),
  headers,
  filters: object({}),
  timeoutMs: orNull(count),
  retryCount: orNull(count),
  retryDelayMs: orNull(count),
  delaysMs: orNull(listOf(count)),
  status: oneOf('active', 'inactive', 'disabled'),
  disabledReason: orNull(matching(/./)),
  disabledAt: orNull(isoTime),
  testedAt: orNull(isoTime),
  failures: count,
  failingSince: orNull(isoTime),
  pausedUntil: orNull(isoTime),
  pauses: count,
  createdAt: isoTime,
  updatedAt: isoTime,
  effective: orNull(object({ timeoutMs: count, delaysMs: listOf(count), disable: anything })),
});

export const endpointShown = object({ endpoint });

export const endpointList = object({ endpoints: listOf(endpoint) });

const deliveryStatus = oneOf('pending', 'sending', 'succeeded', 'failed', 'discarded', 'canceled');

const delivery = object({
  id: deliveryId,
  eventId: text,
  provider: text,
  eventType: orNull(text),
  endpointId,
  status: deliveryStatus,
  trigger: oneOf('scheduled', 'manual', 'test'),
  createdAt: isoTime,
  nextAttemptAt: orNull(isoTime),
  finishedAt: orNull(isoTime),
  attempts: count,
  interruptions: count,
  reason: orNull(text),
});

const attemptList = listOf(all(attempt, outcome));

export const emitted = object({
  events: listOf(object({ id: text, type: orNull(text) })),
  deliveries: listOf(delivery),
});

export const deliveryList = object({
  deliveries: listOf(all(delivery, none('body', 'bodyBase64'))),
  nextCursor: orNull(text),
});

/** Its `attempts` are the attempts themselves. */
const deliveryWithAttempts = object({
  id: deliveryId,
  endpointId,
  status: deliveryStatus,
  createdAt: isoTime,
  nextAttemptAt: orNull(isoTime),
  attempts: attemptList,
});

export const deliveryShown = object({
  delivery: all(deliveryWithAttempts, object({ bodySize: count }), body),
});

export const deliveryTested = object({ delivery: deliveryWithAttempts });

export const deliveriesRetried = object({ deliveries: listOf(deliveryWithAttempts) });

export const manyRetried = object({
  run: text,
  retried: count,
  counts: object({
    pending: count,
    sending: count,
    succeeded: count,
    failed: count,
    discarded: count,
    canceled: count,
  }),
});

export const simulation = object({
  attempts: attemptList,
  delivery: object({ status: deliveryStatus }),
  endpoint: object({
    status: oneOf('active', 'inactive', 'disabled'),
    disabledReason: orNull(matching(/./)),
  }),
});

export const serveReady = object({
  type: oneOf('ready'),
  url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
  tunnelUrl: orNull(text),
  ui: orNull(matching(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{40}$/)),
  apis: listOf(object({ provider: text, url: matching(/^http:/) })),
  apiKey: orNull(text),
  clock: oneOf('real', 'scaled', 'virtual', 'manual'),
  now: isoTime,
  database: text,
});

export const attemptItem = object({
  type: oneOf('attempt'),
  deliveryId,
  endpointId,
  status: orNull(deliveryStatus),
  nextAttemptAt: orNull(isoTime),
  attempt: all(attempt, outcome),
});

export const requests = object({
  requests: listOf(
    all(object({ method: text, url: matching(/^https?:\/\//), headers, bodySize: count }), body),
  ),
});

export const captureList = object({
  captures: listOf(all(captureSummary, none('headers', 'body', 'bodyBase64'))),
  nextCursor: orNull(text),
});

const expectation = object({
  met: flag,
  expectations: listOf(object({ provider: orNull(text), type: text, count, received: count })),
  instead: listOf(object({ provider: orNull(text), what: text, why: matching(/./), count })),
});

export const expectationItem = all(expectation, object({ type: oneOf('expectation') }));

export const waited = all(
  expectation,
  object({ captures: listOf(all(captureSummary, none('headers', 'body', 'bodyBase64'))), earlier: count }),
);

const diagnosis = listOf(
  object({
    cause: matching(/^(?:body|secret|signature|content|url|provider|time)-[a-z-]+$/),
    confidence: oneOf('certain', 'likely', 'possible'),
    fix: matching(/./),
  }),
);

export const captureShown = object({ capture, replays: listOf(all(attempt, outcome)), diagnosis });

export const deleted = object({ deleted: count });
export const pruned = object({
  captures: count,
  deliveries: count,
  sizeBytes: object({ before: count, after: count }),
});

export const verification = object({
  verdict: all(verdict, object({ scheme: matching(/^[a-z0-9-]+$/), header: matching(/./) })),
  provider: text,
  captureId: orNull(captureId),
  diagnosis,
});

export const explained = all(
  verification,
  object({
    explanation: object({
      signed: object({
        scheme: text,
        what: text,
        header: text,
        forms: listOf(text),
        first: text,
        last: text,
        values: listOf(object({ name: text, value: text })),
        keys: listOf(text),
        timestamp: orNull(object({ value: text, ageSeconds: wholeNumber, toleranceSeconds: orNull(count) })),
        urls: listOf(text),
      }),
      body: object({
        bytes: count,
        contentLength: orNull(count),
        isUtf8: flag,
        hasBom: flag,
        lineEndings: object({ crlf: count, lf: count, cr: count }),
        trailingBreaks: count,
        isStringified: orNull(flag),
        doubts: listOf(object({ offset: count, what: matching(/./) })),
      }),
      signatures: listOf(
        object({
          header: text,
          value: text,
          prefix: text,
          encoding: orNull(oneOf('hex', 'base64')),
          bytes: orNull(count),
          isDue: flag,
        }),
      ),
      tried: object({ causes: listOf(text), trials: count, hashedBytes: count, isCutShort: flag }),
      remarks: listOf(text),
      code: object({}),
    }),
  }),
);

export const ready = object({
  type: oneOf('ready'),
  url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
  tunnelUrl: orNull(text),
  ui: orNull(matching(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{40}$/)),
});

export const captureItem = object({
  type: oneOf('capture'),
  capture,
  remarks: listOf(text),
  handshake: orNull(text),
  diagnosis,
});

export const secretItem = object({
  type: oneOf('secret'),
  captureId,
  provider: text,
  handshake: text,
  secret: text,
  used: flag,
});

export const handshakes = object({
  handshakes: listOf(
    object({
      name: text,
      variant: oneOf('proper', 'wrong-signature', 'wrong-token'),
      ok: flag,
      problem: orNull(matching(/./)),
      notes: listOf(text),
      attempt: all(attempt, outcome),
    }),
  ),
});

export const providerList = object({
  providers: listOf(
    object({
      id: matching(/^[a-z][a-z0-9-]*$/),
      name: text,
      stability: oneOf('stable', 'draft'),
      own: flag,
      eventTypes: count,
      signatureHeader: orNull(text),
      retryDelaysSeconds: listOf(count),
    }),
  ),
});

const eventType = object({
  name: text,
  description: matching(/./),
  payload: oneOf('documented', 'synthesized', 'synthetic'),
});

const fact = (value: Shape): Shape => object({ value, assumed: orNull(matching(/.{10}/)) });

export const providerShown = object({
  provider: object({
    id: text,
    name: text,
    stability: oneOf('stable', 'draft'),
    signature: fact(object({ kind: oneOf('hmac', 'digest', 'asymmetric', 'token', 'none') })),
    envelope: fact(object({ type: listOf(anything), id: listOf(anything), time: listOf(anything) })),
    headers: listOf(object({ name: text, value: anything })),
    success: fact(listOf(tuple(count, count))),
    deadlineMs: fact(orNull(count)),
    timeoutMs: fact(count),
    retry: fact(object({ delaysSeconds: listOf(count) })),
    disable: fact(orNull(object({ unit: oneOf('retry', 'attempt', 'delivery', 'time') }))),
    ipRanges: fact(orNull(listOf(text))),
    https: fact(oneOf('required', 'in-production', 'not-required')),
    events: listOf(eventType),
    notes: listOf(text),
  }),
});

export const payloadShown = object({ provider: text, eventType: all(eventType, object({ body: text })) });

export const detection = object({
  candidates: listOf(object({ provider: text, score: count, sure: flag, evidence: listOf(matching(/./)) })),
});

const check = object({
  id: matching(/^[A-Za-z0-9-]+$/),
  title: matching(/./),
  status: oneOf('passed', 'failed', 'warned', 'skipped'),
  message: text,
  hint: orNull(matching(/./)),
  durationMs: duration,
});

export const examination = object({
  checks: listOf(check),
  summary: object({ passed: count, failed: count, warned: count, skipped: count }),
});

/** The checks of rule R01 tell their event type, and no others. */
const smokeCheck: Shape = (value, at) => {
  check(value, at);
  const { id, eventType: type } = value as { id: string; eventType?: unknown };
  if ((id === 'R01') !== (typeof type === 'string')) throw new Error(`${at}: eventType is for R01`);
};

export const smoked = object({
  checks: listOf(smokeCheck),
  summary: object({ passed: count, failed: count, warned: count, skipped: count }),
});

export const newProvider = object({
  provider: matching(/^[a-z][a-z0-9-]*$/),
  file: text,
  config: text,
  added: flag,
  eventTypes: count,
  notes: listOf(text),
});

export const completion = object({ completion: matching(/webhook-cli/) });

export const run = object({
  run: object({ exitCode: orNull(count), signal: orNull(matching(/^SIG[A-Z]+$/)), durationMs: duration }),
  captures: listOf(all(captureSummary, none('headers', 'body', 'bodyBase64'))),
  met: flag,
  expectations: listOf(object({ provider: orNull(text), type: text, count, received: count })),
  instead: listOf(object({ provider: orNull(text), what: text, why: matching(/./), count })),
});

export const failure = object({
  error: object({ code: matching(/^ERR_[A-Z_]+$/), message: matching(/./), hint: orNull(matching(/./)) }),
});
