import type { Host, Output } from '../../src/cli/io.ts';

export interface MemoryHost extends Host {
  readonly written: {
    readonly out: () => string;
    readonly outBytes: () => Buffer;
    readonly err: () => string;
  };
}

/** A process in memory: nothing of it is a terminal unless it is said to be. */
export function memoryHost(
  changes: Partial<Host> & {
    readonly outIsTTY?: boolean;
    readonly errIsTTY?: boolean;
    readonly columns?: number;
  } = {},
): MemoryHost {
  const { outIsTTY = false, errIsTTY = false, columns = 80, ...host } = changes;
  const out = memoryOutput(outIsTTY, columns);
  const err = memoryOutput(errIsTTY, columns);
  return {
    out,
    err,
    stdin: { isTTY: false, read: async () => new Uint8Array(), lines: noLines },
    env: {},
    cwd: '/',
    platform: 'linux',
    homeDirectory: '/home/nobody',
    onSignal: () => () => {},
    onHangup: () => () => {},
    onExit: () => () => {},
    exitNow: () => {},
    beforeUserCode: () => {},
    written: { out: () => out.bytes().toString(), outBytes: out.bytes, err: () => err.bytes().toString() },
    ...host,
  };
}

function memoryOutput(isTTY: boolean, columns: number): Output & { bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  return {
    isTTY,
    columns,
    write: (text) => void chunks.push(Buffer.from(text)),
    bytes: () => Buffer.concat(chunks),
  };
}

// oxlint-disable-next-line require-yield
export async function* noLines(): AsyncGenerator<string> {}
