import { UsageError } from '../errors.ts';
import { valueAt } from '../model/json-path.ts';
import { headerValue, type Header, type OutgoingRequest, type RawRequest } from '../model/request.ts';
import { identify, parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { signRequest } from '../providers/signatures.ts';
import type { Secret, SignatureForm } from '../signing/scheme.ts';
import { hasContent } from '../signing/describe.ts';
import { randomSecret } from '../signing/keys.ts';
import { breakRequest, longAgo, refuseOwnHeaders, type Breakage } from './break.ts';
import { checkHeaders } from './check-headers.ts';
import { setInForm } from './form-body.ts';
import { freshLike } from './fresh.ts';
import { deliveryHeaders } from './headers.ts';
import type { ForgeContext, Message } from './message.ts';
import { applyOverrides, lostNumber, type Override } from './overrides.ts';
import { keepsTime } from './own-time.ts';
import { findEventType, readPayload } from './payload.ts';
import { refresh, refreshForm } from './refresh.ts';
import { setInPlace } from './set-in-place.ts';
import { stressJson } from './stress-json.ts';
import { escapeUnicode, jsonWriter } from './write-json.ts';

export interface PayloadOptions {
  /**
   * A body of the user's own, exact bytes but for the overrides; else the catalog's example is taken. A signature that stands in the
   * body is set in it, and so is the time that is signed, where it holds none.
   */
  readonly data?: Uint8Array | undefined;
  readonly overrides?: readonly Override[];
  /**
   * Leaves identifiers and times as the catalog has them: the exact bytes of the fixture, but for the overrides and, once it is signed,
   * for a signature and its time that stand in the body.
   */
  readonly keepIds?: boolean;
  readonly stressJson?: boolean;
  /** The user's own, as far as they say which event it is. Sent are those of the request. */
  readonly headers?: readonly Header[] | undefined;
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
  const { headers: own = [] } = options;
  const request: RawRequest = { method: 'POST', path: '/', headers: own, body };
  const identity = identify(provider, request, parseJsonBody(body));
  const eventId = identity.eventId ?? idBesideBody(provider, own, context);
  return {
    provider,
    eventType: eventType ?? identity.eventType,
    eventId,
    body,
    ...(keepsTime(provider, options) ? { keepsTime: true } : {}),
  };
}

const USUAL_ID = 'msg_2mzK8wQkWnTxQ5e1Y9dVbC3fGh7';

/**
 * An id for an event whose body holds none, where its deliveries have it in a header all the same, or even sign it: that of the
 * user's own header, or else one that is made up.
 */
function idBesideBody(
  { envelope: { value }, headers, signature }: Provider,
  own: readonly Header[],
  { randomBytes }: ForgeContext,
): string | null {
  const filled = headers.filter((header) => 'from' in header.value && header.value.from === 'eventId');
  const given = filled.map(({ name }) => headerValue(own, name)).find((text) => text !== undefined);
  if (given !== undefined) return given === '' ? null : given;
  const signed = hasContent(signature.value) ? Object.values(signature.value.values ?? {}) : [];
  const isSigned = filled.some(({ name }) =>
    signed.some((place) => 'header' in place && place.header === name),
  );
  const isNowhereElse = filled.length > 0 && value.id.every((place) => 'header' in place);
  return isSigned || isNowhereElse ? freshLike(value.idLike ?? USUAL_ID, randomBytes) : null;
}

async function renderBody(
  provider: Provider,
  eventType: string | undefined,
  { data, overrides = [], keepIds = false, stressJson: stress = false }: PayloadOptions,
  { now, randomBytes }: ForgeContext,
): Promise<Uint8Array> {
  if (data === undefined && eventType === undefined)
    throw new UsageError('an event type or a body is needed');
  const writeJson = jsonWriter(provider);
  const source = data ?? (await readPayload(provider, findEventType(provider, eventType!)));
  if (provider.body === 'form' && parseJsonBody(source) === undefined) {
    if (stress) throw new UsageError('a form has no other notation', 'leave it as it is (no --stress-json)');
    if (overrides.length === 0 && (data !== undefined || keepIds)) return source;
    const form = new URLSearchParams(Buffer.from(source).toString());
    const isOurs = data === undefined && !keepIds;
    const fresh = isOurs ? refreshForm(form, provider.envelope.value, now, randomBytes) : form;
    return Buffer.from(setInForm(fresh, overrides).toString());
  }
  if (data === undefined && !keepIds) {
    const fresh = refresh(parseJsonBody(source), provider.envelope.value, now, randomBytes);
    const tree = applyOverrides(fresh, overrides);
    return stress ? stressed(tree, provider) : Buffer.from(writeJson(tree));
  }
  const body = overrides.length === 0 ? source : setInPlace(source, overrides, writeJson);
  return stress ? stressed(parseWhole(body), provider) : body;
}

function stressed(tree: unknown, provider: Provider): Uint8Array {
  const resource = valueAt(tree, provider.envelope.value.data);
  const json = stressJson(tree, typeof resource === 'object' && resource !== null ? resource : tree);
  return provider.escapesUnicode ? Buffer.from(escapeUnicode(Buffer.from(json).toString())) : json;
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
  /** One of the provider's other signatures, by its name; left out, the usual one. */
  readonly signature?: string | undefined;
  /** Sent besides the provider's own, and instead of those of the same name. */
  readonly headers?: readonly Header[];
  readonly extraHeaders?: boolean;
  readonly breakage?: Breakage | undefined;
  /** Instead of what the message says. */
  readonly keepsTime?: boolean | undefined;
}

/**
 * The signed request that delivers a message, one per attempt.
 * @throws {UsageError} for what cannot be broken so, and for what cannot stand in a header; {WebhookError} as `sign` does.
 */
export function renderRequest(
  message: Message,
  options: RequestOptions,
  context: ForgeContext,
): OutgoingRequest {
  const { provider, body } = message;
  const { url, headers: own = [], secret, form, signature, breakage } = options;
  // What is to be wrong about the time is set, whoever wrote the body.
  const keepTime = breakage !== 'timestamp' && (options.keepsTime ?? message.keepsTime ?? false);
  const isOwn = new Set(own.map(([name]) => name.toLowerCase()));
  if (breakage !== undefined) refuseOwnHeaders(own, breakage, provider, signature);
  const world = breakage === 'timestamp' ? longAgo(provider, context, signature) : context;
  const key =
    secret !== null && breakage === 'wrong-secret'
      ? randomSecret(provider.signature.value, context.randomBytes)
      : secret;
  const delivered = deliveryHeaders(message, world, options.extraHeaders ?? false, signature);
  const headers = [...delivered.filter(([name]) => !isOwn.has(name.toLowerCase())), ...own];
  const request: OutgoingRequest = { method: 'POST', url, headers, body };
  const signed =
    key === null
      ? request
      : signRequest(provider, request, key, { now: world.now, form, signature, keepTime });
  const whole = own.length === 0 ? signed : { ...signed, headers: ownLast(signed.headers, own, isOwn) };
  const sent = breakage === undefined ? whole : breakRequest(whole, breakage, provider, signature);
  checkHeaders(sent.headers, provider);
  return sent;
}

/** The user's headers as they were given, after all others. */
function ownLast(headers: readonly Header[], own: readonly Header[], isOwn: ReadonlySet<string>): Header[] {
  return [...headers.filter(([name]) => !isOwn.has(name.toLowerCase())), ...own];
}
