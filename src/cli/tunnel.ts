import { UsageError } from '../errors.ts';
import { parseTarget } from '../model/target.ts';
import type { KeptTunnel } from '../tunnel/keep-open.ts';
import type { TunnelDriver, TunnelEvent } from '../tunnel/tunnel.ts';
import type { Context } from './context.ts';

export interface TunnelOptions {
  readonly tunnel?: string | boolean;
  readonly tunnelHost?: string;
  readonly subdomain?: string;
  readonly tunnelCommand?: string;
}

/** Opens a tunnel to a port and keeps it open until `signal` aborts, and for requests under way until `drained` does. */
export type OpenTunnel = (
  port: number,
  ends: { readonly signal: AbortSignal; readonly drained: AbortSignal },
  onEvent: (event: TunnelEvent) => void,
) => KeptTunnel;

/**
 * The tunnel that the options ask for, ready to be opened; undefined where they ask for none.
 * @throws {UsageError} before anything has been started.
 */
export async function prepareTunnel(
  options: TunnelOptions,
  context: Context,
): Promise<OpenTunnel | undefined> {
  const driver = await chooseDriver(options, context);
  if (driver === null) return undefined;
  const { keepTunnelOpen } = await import('../tunnel/keep-open.ts');
  return (port, ends, onEvent) => keepTunnelOpen(driver, { port, clock: context.clock, ...ends, onEvent });
}

async function chooseDriver(options: TunnelOptions, { clock }: Context): Promise<TunnelDriver | null> {
  const { tunnel, tunnelHost, subdomain, tunnelCommand } = options;
  if (tunnelCommand !== undefined) {
    const { commandDriver } = await import('../tunnel/command.ts');
    return commandDriver({ command: tunnelCommand, clock });
  }
  if (tunnel === undefined && tunnelHost === undefined && subdomain === undefined) return null;
  if (typeof tunnel === 'string' && tunnel !== 'localtunnel') {
    throw new UsageError(
      `unknown kind of tunnel "${tunnel}"`,
      "--tunnel localtunnel is built in; for any other program: --tunnel-command 'ssh -R 80:localhost:{port} localhost.run'",
    );
  }
  const { localtunnelDriver } = await import('../tunnel/localtunnel.ts');
  return localtunnelDriver({
    clock,
    ...(tunnelHost === undefined
      ? {}
      : { host: parseTarget(tunnelHost, '--tunnel-host').href.replace(/\/$/, '') }),
    ...(subdomain === undefined ? {} : { subdomain }),
  });
}
