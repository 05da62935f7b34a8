/** A public URL that leads to a port on this machine, for as long as it lives. */
export interface OpenTunnel {
  readonly url: string;
  /** Resolves with the reason once the tunnel is dead and needs reopening. Never rejects; pending for ever after `close()`. */
  readonly dead: Promise<string>;
  /**
   * Ends the tunnel and everything it runs: at once, or where `drained` is given, so that requests under way get their
   * answers. Such a tunnel takes no further requests if it can, and ends once the signal has aborted and what has been
   * answered by then is through. Idempotent, never rejects.
   */
  close(drained?: AbortSignal): Promise<void>;
}

/** A kind of tunnel. */
export interface TunnelDriver {
  readonly name: string;
  /**
   * Opens a tunnel to a port on loopback. The signal calls off the opening; an open tunnel ends with `close()`.
   * @throws {TunnelError} when it cannot be opened within the driver's own time-out, or the signal aborts. By then
   * nothing of the attempt is left running.
   */
  open(port: number, signal: AbortSignal): Promise<OpenTunnel>;
}

/**
 * What becomes of a tunnel that is kept open.
 * - `open`: requests to the URL arrive; `lost`: it was open and died; `failed`: it could not be opened.
 */
export type TunnelEvent =
  | { readonly type: 'open'; readonly url: string }
  | { readonly type: 'lost'; readonly reason: string; readonly retryInMs: number }
  | {
      readonly type: 'failed';
      readonly reason: string;
      readonly hint: string | undefined;
      readonly retryInMs: number;
    };
