import { randomBytes } from 'node:crypto';
import { types } from 'node:util';
import { UsageError } from '../errors.ts';
import { BREAKAGES, type Breakage } from '../forge/break.ts';
import { renderMessage, renderRequest, type PayloadOptions, type RequestOptions } from '../forge/forge.ts';
import type { ForgeContext } from '../forge/message.ts';
import { curlCommand } from '../forge/print.ts';
import { systemClock } from '../model/clock.ts';
import type { OutgoingRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { mayBeUnsigned, schemeOf } from '../providers/signatures.ts';
import { formsOf } from '../signing/describe.ts';
import type { Secret, SignatureForm } from '../signing/scheme.ts';
import { bodyJson, bodyText, whatwgRequest, type ReadableBody } from './http-message.ts';
import {
  bodyBytes,
  headerList,
  overridesOf,
  secretList,
  targetUrl,
  toProvider,
  type HeadersOption,
  type Target,
} from './options.ts';

/** What an event holds. */
export interface EventOptions {
  /** Values by their paths: `{ 'data.amount': 15000, 'data.tags[0]': 'new' }`. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** A body of your own: bytes and text as they are, everything else as JSON. The catalog's example unless given. */
  readonly data?: unknown;
  /** Leaves identifiers and times as the catalog's example has them. */
  readonly keepIds?: boolean | undefined;
  /** JSON that no serialiser gives back, to find apps that verify a parsed body. */
  readonly stressJson?: boolean | undefined;
}

export interface ForgeOptions extends EventOptions {
  /** What to sign with. Null leaves the signature out, whatever the provider does. */
  readonly secret?: Secret | null | undefined;
  /** Sent besides the provider's own, and instead of those of the same name. */
  readonly headers?: HeadersOption | undefined;
  /** Where it would go; `http://localhost/` unless given. */
  readonly url?: Target | undefined;
  /** Makes it wrong, so that an app has to refuse it: `signature`, `timestamp`, `body`, `missing-header`, `wrong-secret`. */
  readonly break?: Breakage | undefined;
  /** `bare` or `prefixed` (`sha256=…`); the provider's own unless given. */
  readonly signatureForm?: 'bare' | 'prefixed' | undefined;
  /** One of the provider's other signatures by its name, such as `sha1`; left out, its usual one. */
  readonly signature?: string | undefined;
  /** Sends optional headers that the provider is not documented to send. */
  readonly extraHeaders?: boolean | undefined;
  /** Its time, in milliseconds since the Unix epoch; the present unless given. */
  readonly now?: number | Date | undefined;
}

/** A request as a provider would send it. */
export interface Forged extends OutgoingRequest, ReadableBody {
  /** Its id. */
  readonly provider: string;
  /** Null where a body of your own does not say. */
  readonly eventType: string | null;
  /** Null where the provider has none, or a body of your own does not say. */
  readonly eventId: string | null;
  /** The same request for a handler that takes a WHATWG Request. */
  request(url?: string | URL): Request;
  /** A curl command that sends the exact bytes from a shell. */
  curl(): string;
}

/**
 * Makes an event of a provider as a signed request, and sends nothing.
 * @param eventType may be left out where `data` is given.
 * @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, `ERR_UNKNOWN_EVENT_TYPE`; {UsageError} `ERR_NO_SECRET` where the provider signs and
 * there is no secret, and for options that do not fit.
 */
export async function forge(
  provider: string | Provider,
  eventType: string | undefined,
  options: ForgeOptions = {},
): Promise<Forged> {
  const plan = await planForging(provider, options);
  const message = await renderMessage(plan.provider, eventType, plan.payload, plan.context);
  const made = renderRequest(message, plan.rendering, plan.context);
  const name = `${message.provider.id} ${message.eventType ?? 'event'}`;
  return {
    provider: message.provider.id,
    eventType: message.eventType,
    eventId: message.eventId,
    ...made,
    json: () => bodyJson(made, name),
    text: () => bodyText(made),
    request: (url = made.url) => whatwgRequest(String(url), { ...made, path: '/' }),
    curl: () => curlCommand(made),
  };
}

/** What options come to. */
interface Plan {
  readonly provider: Provider;
  readonly payload: PayloadOptions;
  readonly rendering: RequestOptions;
  readonly context: ForgeContext;
}

export async function planForging(named: string | Provider, options: ForgeOptions): Promise<Plan> {
  const provider = await toProvider(named);
  const headers = headerList(options.headers);
  return {
    provider,
    payload: { ...payloadOf(options), headers },
    rendering: {
      url: targetUrl(options.url ?? 'http://localhost/', 'url').href,
      secret: secretFor(provider, options.secret),
      headers,
      form: formOf(provider, options.signatureForm),
      signature: signatureOf(provider, options.signature),
      extraHeaders: options.extraHeaders === true,
      breakage: breakageOf(options.break),
    },
    context: {
      now: timeOf(options.now),
      randomBytes: (size) => randomBytes(size),
    },
  };
}

export function payloadOf({ set, data, keepIds, stressJson }: EventOptions): PayloadOptions {
  return {
    data: data === undefined ? undefined : bodyBytes(data, 'data'),
    overrides: overridesOf(set),
    keepIds: keepIds === true,
    stressJson: stressJson === true,
  };
}

const LATEST_MS = 8.64e15;

function timeOf(now: number | Date | undefined = systemClock.now()): number {
  // A runner may run tests with a Date of their own.
  const ms = typeof now === 'number' || types.isDate(now) ? Math.floor(Number(now)) : Number.NaN;
  if (ms >= 0 && ms <= LATEST_MS) return ms;
  throw new UsageError(
    `now is no time: ${typeof now === 'string' ? JSON.stringify(now) : String(now)}`,
    'give milliseconds since the Unix epoch, or a Date: Date.now(), new Date("2026-01-31")',
  );
}

/** @throws {UsageError} `ERR_NO_SECRET`. */
export function secretFor(provider: Provider, secret: Secret | null | undefined): Secret | null {
  if (secret === null) return null;
  const [given] = secretList(secret);
  if (given !== undefined) return given;
  if (mayBeUnsigned(provider)) return null;
  throw new UsageError(
    `no secret for ${provider.id}`,
    'give secret; or secret: null, which leaves the signature out',
    'ERR_NO_SECRET',
  );
}

function signatureOf(provider: Provider, name: string | undefined): string | undefined {
  if (name === undefined || schemeOf(provider, name) !== undefined) return name;
  throw new UsageError(
    `${provider.name} has no signature "${name}"`,
    `besides its usual one it has ${provider.otherSignatures.map((other) => other.name).join(', ') || 'none'}`,
  );
}

function breakageOf(name: Breakage | undefined): Breakage | undefined {
  if (name === undefined || BREAKAGES.includes(name)) return name;
  throw new UsageError(`break knows no "${String(name)}"`, `it takes ${BREAKAGES.join(', ')}`);
}

function formOf(provider: Provider, name: 'bare' | 'prefixed' | undefined): SignatureForm | undefined {
  if (name === undefined) return undefined;
  if (name !== 'bare' && name !== 'prefixed') {
    throw new UsageError(`signatureForm takes bare or prefixed, not "${String(name)}"`);
  }
  const form = formsOf(provider.signature.value).find(({ prefix }) => (prefix === '') === (name === 'bare'));
  if (form !== undefined) return form;
  throw new UsageError(`${provider.name} has no ${name} form of its signature`);
}
