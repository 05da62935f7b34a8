import type { EngineOptions } from '../../src/engine/engine.ts';
import { onTestFinished } from 'vitest';
import { runScript } from './run-script.ts';

/** What `scripts/engine.mjs` is told. */
export interface EngineOrders {
  readonly path: string;
  /** How many events to publish, of these types in turn. */
  readonly publish?: number;
  readonly eventTypes?: readonly string[];
  /** Ends as soon as nothing waits any more. */
  readonly finish?: boolean;
  readonly tell?: boolean;
  readonly virtual?: boolean;
  readonly engine?: Pick<EngineOptions, 'endpointConcurrency' | 'beatMs'>;
}

type Line = Readonly<Record<string, any>>;

export interface EngineProcess {
  readonly lines: readonly Line[];
  /** Resolves with the first line that has this word, once it is there; rejects when the process ends without one. */
  said(word: string, count?: number): Promise<Line>;
  /** Resolves when it has ended and all its lines have been read. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  kill(signal: NodeJS.Signals): void;
}

export function startEngineProcess(orders: EngineOrders): EngineProcess {
  const script = runScript(new URL('../e2e/scripts/engine.mjs', import.meta.url), [JSON.stringify(orders)]);
  onTestFinished(() => script.kill('SIGKILL'));
  const lines: Line[] = [];
  const watchers = new Set<() => void>();
  const reading = read();

  async function read(): Promise<void> {
    try {
      for (;;) {
        lines.push(JSON.parse(await script.line()) as Line);
        for (const watcher of watchers) watcher();
      }
    } catch {
      // It ended.
    }
  }

  return {
    lines,
    kill: script.kill,
    ended: reading.then(() => script.ended),
    said: (word, count = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.filter((line) => word in line);
          if (found.length >= count) {
            watchers.delete(look);
            resolve(found[count - 1]!);
          }
        };
        watchers.add(look);
        look();
        void reading.then(async () => {
          const { stderr } = await script.ended;
          reject(new Error(`the engine ended without saying "${word}" ${count} times: ${stderr}`));
        });
      }),
  };
}
