import { UsageError, WebhookError } from '../errors.ts';
import { CANCELLED, EXIT, exitCodeOf } from './exit-code.ts';
import type { Host } from './io.ts';
import { createProgram, type Stop } from './program.ts';
import { errorJson, errorText } from './render/error.ts';
import { version } from './version.ts';

/** Runs the program and resolves with its exit code. The only place where errors of all kinds are caught. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const args = argv.length === 0 ? ['--help'] : argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  // What stands behind it is for another program.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const json = own.includes('--json');
  let exitCode: number = EXIT.done;
  let information = '';
  const program = createProgram(
    version(),
    {
      out: (text) => (information += text),
      err: (text) => (json ? undefined : host.err.write(text)),
    },
    async (command, options, rest) => {
      const { execute } = await import('./execute.ts');
      exitCode = await execute(command, options, rest, host, async () => {
        const { describeProgram } = await import('./completion/tree.ts');
        return describeProgram(program);
      });
    },
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (isStop(thrown) && thrown.exitCode === 0) {
      const kind = thrown.code === 'commander.version' ? 'version' : 'help';
      host.out.write(json ? `${JSON.stringify({ [kind]: information.trimEnd() })}\n` : information);
      return EXIT.done;
    }
    const error = isStop(thrown) ? await asUsageError(thrown) : thrown;
    if (!isCancelled(error)) {
      host.err.write(json ? errorJson(error) : errorText(error, own.includes('--debug')));
    }
    return exitCodeOf(error);
  }
}

function isStop(error: unknown): error is Stop {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('commander.');
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
