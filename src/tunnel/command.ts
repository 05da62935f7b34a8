import { stripVTControlCharacters } from 'node:util';
import { TunnelError, UsageError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { aborted, untilAborted, withinTime } from './opening.ts';
import { runCommand } from './process-group.ts';
import { findPublicUrl } from './public-url.ts';
import type { OpenTunnel, TunnelDriver } from './tunnel.ts';

const END_GRACE_MS = 2_000;
/** Some programs print the http URL first and the https one after it. */
const HTTPS_GRACE_MS = 500;

export interface CommandOptions {
  /** A shell command that stays in the foreground, such as `ssh -R 80:localhost:{port} localhost.run`. */
  readonly command: string;
  readonly openTimeoutMs?: number | undefined;
  readonly clock: Clock;
}

/**
 * A tunnel by any program that prints its public URL, on a line of output or of errors. The program finds the port in
 * place of `{port}` in its command and as `PORT` in its environment.
 * @throws {UsageError} when the command is empty.
 */
export function commandDriver({ command, openTimeoutMs = 30_000, clock }: CommandOptions): TunnelDriver {
  if (command.trim() === '') throw new UsageError('the tunnel command is empty');
  return {
    name: 'command',
    open: (port, signal) => {
      const late = (): TunnelError =>
        new TunnelError(
          'ERR_TUNNEL_TIMEOUT',
          `the tunnel program printed no public URL within ${openTimeoutMs / 1000} s`,
          { hint: 'run it by hand and see whether it prints one on a line of its output' },
        );
      return withinTime({ clock, timeoutMs: openTimeoutMs, signal, late }, (opening) =>
        start(command, port, clock, opening),
      );
    },
  };
}

async function start(command: string, port: number, clock: Clock, opening: AbortSignal): Promise<OpenTunnel> {
  const output = watchOutput(clock);
  const program = runCommand(command.replaceAll('{port}', String(port)), {
    env: { PORT: String(port) },
    clock,
    onLine: output.hear,
  });
  let closed = false;
  const dead = new Promise<string>((resolve) => {
    void program.ended.then((how) => {
      const lastLine = output.lastLine();
      if (!closed) resolve(`the tunnel program ended (${how})${lastLine === '' ? '' : `: ${lastLine}`}`);
    });
  });
  const close = async (drained?: AbortSignal): Promise<void> => {
    closed = true;
    // The program cannot be asked to take no more requests: the receiver refuses them.
    if (drained !== undefined) await Promise.race([program.ended, untilAborted(drained)]);
    await program.end(END_GRACE_MS);
  };
  try {
    const url = await Promise.race([output.url, dead.then(refuse), aborted(opening)]);
    return { url, dead, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    output.stop();
  }
}

function refuse(reason: string): never {
  throw new TunnelError('ERR_TUNNEL_COMMAND', reason, {
    hint: 'run the command by hand to see what it wants',
  });
}

/** Listens to a program for its URL, and remembers its last words. */
function watchOutput(clock: Clock): {
  hear(line: string): void;
  readonly url: Promise<string>;
  lastLine(): string;
  stop(): void;
} {
  const found = new AbortController();
  let lastLine = '';
  let insecure: string | null = null;
  let settle!: (url: string) => void;
  const url = new Promise<string>((resolve) => (settle = resolve));
  return {
    url,
    lastLine: () => lastLine,
    stop: () => found.abort(),
    hear(line) {
      lastLine = stripVTControlCharacters(line).trim() || lastLine;
      if (found.signal.aborted) return;
      const candidate = findPublicUrl(line);
      if (candidate === null) return;
      if (/^https:/i.test(candidate)) return settle(candidate);
      if (insecure !== null) return;
      insecure = candidate;
      void clock.sleep(HTTPS_GRACE_MS, found.signal).then(() => settle(candidate));
    },
  };
}
