import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { WebhookError } from '../errors.ts';
import { commandLine } from './command-line.ts';
import { CANCELLED } from './exit-code.ts';
import type { Host } from './io.ts';

export interface ProgramOptions {
  /** All of it: nothing is inherited besides. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes: to ours, or to our standard error. */
  readonly stdout: 'out' | 'err';
}

export interface ProgramEnd {
  /** Null where it died of a signal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a shell says in place of an exit code: 128 and the number of the signal. */
export function exitCodeOfProgram({ exitCode, signal }: ProgramEnd): number {
  return exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Runs a program to its end; what it leaves running itself is not waited for. It does not outlive this process, SIGKILL aside.
 * @throws {WebhookError} where it cannot be started.
 */
export async function runProgram(
  host: Pick<Host, 'cwd' | 'onExit' | 'onHangup' | 'onSignal' | 'platform' | 'stdin'>,
  argv: readonly [string, ...string[]],
  { env, stdout }: ProgramOptions,
  interrupted: AbortSignal,
): Promise<ProgramEnd> {
  if (argv[0] === '') throw explain(argv[0], { code: 'ENOENT' });
  if (interrupted.aborted) throw new WebhookError(CANCELLED, 'told to end before it began');
  const { file, args, verbatim } = commandLine(argv, host.platform, env);
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: host.cwd,
      env: { ...env },
      stdio: ['inherit', stdout === 'out' ? 'inherit' : 2, 'inherit'],
      windowsVerbatimArguments: verbatim,
    });
  } catch (error) {
    throw explain(argv[0], error as NodeJS.ErrnoException);
  }
  const stops = [
    // At a terminal, Ctrl-C reaches it by itself.
    host.onSignal((signal) => void (signal === 'SIGINT' && host.stdin.isTTY ? null : child.kill(signal))),
    host.onHangup(() => void child.kill('SIGHUP')),
    host.onExit(() => void child.kill('SIGKILL')),
  ];
  try {
    return await ended(child);
  } catch (error) {
    throw explain(argv[0], error as NodeJS.ErrnoException);
  } finally {
    for (const stop of stops) stop();
  }
}

function ended(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    child.on('error', (error) => {
      // Other errors are of signals that could not be sent: it goes on.
      if (child.pid === undefined) reject(error);
    });
  });
}

function explain(
  command: string,
  error: { readonly code?: string | undefined; readonly message?: string },
): unknown {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new WebhookError('ERR_COMMAND_NOT_FOUND', `command not found: ${command}`, {
        hint: 'check its name and PATH; what a shell is needed for, write as: webhook-cli run -- sh -c "..."',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'ENOEXEC':
      return new WebhookError('ERR_COMMAND_NOT_EXECUTABLE', `not executable: ${command}`, {
        hint: 'make it so with chmod +x, or name the program that runs it before it',
        cause: error,
      });
    default:
      return new WebhookError('ERR_COMMAND', `cannot run ${command}: ${error.message ?? error.code}`, {
        hint: 'try it without webhook-cli run first',
        cause: error,
      });
  }
}
