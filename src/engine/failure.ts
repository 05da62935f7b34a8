import type { AttemptError } from '../model/attempt.ts';

/** What an error of the network or the client means, in words that hold nothing of where it was thrown. */
export function describeFailure(error: unknown): AttemptError {
  const cause = rootCause(error) as { code?: unknown; name?: unknown; message?: unknown };
  // Parse errors of the client come without a code, and an answer that is cut off is one of several to it.
  const code = String(cause.code ?? cause.name ?? '');
  const known = FAILURES.find(
    ({ codes, reason }) => codes.test(code) && (reason === undefined || reason.test(String(cause.message))),
  );
  if (known === undefined) {
    const detail = /^[A-Z][A-Z0-9_]{1,39}$/.test(code) ? ` (${code})` : '';
    return { code: 'network', message: `the request could not be sent${detail}` };
  }
  return { code: known.code, message: known.say ?? String(cause.message) };
}

interface Failure {
  readonly codes: RegExp;
  /** What the error's own message has to say besides. */
  readonly reason?: RegExp;
  readonly code: AttemptError['code'];
  /** Without it the message is the error's own, which then is one of this folder. */
  readonly say?: string;
}

const CLOSED = 'the connection was closed without a complete answer';

/** The first that fits. */
const FAILURES: readonly Failure[] = [
  { codes: /^ERR_ADDRESS_BLOCKED$/, code: 'blocked' },
  { codes: /^ERR_UNSENDABLE$/, code: 'network' },
  { codes: /^UND_ERR_(DESTROYED|CLOSED)$/, code: 'aborted', say: 'the sender was closed' },
  { codes: /^ECONNREFUSED$/, code: 'refused', say: 'connection refused' },
  { codes: /^(ENOTFOUND|ENODATA|EAI_.*)$/, code: 'dns', say: 'the host name cannot be resolved' },
  {
    codes: /^UND_ERR_SOCKET$/,
    reason: /^bad (response|upgrade)$/,
    code: 'invalid-response',
    say: 'the answer is to something that was not asked (100 or 101)',
  },
  { codes: /^HTTPParserError$/, reason: /invalid EOF state/i, code: 'reset', say: CLOSED },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    code: 'reset',
    say: CLOSED,
  },
  {
    codes: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    code: 'timeout',
    say: 'no connection in time',
  },
  { codes: /^CERT_HAS_EXPIRED$/, code: 'tls', say: 'the certificate has expired' },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    code: 'tls',
    say: 'the certificate is for another host',
  },
  {
    codes: /SELF_SIGNED|^UNABLE_TO_(GET_ISSUER|VERIFY)/,
    code: 'tls',
    say: 'nobody that is trusted vouches for the certificate',
  },
  { codes: /CERT|TLS|SSL|UNABLE_TO|^EPROTO$/, code: 'tls', say: 'no secure connection could be made' },
  { codes: /^UND_ERR_HEADERS_OVERFLOW$/, code: 'too-large', say: 'the headers of the answer are too large' },
  {
    codes: /^(HPE_|HTTPParserError|UND_ERR_(RES|HTTP))/,
    code: 'invalid-response',
    say: 'the answer is not valid HTTP',
  },
];

/** Refusals of several addresses (127.0.0.1 and ::1) come wrapped into one error. */
function rootCause(error: unknown): unknown {
  const { errors, cause } = error as { errors?: unknown[]; cause?: unknown };
  const inner = errors?.[0] ?? (cause instanceof Error ? cause : undefined);
  return inner === undefined ? error : rootCause(inner);
}
