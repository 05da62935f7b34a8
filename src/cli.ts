import { main } from './cli/main.ts';
import { processHost } from './cli/io.ts';

/** What a user's own configuration can do: wait for what never comes, so that nothing is left to run. That is no success. */
const UNFINISHED = 1;

export async function start(): Promise<void> {
  process.exitCode = UNFINISHED;
  const unfinished = (code: number): void => {
    if (code !== UNFINISHED) return;
    process.stderr.write(
      'error: it ended before it was done\nhint: does the configuration wait for something that never comes?\n',
    );
  };
  process.once('exit', unfinished);
  const host = processHost();
  const code = await main(process.argv.slice(2), host);
  process.off('exit', unfinished);
  await host.end(code);
}
