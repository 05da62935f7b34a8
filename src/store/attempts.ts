import type Database from 'better-sqlite3';
import type { Attempt, AttemptError, AttemptTrigger } from '../model/attempt.ts';
import type { Header } from '../model/request.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import type { AttemptStore } from './store.ts';

interface AttemptRow {
  number: number;
  trigger: AttemptTrigger;
  provider: string | null;
  eventType: string | null;
  messageId: string | null;
  scheduledAt: number;
  startedAt: number;
  durationMs: number;
  ok: number;
  method: string;
  url: string;
  requestHeaders: string;
  requestBodySize: number;
  status: number | null;
  responseHeaders: string | null;
  responseTruncated: number;
  responseBody: Buffer | null;
  errorCode: AttemptError['code'] | null;
  errorMessage: string | null;
}

const COLUMNS = `number, "trigger", provider, event_type as eventType, message_id as messageId,
  scheduled_at as scheduledAt, started_at as startedAt, duration_ms as durationMs, ok, method, url,
  request_headers as requestHeaders, request_body_size as requestBodySize, status, response_headers as responseHeaders,
  response_truncated as responseTruncated, response_body as responseBody, error_code as errorCode,
  error_message as errorMessage`;

/** An attempt with what it belongs to. */
export type OwnedAttempt = Attempt & {
  readonly id: string;
  readonly captureId: string | null;
  readonly deliverySeq: number | null;
};

/** Writes attempts. Synchronous: meant to run inside a transaction. */
export function prepareAttemptInsert(db: Database.Database): (attempt: OwnedAttempt) => void {
  const insert = db.prepare(`
    insert into attempts (id, capture_id, delivery_seq, number, "trigger", provider, event_type, message_id, scheduled_at,
      started_at, duration_ms, ok, method, url, request_headers, request_body_size, status, response_headers, error_code,
      error_message, response_truncated, response_body)
    values (@id, (select id from captures where id = @captureId), @deliverySeq, @number, @trigger, @provider, @eventType,
      @messageId, @scheduledAt, @startedAt, @durationMs, @ok, @method, @url, @requestHeaders, @requestBodySize, @status,
      @responseHeaders, @errorCode, @errorMessage, @responseTruncated, @responseBody)`);
  return (attempt) => {
    insert.run({
      id: attempt.id,
      captureId: attempt.captureId,
      deliverySeq: attempt.deliverySeq,
      number: attempt.number,
      trigger: attempt.trigger,
      provider: attempt.provider,
      eventType: attempt.eventType,
      messageId: attempt.messageId,
      scheduledAt: attempt.scheduledAt,
      startedAt: attempt.startedAt,
      durationMs: attempt.durationMs,
      ok: Number(attempt.ok),
      method: attempt.request.method,
      url: attempt.request.url,
      requestHeaders: JSON.stringify(attempt.request.headers),
      requestBodySize: attempt.request.bodySize,
      status: attempt.response?.status ?? null,
      responseHeaders: attempt.response === null ? null : JSON.stringify(attempt.response.headers),
      errorCode: attempt.error?.code ?? null,
      errorMessage: attempt.error?.message ?? null,
      responseTruncated: Number(attempt.response?.truncated ?? false),
      responseBody: attempt.response?.body ?? null,
    });
  };
}

export function createAttemptStore(db: Database.Database, commit: GroupCommit, path: string): AttemptStore {
  const insert = prepareAttemptInsert(db);
  const ofCapture = db.prepare<[string], AttemptRow>(
    `select ${COLUMNS} from attempts where capture_id = ? order by seq`,
  );
  const ofDelivery = db.prepare<[string], AttemptRow>(
    `select ${COLUMNS} from attempts where delivery_seq = (select seq from deliveries where id = ?) order by seq`,
  );

  return {
    add: (attempt) => commit.run(() => insert({ ...attempt, deliverySeq: null })),
    ofCapture: async (captureId) => explaining(path, () => ofCapture.all(captureId).map(toAttempt)),
    ofDelivery: async (deliveryId) => explaining(path, () => ofDelivery.all(deliveryId).map(toAttempt)),
  };
}

function toAttempt(row: AttemptRow): Attempt {
  const { number, trigger, provider, eventType, messageId, scheduledAt, startedAt, durationMs } = row;
  return {
    number,
    trigger,
    provider,
    eventType,
    messageId,
    scheduledAt,
    startedAt,
    durationMs,
    ok: row.ok === 1,
    request: {
      method: row.method,
      url: row.url,
      headers: JSON.parse(row.requestHeaders) as Header[],
      bodySize: row.requestBodySize,
    },
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            headers: JSON.parse(row.responseHeaders ?? '[]') as Header[],
            body: row.responseBody ?? new Uint8Array(),
            truncated: row.responseTruncated === 1,
          },
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  };
}
