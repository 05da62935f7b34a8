import type { Clock } from '../model/clock.ts';

/** What a server shows of itself when a secure connection is opened. */
export interface ServerCertificate {
  /** Why the chain does not verify, in OpenSSL's words such as `CERT_HAS_EXPIRED`; null where it does. */
  readonly chainError: string | null;
  /** Why it is not for this host; null where it is. */
  readonly hostError: string | null;
  /** All hosts that it is for, such as `DNS:example.com, IP Address:127.0.0.1`. */
  readonly hosts: string;
  readonly issuer: string;
  /** Milliseconds since the Unix epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** The network below HTTP. Everything ends when its signal aborts, and rejects with an error that has a `code`. */
export interface Network {
  /** All addresses of a host name. */
  lookup(hostname: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens a TCP connection and closes it. */
  connect(address: string, port: number, signal: AbortSignal): Promise<void>;
  /** Opens a secure connection, whatever its certificate is worth, and closes it. */
  handshake(address: string, port: number, hostname: string, signal: AbortSignal): Promise<ServerCertificate>;
}

/** What came of something that may fail, and that may take no longer than it is given. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'late' };

export interface Patience {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs work and waits no longer than that for it, even where it does not heed its signal. */
export async function within<T>(
  { clock, timeoutMs, signal }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  const over = new AbortController();
  const stop = AbortSignal.any([over.signal, signal]);
  const outcome = work(stop).then(
    (value): Outcome<T> => ({ kind: 'done', value }),
    (error: unknown): Outcome<T> => ({ kind: 'failed', ...explained(error) }),
  );
  const late = clock.sleep(timeoutMs, stop).then((): Outcome<T> => ({ kind: 'late' }));
  try {
    return await Promise.race([outcome, late]);
  } finally {
    over.abort();
  }
}

function explained(error: unknown): { code: string; message: string } {
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown[] };
  if (errors?.[0] !== undefined) return explained(errors[0]);
  return { code: String(code ?? ''), message: String(message ?? error) };
}
