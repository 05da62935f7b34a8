import { main } from './cli/main.ts';
import { processHost } from './cli/io.ts';

process.exitCode = await main(process.argv.slice(2), processHost());
