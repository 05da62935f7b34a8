import {
  withHeader,
  withoutHeaders,
  withoutHopByHop,
  type Header,
  type OutgoingRequest,
  type RawRequest,
} from '../model/request.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { signRequest } from '../providers/signatures.ts';
import type { Secret } from '../signing/scheme.ts';
import { hasContent, signatureHeaders } from '../signing/describe.ts';
import { isSigned } from '../signing/extract.ts';
import { readRequest, signedView } from '../signing/signed-request.ts';
import { formatTime } from '../signing/time.ts';
import { cut } from './headers.ts';
import type { Override } from './overrides.ts';
import { setsTime } from './own-time.ts';
import { setInPlace } from './set-in-place.ts';

export interface ReplayRequestOptions {
  readonly url: string;
  readonly overrides: readonly Override[];
  readonly headers: readonly Header[];
  /** Null sends the signature as it was captured. */
  readonly resign: { readonly provider: Provider; readonly secret: Secret } | null;
}

/** A captured request made ready to be sent again: the same bytes and headers but for what was asked to change. */
export async function renderReplay(
  captured: RawRequest,
  options: ReplayRequestOptions,
  nowMs: number,
): Promise<OutgoingRequest> {
  const body = options.overrides.length === 0 ? captured.body : setInPlace(captured.body, options.overrides);
  const kept = withoutHeaders(withoutHopByHop(captured.headers), ['host', 'content-length']);
  const request: OutgoingRequest = { method: captured.method, url: options.url, headers: kept, body };
  const signed =
    options.resign === null ? request : resign(request, options.resign, options.overrides, nowMs);
  const headers = options.headers.reduce<readonly Header[]>(
    (all, [name, value]) => withHeader(all, name, value),
    signed.headers,
  );
  return { ...signed, headers };
}

/** Fresh signature, timestamp and event headers, each where the captured one stood. */
function resign(
  captured: OutgoingRequest,
  { provider, secret }: { provider: Provider; secret: Secret },
  overrides: readonly Override[],
  nowMs: number,
): OutgoingRequest {
  const { body } = captured;
  const reader = readRequest(signedView(captured));
  const { value: usual } = provider.signature;
  // As it was signed: not in the usual way where it had only another.
  const other = isSigned(usual, reader)
    ? undefined
    : provider.otherSignatures.find(({ scheme }) => isSigned(scheme, reader));
  const scheme = other?.scheme ?? usual;
  const [place, ...others] = signatureHeaders(scheme);
  const identity = identify(provider, { method: 'POST', path: '/', headers: [], body }, parseJsonBody(body));
  const timestamp = hasContent(scheme) ? scheme.timestamp : undefined;
  let headers = withoutHeaders(
    captured.headers,
    others.filter((name) => name !== place),
  );
  for (const { name, value } of provider.headers) {
    if (!('from' in value) || !headers.some(([present]) => isSame(present, name))) continue;
    const fresh = cut(freshValue(value.from, identity, nowMs), value);
    if (fresh !== null) headers = withHeader(headers, name, fresh);
  }
  if (timestamp !== undefined && 'header' in timestamp.from) {
    const { header, fallback = [] } = timestamp.from;
    const present = [header, ...fallback].find((name) => headers.some(([other]) => isSame(other, name)));
    if (present !== undefined) headers = withHeader(headers, present, formatTime(timestamp.format, nowMs));
  }
  const signature = other?.name;
  const keepTime = setsTime(provider, overrides, signature);
  return signRequest(provider, { ...captured, headers }, secret, { now: nowMs, signature, keepTime });
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function freshValue(
  from: Extract<Provider['headers'][number]['value'], { from: unknown }>['from'],
  identity: ReturnType<typeof identify>,
  nowMs: number,
): string | null {
  if (from === 'eventType' || from === 'eventId' || from === 'endpointId') return identity[from];
  if (from === 'attemptUnixSeconds') return formatTime('unix', nowMs);
  if (from === 'attemptUnixMillis') return formatTime('unix-ms', nowMs);
  return from === 'attemptIso8601' ? formatTime('iso8601', nowMs) : null;
}
