import { SettingError, WebhookError } from '../errors.ts';
import { isLoopbackHost } from '../model/address.ts';
import { formatDuration } from '../model/duration.ts';
import { subscribes, type Endpoint } from '../model/endpoint.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Header } from '../model/request.ts';
import { parseUrl } from '../model/url.ts';
import type { Provider } from '../providers/provider.ts';
import { hasContent, signatureHeaders } from '../signing/describe.ts';
import type { SignatureScheme } from '../signing/scheme.ts';
import { checkSecret } from './endpoint-secret.ts';

export interface EndpointChecks {
  /** Lets headers of the endpoint stand for the provider's own, signature included, as some providers' code does. */
  readonly allowHeaderOverride?: boolean;
  /** Lets a provider that delivers over HTTPS alone deliver to `http://` anywhere. */
  readonly allowHttp?: boolean;
  /** Lets deliveries go unsigned where the provider signs all of them. */
  readonly allowUnsigned?: boolean;
}

/** A time-out of so many seconds was meant in milliseconds. */
const LEAST_UNBELIEVABLE_TIMEOUT_MS = 1_000_000;
const MOST_ATTEMPTS = 100;
const LONGEST_DELAY_MS = 30 * 86_400_000;
const FRAMING = ['content-type', 'content-length', 'host', 'connection', 'transfer-encoding'];

/**
 * The endpoint itself, where it is one that its provider could deliver to.
 * @throws {SettingError} `ERR_ENDPOINT` that says which setting is wrong.
 */
export function checkEndpoint(provider: Provider, endpoint: Endpoint, checks: EndpointChecks): Endpoint {
  checkUrl(provider, endpoint.url, checks.allowHttp === true);
  checkEventTypes(provider, endpoint.eventTypes);
  checkSecret(provider, endpoint.secret, checks.allowUnsigned === true);
  if (checks.allowHeaderOverride !== true) checkHeaders(provider, endpoint.headers);
  checkFilters(provider, endpoint.filters);
  checkTimes(endpoint);
  return endpoint;
}

/** @throws {SettingError} `ERR_ENDPOINT` where the provider cannot deliver there. */
export function checkUrl(provider: Provider, text: string, allowHttp = false): void {
  const url = parseUrl(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw wrong('url', `"${text}" is not a URL to deliver to`, 'write it like https://example.com/webhooks');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('url', 'the user and password of a URL are not sent', 'leave them out of the URL');
  }
  if (allowHttp) return;
  if (provider.https.value === 'required' && url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw wrong(
      'url',
      `${provider.name} delivers over HTTPS only, and ${text} is not`,
      'write https://; plain HTTP is for this machine: http://localhost:3000/webhooks',
    );
  }
}

function checkEventTypes(provider: Provider, eventTypes: readonly string[]): void {
  if (eventTypes.length === 0)
    throw wrong('eventTypes', 'an endpoint needs event types', "name some, or take all with '*'");
  const known = provider.events.map(({ name }) => name);
  for (const wanted of eventTypes) {
    if (known.some((name) => subscribes([wanted], name))) continue;
    const near = nearestNames(wanted, known);
    throw new WebhookError('ERR_UNKNOWN_EVENT_TYPE', `${provider.name} has no event type "${wanted}"`, {
      hint:
        near.length > 0
          ? `did you mean ${near.join(' or ')}?`
          : `see them all with: webhook-cli providers show ${provider.id}`,
    });
  }
}

/**
 * A header that the provider sets itself, or that frames the request, cannot be an endpoint's own. Others can, at any provider:
 * an app behind a gateway may need a token.
 */
function checkHeaders(provider: Provider, headers: readonly Header[]): void {
  const scheme = provider.signature.value;
  const reserved = new Set(
    [
      ...FRAMING,
      ...signatureHeaders(scheme),
      ...signedHeaders(scheme),
      ...provider.headers.map(({ name }) => name),
    ].map((name) => name.toLowerCase()),
  );
  for (const [name] of headers) {
    if (!reserved.has(name.toLowerCase())) continue;
    throw wrong(
      'headers',
      `the header ${name} is set by ${provider.name} with every delivery and cannot be an endpoint's own`,
      'leave it out',
    );
  }
}

/** Those that are signed along: the time of signing, an id. */
function signedHeaders(scheme: SignatureScheme): string[] {
  if (!hasContent(scheme)) return [];
  const signed = [
    ...Object.values(scheme.values ?? {}),
    ...(scheme.timestamp ? [scheme.timestamp.from] : []),
  ];
  return signed.flatMap((value) => ('header' in value ? [value.header] : []));
}

function checkFilters(provider: Provider, filters: Endpoint['filters']): void {
  const known = provider.endpoint.filters.map(({ name }) => name);
  for (const name of Object.keys(filters)) {
    if (known.includes(name)) continue;
    const [near] = nearestNames(name, known);
    throw wrong(
      'filters',
      `${provider.name} has no filter "${name}"`,
      near !== undefined
        ? `did you mean ${near}?`
        : known.length > 0
          ? `it has ${known.join(', ')}`
          : 'it filters by event type alone',
    );
  }
}

function checkTimes({ timeoutMs, retryCount, retryDelayMs, delaysMs }: Endpoint): void {
  if (timeoutMs !== null && !(timeoutMs > 0))
    throw wrong('timeoutMs', 'a time-out must be longer than nothing');
  if (timeoutMs !== null && timeoutMs >= LEAST_UNBELIEVABLE_TIMEOUT_MS) {
    throw wrong(
      'timeoutMs',
      `a time-out of ${timeoutMs / 1_000} seconds looks like milliseconds`,
      `it is given in seconds: ${Math.max(1, Math.round(timeoutMs / 1_000_000))}, or with its unit: 500ms, 30s`,
    );
  }
  if (
    retryCount !== null &&
    !(Number.isInteger(retryCount) && retryCount >= 1 && retryCount <= MOST_ATTEMPTS)
  ) {
    throw wrong(
      'retryCount',
      `a retry count is a whole number from 1 to ${MOST_ATTEMPTS}, not ${retryCount}`,
      'it counts attempts in all: 1 sends once and retries never',
    );
  }
  for (const delay of [...(retryDelayMs === null ? [] : [retryDelayMs]), ...(delaysMs ?? [])]) {
    if (delay >= 0 && delay <= LONGEST_DELAY_MS) continue;
    throw wrong(
      delaysMs === null ? 'retryDelayMs' : 'delaysMs',
      `a wait between attempts lasts at most ${formatDuration(LONGEST_DELAY_MS)}`,
    );
  }
  if (delaysMs !== null && delaysMs.length >= MOST_ATTEMPTS) {
    throw wrong('delaysMs', `a schedule has at most ${MOST_ATTEMPTS} attempts`);
  }
}

function wrong(setting: keyof Endpoint, message: string, hint?: string): SettingError {
  return new SettingError(setting, message, hint);
}
