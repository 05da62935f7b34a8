import type { Command } from 'commander';
import type { EndpointChecks } from '../engine/endpoint-checks.ts';
import type { EndpointSettings } from '../engine/endpoints.ts';
import { UsageError } from '../errors.ts';
import { parseDuration } from '../model/duration.ts';
import { parseHeader } from '../model/header-line.ts';
import { parseTarget } from '../model/target.ts';
import { collect, declareSecrets } from './options.ts';

/** What an endpoint can be given on the command line. */
export interface EndpointCommandOptions extends DeliverySettingsOptions {
  readonly url?: string;
  readonly events?: string;
  readonly header?: string[];
  readonly filter?: string[];
  readonly emulateHeaderOverride?: boolean;
}

/** How long to wait for answers, and how often to try. */
export interface DeliverySettingsOptions {
  readonly timeout?: string;
  readonly retryCount?: string;
  readonly retryDelay?: string;
  readonly delays?: string;
}

export function declareDeliverySettings(command: Command): void {
  command
    .option(
      '--timeout <duration>',
      "how long to wait for an answer, in seconds or as 500ms, 30s (default: the provider's)",
    )
    .option('--retry-count <number>', 'attempts in all, with --retry-delay between')
    .option('--retry-delay <duration>', 'the same wait between all attempts, in seconds or as 500ms, 5m')
    .option(
      '--delays <schedule>',
      'waits between attempts: 1m,5m,30m; none; or default, as the provider has them',
    );
}

export function declareEndpointSettings(command: Command): void {
  command
    .option('--url <url>', 'where to deliver: https://example.com/webhooks, :3000')
    .option('--events <types>', "event types, separated by commas: deal.won, 'deal.*', '*'");
  declareSecrets(command);
  command
    .option('--header <header>', "'Name: value', sent with every delivery", collect)
    .option('--filter <name=values>', 'only events that hold one of these: vaultIds=v1,v2', collect);
  declareDeliverySettings(command);
  command.option(
    '--emulate-header-override',
    "let --header replace the provider's own headers, signature included",
  );
}

/** The settings that were given; the rest is left out. The secret is not among them: see `chooseSecret`. */
export function readEndpointSettings(options: EndpointCommandOptions): Partial<EndpointSettings> {
  const { url, events, header, filter, timeout, retryCount, retryDelay, delays } = options;
  return {
    ...(url === undefined ? {} : { url: parseTarget(url, '--url').href }),
    ...(events === undefined ? {} : { eventTypes: parseList(events) }),
    ...(header === undefined ? {} : { headers: header.map(parseHeader) }),
    ...(filter === undefined ? {} : { filters: parseFilters(filter) }),
    ...(timeout === undefined ? {} : { timeoutMs: parseSeconds(timeout, '--timeout') }),
    ...(retryCount === undefined ? {} : { retryCount: parseCount(retryCount) }),
    ...(retryDelay === undefined ? {} : { retryDelayMs: parseSeconds(retryDelay, '--retry-delay') }),
    ...(delays === undefined ? {} : { delaysMs: parseDelays(delays) }),
  };
}

export function readChecks({ emulateHeaderOverride }: EndpointCommandOptions): EndpointChecks {
  return { allowHeaderOverride: emulateHeaderOverride === true };
}

/** `1m,5m,30m` in milliseconds; null for the provider's own. */
function parseDelays(text: string): readonly number[] | null {
  if (text === 'default') return null;
  return text === 'none' ? [] : parseList(text).map((delay) => parseSeconds(delay, '--delays'));
}

/** A duration; a bare number is in seconds, as providers' configurations have it. */
function parseSeconds(text: string, option: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : parseDuration(text, option);
}

function parseCount(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--retry-count takes a whole number, not "${text}"`);
}

function parseList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseFilters(texts: readonly string[]): Record<string, string[]> {
  const filters: Record<string, string[]> = {};
  for (const text of texts) {
    const [name, values] = /^([^=]+)=(.*)$/s.exec(text)?.slice(1) ?? [];
    if (name === undefined || values === undefined) {
      throw new UsageError(`"${text}" is not a filter`, 'write it like --filter vaultIds=vault_1,vault_2');
    }
    filters[name.trim()] = [...(filters[name.trim()] ?? []), ...parseList(values)];
  }
  return filters;
}
