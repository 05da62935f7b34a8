import { UsageError } from '../errors.ts';
import type { Override } from '../forge/overrides.ts';
import { parseJsonPath } from '../model/json-path.ts';
import { isHeaderLine } from '../model/header-line.ts';
import type { Header } from '../model/request.ts';
import { parseTarget } from '../model/target.ts';
import { isProviderId, loadProvider } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';

/** Where to send: a URL, a port on this machine, or something that has a `url`, such as a receiver. */
export type Target = string | number | URL | { readonly url: string | URL };

/** Headers by name, or as pairs: text is sent as UTF-8, pairs as they are. */
export type HeadersOption = Readonly<Record<string, string>> | readonly Header[];

export function targetUrl(to: Target, option: string): URL {
  if (typeof to === 'object' && 'url' in to) return targetUrl(to.url, option);
  return parseTarget(String(to), option);
}

/** @throws {UsageError} for what cannot stand in a header line. */
export function headerList(headers: HeadersOption = []): readonly Header[] {
  const list: readonly Header[] = isPairs(headers)
    ? headers
    : Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  for (const [name, value] of list) {
    if (isHeaderLine(name, value)) continue;
    throw new UsageError(
      `${JSON.stringify(`${name}: ${value}`)} cannot be sent as a header`,
      'a header is one line, its name letters, digits and hyphens',
    );
  }
  return list;
}

function isPairs(headers: HeadersOption): headers is readonly Header[] {
  return Array.isArray(headers);
}

/**
 * `{ 'data.amount': 15000 }` as overrides.
 * @throws {UsageError} for a path that is none, and for a value that JSON does not have.
 */
export function overridesOf(set: Readonly<Record<string, unknown>> = {}): readonly Override[] {
  return Object.entries(set).map(([path, value]) => ({
    path: parseJsonPath(path),
    value: JSON.parse(jsonText(value, `set["${path}"]`)) as unknown,
  }));
}

/** A body: bytes and text as they are, everything else as JSON. */
export function bodyBytes(data: unknown, option: string): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return Buffer.from(typeof data === 'string' ? data : jsonText(data, option));
}

function jsonText(value: unknown, option: string): string {
  let text: string | undefined;
  try {
    text = Number.isNaN(value) ? undefined : JSON.stringify(value);
  } catch (error) {
    throw new UsageError(`${option} cannot be written as JSON: ${(error as Error).message}`);
  }
  if (text === undefined) throw new UsageError(`${option} is nothing that JSON has`, 'null is');
  return text;
}

/**
 * The secrets of an option.
 * @throws {UsageError} `ERR_EMPTY_SECRET`: an empty secret proves nothing.
 */
export function secretList(secrets: Secret | readonly Secret[] | undefined): readonly Secret[] {
  if (secrets === undefined) return [];
  const list = typeof secrets === 'string' || secrets instanceof Uint8Array ? [secrets] : secrets;
  if (list.every(({ length }) => length > 0)) return list;
  throw new UsageError(
    'the secret is empty',
    'an empty secret proves nothing; check where it comes from',
    'ERR_EMPTY_SECRET',
  );
}

/** @throws {WebhookError} `ERR_UNKNOWN_PROVIDER`, with the nearest ids. */
export async function toProvider(provider: string | Provider): Promise<Provider> {
  return typeof provider === 'string' ? loadProvider(provider) : provider;
}

/** The provider of an id; null for one that this version does not know. */
export async function knownProvider(id: string | null): Promise<Provider | null> {
  return id !== null && isProviderId(id) ? loadProvider(id) : null;
}
