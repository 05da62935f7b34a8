import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { createBodyTest, type BodyTest } from '../expect/body-test.ts';
import { parseExpectation, type Expectation } from '../expect/expectation.ts';
import { SCHEMA_ERROR } from '../expect/schema.ts';
import { parseDuration } from '../model/duration.ts';
import { nearestNames } from '../model/nearest.ts';
import type { Providers } from '../providers/index.ts';
import type { Context } from './context.ts';
import { collect } from './options.ts';
import { readWhole } from './read-whole.ts';

export interface ExpectationOptions {
  readonly expect?: readonly string[];
  readonly where?: readonly string[];
  readonly jmespath?: readonly string[];
  readonly schema?: string;
  readonly timeout?: string;
}

export interface Expectations {
  readonly expectations: readonly Expectation[];
  /** What the body of each has to pass; undefined where nothing is asked of it. */
  readonly test: BodyTest | undefined;
  /** Null where it is waited without end. */
  readonly timeoutMs: number | null;
}

/** What has to come. Where no default is given for `timeout`, it is waited without end. */
export function declareExpectations(
  command: Command,
  { timeout, about = 'how long it may take' }: { readonly timeout?: string; readonly about?: string } = {},
): void {
  command
    .option(
      '--expect <what>',
      "what has to come, well signed: 'iverton:deal.won x2'; several times for several",
      collect,
    )
    .option(
      '--where <condition>',
      'what its JSON body says: data.amount=15000, data.stage!=lost, data.email (it is there), data.tags~vip',
      collect,
    )
    .option('--jmespath <expression>', 'a JMESPath expression on its body whose result is true', collect)
    .option('--schema <file>', 'a JSON Schema that its body fits (draft 2020-12, or draft-07 by its $schema)')
    .option('--timeout <duration>', about, timeout);
}

/** @throws {UsageError} */
export async function readExpectations(
  context: Pick<Context, 'cwd' | 'note' | 'providers'>,
  options: ExpectationOptions,
): Promise<Expectations> {
  const providers = await context.providers();
  const expectations = (options.expect ?? []).map((text) => parseExpectation(text, providers.has));
  for (const expectation of expectations) {
    const doubt = doubtAbout(expectation, providers);
    if (doubt !== null) context.note(`note: ${doubt}`);
  }
  const timeoutMs = options.timeout === undefined ? null : parseDuration(options.timeout, '--timeout');
  const { where, jmespath, schema: file } = options;
  if (file === undefined) return { expectations, test: await createBodyTest({ where, jmespath }), timeoutMs };
  const schema = await readSchema(context.cwd, file);
  try {
    return { expectations, test: await createBodyTest({ where, jmespath, schema }), timeoutMs };
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== SCHEMA_ERROR) throw error;
    throw new UsageError(`--schema ${file}: ${error.message}`, error.hint, SCHEMA_ERROR);
  }
}

/** What may be a slip: a type that the provider does not have, or what is nearly a provider's name. */
function doubtAbout({ provider: id, type }: Expectation, providers: Providers): string | null {
  const provider = id === null ? undefined : providers.find(id);
  const names = provider?.events.map(({ name }) => name) ?? [];
  const [head = '', rest] = type.split(':');
  const isSlip = provider === undefined ? rest !== undefined : !type.includes('*') && !names.includes(type);
  if (!isSlip) return null;
  if (provider === undefined) {
    const [near] = nearestNames(head, providers.ids);
    return near === undefined ? null : `"${head}" is no provider; did you mean ${near}?`;
  }
  const [near] = nearestNames(type, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `${provider.id} has no event type ${type} in its catalog${hint}`;
}

/** @throws {UsageError} that names the file. */
async function readSchema(cwd: string, file: string): Promise<unknown> {
  let text: string;
  try {
    text = (await readWhole(resolve(cwd, file), file)).toString();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `cannot read the JSON Schema ${file}`,
      'check the path given to --schema',
      SCHEMA_ERROR,
    );
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    const problem = (error as Error).message;
    throw new UsageError(`--schema ${file}: not valid JSON (${problem})`, undefined, SCHEMA_ERROR);
  }
}
