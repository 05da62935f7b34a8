import { createHome, runHere, type CliResult, type Home } from './cli.ts';
import * as contract from './contract.ts';

export const SECRET = 'whsec_of-an-endpoint';

/** A home of a test's own with endpoints in it, and its commands run under --json, in the test's process. */
export interface Place {
  readonly home: Home;
  /** Runs a command; its JSON is null where it printed none, and then `error` is what it says went wrong. */
  run(...args: readonly string[]): Promise<CliResult & { readonly result: any; readonly error: any }>;
  /** Creates an endpoint with a secret known to the tests, unless one is given, and resolves with it. */
  endpoint(provider: string, url: string, ...more: readonly string[]): Promise<any>;
  /** A delivery with its attempts, as `deliveries show` tells it. */
  delivery(id: string): Promise<any>;
  /** All deliveries, newest first. */
  deliveries(...more: readonly string[]): Promise<any[]>;
  endpoints(): Promise<any[]>;
}

export function createPlace(): Place {
  const home = createHome();
  const run: Place['run'] = async (...args) => {
    const ended = await runHere([...args, '--json'], { home });
    const result = ended.stdout === '' ? null : ended.json();
    const failed = ended.stderr.split('\n').find((line) => line.startsWith('{"error":'));
    return { ...ended, result, error: failed === undefined ? null : JSON.parse(failed).error };
  };
  const checked = async (shape: (value: unknown) => void, args: readonly string[]): Promise<any> => {
    const { code, stderr, result } = await run(...args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    shape(result);
    return result;
  };
  return {
    home,
    run,
    endpoint: async (provider, url, ...more) => {
      const secret = more.includes('--secret') ? [] : ['--secret', SECRET];
      const args = ['endpoints', 'create', '--provider', provider, '--url', url, ...secret, ...more];
      return (await checked(contract.endpointShown, args)).endpoint;
    },
    delivery: async (id) => (await checked(contract.deliveryShown, ['deliveries', 'show', id])).delivery,
    deliveries: async (...more) =>
      (await checked(contract.deliveryList, ['deliveries', 'list', ...more])).deliveries,
    endpoints: async () => (await checked(contract.endpointList, ['endpoints', 'list'])).endpoints,
  };
}

/** Something that happens once, and can be waited for. */
export function signal(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = (): void => {};
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen };
}
