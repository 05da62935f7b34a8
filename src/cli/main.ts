import type { Host } from './io.ts';
import { createProgram, isStop } from './program.ts';
import { version } from './version.ts';

/** Runs the program and resolves with its exit code. The only place where errors of all kinds are caught. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const args = argv.length === 0 ? ['--help'] : argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  // What stands behind it is for another program.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const json = own.includes('--json');
  const inform = (kind: 'version' | 'help', text: string): number => {
    host.out.write(json ? `${JSON.stringify({ [kind]: text.trimEnd() })}\n` : text);
    return 0;
  };
  if (isVersionAlone(args)) return inform('version', `${version()}\n`);
  let exitCode = 0;
  let information = '';
  try {
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
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (isStop(thrown) && thrown.exitCode === 0) {
      return inform(thrown.code === 'commander.version' ? 'version' : 'help', information);
    }
    const { fail } = await import('./fail.ts');
    return fail(thrown, host.err, { json, debug: own.includes('--debug') });
  }
}

/** What is asked most is answered before anything that parses is loaded. */
function isVersionAlone(args: readonly string[]): boolean {
  const others = args.filter((arg) => arg !== '--version' && arg !== '-V');
  return others.length < args.length && others.every((arg) => arg === '--json');
}
