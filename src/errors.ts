/**
 * The base of every error this package throws on purpose: a stable `code` for programs, a sentence for people,
 * and a `hint` that says what to do about it. Anything else that is thrown is a bug.
 */
export class WebhookError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** Wrong flags, arguments or configuration. */
export class UsageError extends WebhookError {
  constructor(message: string, hint?: string, code = 'ERR_USAGE') {
    super(code, message, { hint });
  }
}

/** A setting of an endpoint that makes no sense. */
export class SettingError extends UsageError {
  /** Which one, by its name in `EndpointSettings`. */
  readonly setting: string;

  constructor(setting: string, message: string, hint?: string, code = 'ERR_ENDPOINT') {
    super(message, hint, code);
    this.setting = setting;
  }
}

/** A capture, file or other thing that was named does not exist. */
export class NotFoundError extends WebhookError {
  constructor(message: string, hint?: string) {
    super('ERR_NOT_FOUND', message, { hint });
  }
}

export class StoreError extends WebhookError {}

/** The port is taken, the address is not ours, or the like. */
export class ListenError extends WebhookError {}

export class TunnelError extends WebhookError {}
