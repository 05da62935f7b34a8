import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventLog } from '../../support/event-log.ts';

/** A running stand-in for a tunnel program. */
export interface Program {
  readonly started: { readonly args: readonly string[]; readonly port: string | null };
  /** Resolves when it has printed, or has been ended for what it printed before it could say so. */
  print(text: string, to?: 'stdout' | 'stderr'): Promise<void>;
  /** From now on a signal is only told of; see `told`. */
  ignore(signal: NodeJS.Signals): Promise<void>;
  exit(code: number): void;
  kill(signal: NodeJS.Signals): void;
  told(): Promise<unknown>;
  /** Resolves when the program has ended, however. */
  readonly gone: Promise<void>;
}

export interface ProgramControl {
  /** The shell command that starts a program with these arguments. */
  command(args?: string): string;
  /** The next program that starts. */
  next(): Promise<Program>;
  close(): void;
}

export async function controlPrograms(): Promise<ProgramControl> {
  const programs = eventLog<Promise<Program>>();
  const server = createServer((socket) => programs.push(meet(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const script = fileURLToPath(new URL('./scripts/tunnel-program.mjs', import.meta.url));
  return {
    command: (args = '') => `CONTROL=${port} '${process.execPath}' '${script}' ${args}`,
    next: async () => programs.next(),
    close: () => void server.close(),
  };
}

async function meet(socket: Socket): Promise<Program> {
  const said = eventLog<unknown>();
  createInterface({ input: socket }).on('line', (line) => said.push(JSON.parse(line)));
  socket.on('error', () => {});
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const order = (value: object): void => void socket.write(`${JSON.stringify(value)}\n`);
  const started = (await said.next()) as Program['started'];
  return {
    started,
    gone,
    told: said.next,
    async print(print, to = 'stdout') {
      order({ print, to });
      await Promise.race([said.next(), gone]);
    },
    async ignore(signal) {
      order({ ignore: signal });
      await said.next();
    },
    exit: (exit) => order({ exit }),
    kill: (kill) => order({ kill }),
  };
}
