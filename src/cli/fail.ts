import { UsageError, WebhookError } from '../errors.ts';
import { CANCELLED, exitCodeOf } from './exit-code.ts';
import type { Output } from './io.ts';
import { isStop, type Stop } from './program.ts';
import { errorJson, errorText } from './render/error.ts';

/** Says what was thrown and resolves with the exit code for it. */
export async function fail(
  thrown: unknown,
  err: Output,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): Promise<number> {
  const error = isStop(thrown) ? await asUsageError(thrown) : thrown;
  if (!isCancelled(error)) err.write(json ? errorJson(error) : errorText(error, debug));
  return exitCodeOf(error);
}

function isCancelled(error: unknown): boolean {
  return error instanceof WebhookError && error.code === CANCELLED;
}

async function asUsageError({ code, message, at }: Stop): Promise<UsageError> {
  const known = at.commands.map((command) => command.name());
  if (code === 'commander.help') return new UsageError('a command is missing', `one of: ${known.join(', ')}`);
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.unknownCommand') {
    const { nearestNames } = await import('../model/nearest.ts');
    const near = nearestNames(at.args[0] ?? '', known);
    return new UsageError(
      what,
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${known.join(', ')}`,
    );
  }
  return new UsageError(
    what,
    suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?') ?? `see: ${pathOf(at)} --help`,
  );
}

function pathOf(command: Stop['at']): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
