import { UsageError } from '../errors.ts';
import { valueAt } from '../model/json-path.ts';
import type { Header, OutgoingRequest, RawRequest } from '../model/request.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret, SignatureForm } from '../signing/scheme.ts';
import { sign } from '../signing/sign.ts';
import { breakRequest, type Breakage } from './break.ts';
import { deliveryHeaders } from './headers.ts';
import type { ForgeContext, Message } from './message.ts';
import { applyOverrides, lostNumber, type Override } from './overrides.ts';
import { findEventType, readPayload } from './payload.ts';
import { refresh } from './refresh.ts';
import { setInPlace } from './set-in-place.ts';
import { stressJson } from './stress-json.ts';

export interface PayloadOptions {
  /** A body of the user's own, exact bytes but for the overrides; else the catalog's example is taken. */
  readonly data?: Uint8Array | undefined;
  readonly overrides?: readonly Override[];
  /** Leaves identifiers and times as the catalog has them: the exact bytes of the fixture, but for the overrides. */
  readonly keepIds?: boolean;
  readonly stressJson?: boolean;
}

/**
 * Renders an event of a provider.
 * @param eventType may be left out where `data` is given.
 * @throws {WebhookError} for an unknown event type; {UsageError} for overrides that do not fit.
 */
export async function renderMessage(
  provider: Provider,
  eventType: string | undefined,
  options: PayloadOptions,
  context: ForgeContext,
): Promise<Message> {
  const body = await renderBody(provider, eventType, options, context);
  const request: RawRequest = { method: 'POST', path: '/', headers: [], body };
  const identity = identify(provider, request, parseJsonBody(body));
  return { provider, eventType: eventType ?? identity.eventType, eventId: identity.eventId, body };
}

async function renderBody(
  provider: Provider,
  eventType: string | undefined,
  { data, overrides = [], keepIds = false, stressJson: stress = false }: PayloadOptions,
  { now, randomBytes }: ForgeContext,
): Promise<Uint8Array> {
  if (data === undefined && eventType === undefined)
    throw new UsageError('an event type or a body is needed');
  const source = data ?? (await readPayload(provider, findEventType(provider, eventType!)));
  if (data === undefined && !keepIds) {
    const fresh = refresh(parseJsonBody(source), provider.envelope.value, now, randomBytes);
    const tree = applyOverrides(fresh, overrides);
    return stress ? stressed(tree, provider) : Buffer.from(JSON.stringify(tree));
  }
  const body = overrides.length === 0 ? source : await setInPlace(source, overrides);
  return stress ? stressed(parseWhole(body), provider) : body;
}

function stressed(tree: unknown, provider: Provider): Uint8Array {
  const resource = valueAt(tree, provider.envelope.value.data);
  return stressJson(tree, typeof resource === 'object' && resource !== null ? resource : tree);
}

/** The body as JSON, where it can be written again without loss. */
function parseWhole(body: Uint8Array): unknown {
  const parsed = parseJsonBody(body);
  if (parsed === undefined) {
    throw new UsageError(
      'the body is not JSON, so it cannot be written in another way',
      'leave its notation as it is (no --stress-json)',
    );
  }
  const lost = lostNumber(Buffer.from(body).toString());
  if (lost !== undefined) {
    throw new UsageError(
      `the body holds the number ${lost}, which would be sent as ${JSON.stringify(Number(lost))}`,
      'leave its notation as it is (no --stress-json), or write the number as text',
    );
  }
  return parsed;
}

export interface RequestOptions {
  readonly url: string;
  /** Null sends it unsigned, where the provider allows that. */
  readonly secret: Secret | null;
  readonly form?: SignatureForm | undefined;
  /** Sent besides the provider's own, and instead of those of the same name. */
  readonly headers?: readonly Header[];
  readonly extraHeaders?: boolean;
  readonly breakage?: Breakage | undefined;
}

/** The signed request that delivers a message, one per attempt. */
export function renderRequest(
  message: Message,
  options: RequestOptions,
  context: ForgeContext,
): OutgoingRequest {
  const { provider, body } = message;
  const scheme = provider.signature.value;
  const own = options.headers ?? [];
  const overridden = new Set(own.map(([name]) => name.toLowerCase()));
  const secret =
    options.secret !== null && options.breakage === 'wrong-secret' ? context.randomBytes(32) : options.secret;
  const signature = secret === null ? [] : sign(scheme, body, secret, options.form ?? scheme.forms[0]);
  const headers = [...deliveryHeaders(message, context, options.extraHeaders ?? false), ...signature].filter(
    ([name]) => !overridden.has(name.toLowerCase()),
  );
  const request: OutgoingRequest = { method: 'POST', url: options.url, headers: [...headers, ...own], body };
  return options.breakage === undefined
    ? request
    : breakRequest(request, options.breakage, provider, context);
}
