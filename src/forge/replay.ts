import type { Node } from 'jsonc-parser';
import { UsageError } from '../errors.ts';
import { setAt, type JsonPath } from '../model/json-path.ts';
import {
  withHeader,
  withoutHeaders,
  withoutHopByHop,
  type Header,
  type OutgoingRequest,
  type RawRequest,
} from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import { sign } from '../signing/sign.ts';
import type { Override } from './overrides.ts';

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

/** Changes values in JSON text and leaves every other byte as it is. */
async function setInPlace(body: Uint8Array, overrides: readonly Override[]): Promise<Uint8Array> {
  let text = asUtf8(body);
  if (text === null || parseJsonBody(body) === undefined) {
    throw new UsageError(
      'the captured body is not JSON, so nothing can be set in it',
      'change it with --edit',
    );
  }
  const { parseTree } = await import('jsonc-parser');
  for (const { path, value } of overrides) {
    // Says so where the path leads nowhere.
    setAt(JSON.parse(text), path, value);
    text = setText(text, parseTree(text)!, path, value);
  }
  return Buffer.from(text);
}

function setText(text: string, root: Node, path: JsonPath, value: unknown): string {
  const { node, missing } = follow(root, path);
  if (missing.length === 0) return splice(text, node, JSON.stringify(value));
  if (node.type === 'null') return splice(text, node, JSON.stringify(setAt(null, missing, value)));
  const [step, ...inner] = missing;
  const key = node.type === 'object' ? `${JSON.stringify(String(step))}:` : '';
  const added = key + JSON.stringify(setAt(undefined, inner, value));
  const last = node.children?.at(-1);
  return last === undefined
    ? splice(text, { offset: node.offset + 1, length: 0 }, added)
    : splice(text, { offset: last.offset + last.length, length: 0 }, `,${added}`);
}

/** How far a path leads. Of a key that stands twice the last counts, as it does for who reads the JSON. */
function follow(root: Node, path: JsonPath): { readonly node: Node; readonly missing: JsonPath } {
  let node = root;
  for (const [index, step] of path.entries()) {
    const next =
      node.type === 'object'
        ? node.children?.findLast(({ children }) => children?.[0]?.value === String(step))?.children?.[1]
        : node.children?.[Number(step)];
    if (next === undefined) return { node, missing: path.slice(index) };
    node = next;
  }
  return { node, missing: [] };
}

function splice(text: string, { offset, length }: { offset: number; length: number }, other: string): string {
  return text.slice(0, offset) + other + text.slice(offset + length);
}
