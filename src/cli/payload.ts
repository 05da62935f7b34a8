import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { PayloadOptions } from '../forge/forge.ts';
import { parseOverride } from '../forge/overrides.ts';
import { findEventType } from '../forge/payload.ts';
import type { Provider } from '../providers/provider.ts';
import type { Context } from './context.ts';
import { collect, parseInteger } from './options.ts';
import { pickEventType } from './pick.ts';
import { readBytes } from './read-body.ts';

/** What a forged event holds. */
export interface PayloadCommandOptions {
  readonly set?: string[];
  readonly data?: string;
  readonly keepIds?: boolean;
  readonly stressJson?: boolean;
}

/** Which events, and how many. */
export interface EventsCommandOptions extends PayloadCommandOptions {
  readonly count: string;
  readonly all?: boolean;
}

const MOST_EVENTS = 1_000_000;

export function declarePayload(command: Command): void {
  command
    .option('--set <path=value>', 'change the payload: data.amount=15000, data.tags[0]=new', collect)
    .option('--data <body>', 'a body of your own, exact bytes: @file, - for stdin, or the text itself')
    .option('--keep-ids', "the catalog's own ids and times: the exact bytes of the example")
    .option('--stress-json', 'JSON that no serialiser gives back, to find apps that verify a parsed body');
}

export function declareEvents(command: Command): void {
  command
    .option('--count <number>', 'how many, each with its own id', '1')
    .option('--all', "every event type of the provider's catalog");
}

export async function readPayloadOptions(
  context: Context,
  options: PayloadCommandOptions,
): Promise<PayloadOptions> {
  return {
    data: options.data === undefined ? undefined : await readBytes(context, options.data),
    overrides: (options.set ?? []).map(parseOverride),
    keepIds: options.keepIds === true,
    stressJson: options.stressJson === true,
  };
}

/** The event types to make, one for each event; undefined where a body of the user's own says it. */
export async function chooseTypes(
  context: Context,
  provider: Provider,
  named: string | undefined,
  options: EventsCommandOptions,
): Promise<readonly (string | undefined)[]> {
  const types = await typesOnce(context, provider, named, options);
  return Array.from({ length: parseInteger(options.count, '--count', 1, MOST_EVENTS) }, () => types).flat();
}

async function typesOnce(
  context: Context,
  provider: Provider,
  named: string | undefined,
  options: EventsCommandOptions,
): Promise<readonly (string | undefined)[]> {
  if (options.all === true) {
    if (named !== undefined || options.data !== undefined) {
      throw new UsageError('--all sends the whole catalog', 'leave out the event type and --data');
    }
    return provider.events.map(({ name }) => name);
  }
  if (options.data !== undefined) return [named];
  if (named !== undefined) return [findEventType(provider, named).name];
  return [await pickEventType(context, provider)];
}
