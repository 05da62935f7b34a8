import { NotFoundError, SettingError, StoreError, WebhookError } from '../errors.ts';
import type { JsonAnswer } from '../http/respond.ts';
import type { ApiDefinition } from './definition.ts';

/** What is refused may stand in the message, and be as long as a body. */
const LONGEST_MESSAGE = 500;

/** A request that an emulated API refuses. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      field = null,
      headers = {},
    }: { readonly field?: string | null; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    this.headers = headers;
  }
}

/** What a request said, as far as an answer repeats it. */
export function shorten(text: string, most = 100): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** Does something with a field of a request, and blames the field for what is refused meanwhile. */
export async function blaming<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    const { status, code, message, headers } = asApiError(error, null);
    throw new ApiError(status, code, message, { field: status === 400 ? field : null, headers });
  }
}

/** The answer to whatever went wrong: one shape for all providers, since none documents its own. Tells nothing of the inside. */
export function errorAnswer(error: unknown, definition: ApiDefinition | null): JsonAnswer {
  const { status, code, message, field, headers } = asApiError(error, definition);
  const said = { code, message: shorten(message, LONGEST_MESSAGE), ...(field === null ? {} : { field }) };
  return { status, body: { error: said }, headers };
}

function asApiError(error: unknown, definition: ApiDefinition | null): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof WebhookError))
    return new ApiError(500, 'internal_error', 'something went wrong here');
  const message = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  const named = (setting: string): string | null =>
    definition?.fields.find((field) => field.setting === setting)?.name ?? null;
  if (error instanceof SettingError) {
    return new ApiError(400, 'invalid_request', error.message, { field: named(error.setting) });
  }
  if (error.code === 'ERR_UNKNOWN_EVENT_TYPE') {
    return new ApiError(400, 'unknown_event_type', message, { field: named('eventTypes') });
  }
  if (error.code === 'ERR_TEST_WANTED') return new ApiError(409, 'test_wanted', error.message);
  if (error instanceof NotFoundError) return new ApiError(404, 'not_found', error.message);
  if (error instanceof StoreError) {
    // Its own message names the database's file.
    const busy = 'the database cannot be used just now';
    return new ApiError(503, 'unavailable', busy, { headers: { 'Retry-After': '1' } });
  }
  return new ApiError(400, 'invalid_request', message);
}
