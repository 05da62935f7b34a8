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
import type { Secret } from '../signing/scheme.ts';
import { sign } from '../signing/sign.ts';
import type { Override } from './overrides.ts';
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
  const body =
    options.overrides.length === 0 ? captured.body : await setInPlace(captured.body, options.overrides);
  const kept = withoutHeaders(withoutHopByHop(captured.headers), ['host', 'content-length']);
  const signed = options.resign === null ? kept : resign(kept, body, options.resign, nowMs);
  const headers = options.headers.reduce<readonly Header[]>(
    (all, [name, value]) => withHeader(all, name, value),
    signed,
  );
  return { method: captured.method, url: options.url, headers, body };
}

/** Fresh signature, timestamp and event headers, each where the captured one stood. */
function resign(
  captured: readonly Header[],
  body: Uint8Array,
  { provider, secret }: { provider: Provider; secret: Secret },
  nowMs: number,
): Header[] {
  const scheme = provider.signature.value;
  const identity = identify(provider, { method: 'POST', path: '/', headers: [], body }, parseJsonBody(body));
  let headers = withoutHeaders(captured, scheme.fallbackHeaders ?? []);
  for (const { name, value } of provider.headers) {
    if (!('from' in value) || !headers.some(([present]) => present.toLowerCase() === name.toLowerCase()))
      continue;
    const fresh =
      value.from === 'attemptUnixSeconds'
        ? String(Math.floor(nowMs / 1_000))
        : identityValue(identity, value.from);
    if (fresh !== null) headers = withHeader(headers, name, fresh);
  }
  for (const [name, value] of sign(scheme, body, secret)) headers = withHeader(headers, name, value);
  return headers;
}

function identityValue(
  identity: ReturnType<typeof identify>,
  from: 'eventType' | 'eventId' | 'endpointId' | 'deliveryId',
): string | null {
  return from === 'deliveryId' ? null : identity[from];
}
