import { main } from './cli/main.ts';
import { processHost } from './cli/io.ts';

export async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processHost());
}
