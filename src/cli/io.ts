/** A stream that results or messages are written to. */
export interface Output {
  readonly isTTY: boolean;
  /** In characters; 80 where there is no terminal. */
  readonly columns: number;
  write(text: string | Uint8Array): void;
  /** Resolves when so much has been read of it that more may be written, or the signal aborts. Left out where that is always so. */
  ready?(signal: AbortSignal): Promise<void>;
}

/** What the program reads of and does to the process it runs in. Tests have a twin of it in memory. */
export interface Host {
  readonly out: Output;
  readonly err: Output;
  readonly stdin: {
    readonly isTTY: boolean;
    read(): Promise<Uint8Array>;
    /** Line by line as it comes, until the signal aborts. */
    lines(signal: AbortSignal): AsyncIterable<string>;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: string;
  readonly homeDirectory: string | undefined;
  /** Calls back on each SIGINT and SIGTERM until told to stop. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Calls back when the terminal has gone, which then ends nothing by itself, until told to stop. */
  onHangup(listener: () => void): () => void;
  /** Calls back when the process ends, however that comes about short of SIGKILL, until told to stop. Nothing asynchronous is done. */
  onExit(listener: () => void): () => void;
  /** Ends the process at once, for a second Ctrl-C. */
  exitNow(code: number): void;
  /**
   * Before a module of the user's is run: what it prints must not stand among the results, so that goes to stderr, and the process
   * ends with the command, whatever the module leaves running.
   */
  beforeUserCode(): void;
}

/** A module of Node's own without what an import of it loads besides: for what every start needs. */
export const builtin: typeof process.getBuiltinModule = (name: string) => process.getBuiltinModule(name);

/** Node makes a standard stream when it is first asked for it, which takes its time. */
export function processHost(): Host & { end(code: number): Promise<void> } {
  let err: Output | undefined;
  let endsByItself = true;
  const writeOut = process.stdout.write.bind(process.stdout);
  return {
    out: output(process.stdout),
    get err() {
      return (err ??= output(process.stderr));
    },
    stdin: {
      get isTTY() {
        return process.stdin.isTTY === true;
      },
      read: readStdin,
      lines: readLines,
    },
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    homeDirectory: process.env['HOME'] ?? process.env['USERPROFILE'],
    onSignal: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    onHangup: (listener) => {
      process.on('SIGHUP', listener);
      return () => void process.off('SIGHUP', listener);
    },
    onExit: (listener) => {
      process.on('exit', listener);
      return () => void process.off('exit', listener);
    },
    exitNow: (code) => process.exit(code),
    beforeUserCode: () => {
      process.stdout.write = process.stderr.write.bind(process.stderr);
      endsByItself = false;
    },
    end: async (code) => {
      process.exitCode = code;
      if (endsByItself) return;
      // What has been written before has then been taken.
      await new Promise<void>((resolve) => void writeOut('', () => resolve()));
      await new Promise<void>((resolve) => void process.stderr.write('', () => resolve()));
      process.exit(code);
    },
  };
}

function output(stream: NodeJS.WriteStream): Output {
  // The reader of a pipe may leave early (`| head`): what is written afterwards is nobody's, and no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exitCode ??= 0;
    process.emit('SIGTERM', 'SIGTERM');
  });
  // Ours, whatever becomes of the stream's own.
  const write = stream.write.bind(stream) as (text: string | Uint8Array) => boolean;
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => void write(text),
    ready: async (signal) => {
      if (!stream.writableNeedDrain || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stream.off('drain', done).off('close', done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        stream.on('drain', done).on('close', done);
        signal.addEventListener('abort', done);
      });
    },
  };
}

async function readStdin(): Promise<Uint8Array> {
  const { collect } = await import('./read-whole.ts');
  return collect(process.stdin, 'standard input');
}

async function* readLines(signal: AbortSignal): AsyncGenerator<string> {
  const { createInterface } = await import('node:readline');
  yield* createInterface({ input: process.stdin, signal });
}
