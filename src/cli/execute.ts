import { stripVTControlCharacters } from 'node:util';
import type { AnyCommand, Rendered } from './command.ts';
import type { CommandNode } from './completion/node.ts';
import { createContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Host, Output } from './io.ts';
import { jsonLine, jsonLinePieces } from './render/json.ts';
import { createTerm, type Term } from './render/term.ts';

const LINE_FEED = 0x0a;

/** Runs one command from parsed options to printed output. Resolves with the exit code. */
export async function execute(
  command: AnyCommand,
  options: Record<string, unknown>,
  args: string[],
  host: Host,
  commandTree?: () => Promise<CommandNode>,
): Promise<number> {
  const interrupted = new AbortController();
  let signalCode: number | null = null;
  const stopListening = host.onSignal((signal) => {
    const code = signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    // The second signal says that draining takes too long.
    if (signalCode !== null) return host.exitNow(code);
    signalCode = code;
    interrupted.abort();
  });
  const context = createContext(host, options, interrupted.signal, commandTree);
  try {
    const end = await runCommand(command, options, args, context, host);
    return end.stands ? end.exitCode : (signalCode ?? end.exitCode);
  } catch (error) {
    // A signal that ends a question ends the command as that signal does.
    if (signalCode !== null && exitCodeOf(error) === EXIT.sigint) return signalCode;
    throw error;
  } finally {
    stopListening();
    await context.dispose();
  }
}

async function runCommand(
  command: AnyCommand,
  options: Record<string, unknown>,
  args: string[],
  context: ReturnType<typeof createContext>,
  host: Host,
): Promise<{ readonly exitCode: number; /** Even where a signal came. */ readonly stands: boolean }> {
  if ('commands' in command) return { exitCode: EXIT.usage, stands: false };
  const print = await createPrinter(host, context.globals.color, context.clock.now);
  if ('stream' in command) {
    const items = command.stream(context, options as never, args);
    try {
      for (;;) {
        const { done, value } = await items.next();
        if (done === true) return { exitCode: value ?? EXIT.done, stands: false };
        if (!context.globals.json) print(command.render(value, print.term));
        else {
          const line = command.json(value);
          if (line !== undefined) await writeJson(host.out, line, context.signal);
        }
      }
    } finally {
      await items.return(undefined);
    }
  }
  const result = await command.run(context, options as never, args);
  if (context.globals.json) host.out.write(jsonLine(command.json(result)));
  else print(resultsOnly(command.render(result, print.term), context.globals.quiet));
  return {
    exitCode: command.exitCode?.(result) ?? EXIT.done,
    stands: command.exitCodeStands?.(result) ?? false,
  };
}

/** With --quiet, what is said beside a result is left out. */
function resultsOnly(rendered: Rendered, quiet: boolean): Rendered {
  if (!quiet || typeof rendered === 'string' || rendered instanceof Uint8Array) return rendered;
  return { out: rendered.out ?? '', problem: rendered.problem ?? '' };
}

/** No faster than it is read, so that nothing gathers; but whoever stops the command does not wait for its reader. */
async function writeJson(out: Output, value: unknown, signal: AbortSignal): Promise<void> {
  for (const piece of jsonLinePieces(value)) {
    out.write(piece);
    await out.ready?.(signal);
  }
}

async function createPrinter(
  host: Host,
  color: boolean,
  now: () => number,
): Promise<((rendered: Rendered) => void) & { term: Term }> {
  const term = await createTerm(host, color, now);
  const write = (output: Output, text: string | Uint8Array | undefined): void => {
    if (text === undefined || text.length === 0) return;
    if (typeof text !== 'string') {
      output.write(text);
      if (output.isTTY && text.at(-1) !== LINE_FEED) output.write('\n');
      return;
    }
    // Colours are chosen for stdout; stderr may be a file all the same.
    const fit = output.isTTY ? text : stripVTControlCharacters(text);
    output.write(fit.endsWith('\n') ? fit : `${fit}\n`);
  };
  const print = (rendered: Rendered): void => {
    if (typeof rendered === 'string' || rendered instanceof Uint8Array) write(host.out, rendered);
    else {
      write(host.out, rendered.out);
      write(host.err, rendered.err);
      write(host.err, rendered.problem);
    }
  };
  return Object.assign(print, { term });
}
