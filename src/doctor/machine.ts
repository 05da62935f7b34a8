import { WebhookError } from '../errors.ts';
import { type Check, failed, passed, skipped, warned, type Finding } from '../model/check.ts';
import { nearestNames } from '../model/nearest.ts';
import { formatSize } from '../model/size.ts';
import { examine } from './examination.ts';
import { within, type Patience } from './network.ts';

/** A database as it is, looked at without changing it. */
export interface DatabaseState {
  readonly sizeBytes: number;
  readonly captures: number;
  readonly schema: number;
  readonly newestSchema: number;
  /** Whether others than its owner may read it. */
  readonly isOpenToOthers: boolean;
}

export interface Configuration {
  /** Null where there is no file. */
  readonly path: string | null;
  /** The providers that secrets are configured for. */
  readonly providers: readonly string[];
  /** The ids of all providers that there are. */
  readonly known: readonly string[];
}

export interface PortUse {
  readonly port: number;
  /** The command that takes it unless told otherwise. */
  readonly by: string;
}

/** This machine, as far as the program depends on it. What fails throws a WebhookError. */
export interface Machine {
  readonly nodeVersion: string;
  /** The version of the SQLite driver, once it has been loaded. */
  driver(): Promise<string>;
  databasePath(): Promise<string>;
  /** Null where there is none yet, and one can be made. */
  database(path: string): Promise<DatabaseState | null>;
  readonly ports: readonly PortUse[];
  isFree(port: number): Promise<boolean>;
  /** The host that answers for tunnels; null where it is not to be asked. */
  readonly tunnelServer: URL | null;
  /** Resolves with the status of its answer. */
  askTunnelServer(url: URL, signal: AbortSignal): Promise<number>;
  configuration(): Promise<Configuration>;
  /** The names of the environment variables that begin with WEBHOOK_. */
  readonly variables: readonly string[];
}

const TUNNEL_TIMEOUT_MS = 3_000;

/** Whether this machine has what the program needs. */
export async function examineMachine(
  machine: Machine,
  tools: Omit<Patience, 'timeoutMs'>,
): Promise<readonly Check[]> {
  return examine(
    [
      { id: 'node', title: 'Node is recent enough', run: () => checkNode(machine.nodeVersion) },
      {
        id: 'native-module',
        title: 'SQLite loads',
        run: () => explaining(async () => passed(`better-sqlite3 ${await machine.driver()}`)),
      },
      {
        id: 'database',
        title: 'the database opens',
        needs: ['native-module'],
        run: () => explaining(() => checkDatabase(machine)),
      },
      { id: 'ports', title: 'the usual ports are free', run: () => checkPorts(machine) },
      {
        id: 'tunnel',
        title: 'the server for tunnels answers',
        run: () => checkTunnel(machine, { ...tools, timeoutMs: TUNNEL_TIMEOUT_MS }),
      },
      {
        id: 'configuration',
        title: 'the configuration is valid',
        run: () => explaining(() => checkConfiguration(machine)),
      },
    ],
    tools,
  );
}

/** `^20.19.0 || >=22.14.0`, as package.json has it. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const isFit = (major === 20 && minor >= 19) || major > 22 || (major === 22 && minor >= 14);
  if (isFit) return passed(version);
  return failed(`this is Node ${version}`, 'use Node 22.14 or newer, or 20.19 and what follows it in 20');
}

async function checkDatabase(machine: Machine): Promise<Finding> {
  let path: string;
  try {
    path = await machine.databasePath();
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return skipped('where it is cannot be told: the configuration is not valid');
  }
  const state = await machine.database(path);
  if (state === null) return passed(`${path}: none yet; it is made when it is needed`);
  const { sizeBytes, captures, schema, newestSchema, isOpenToOthers } = state;
  const counted = `${captures} capture${captures === 1 ? '' : 's'}`;
  const upgrade = schema < newestSchema ? `, which becomes ${newestSchema} with the next use` : '';
  const seen = `${path}: ${formatSize(sizeBytes)}, ${counted}, schema ${schema}${upgrade}`;
  if (!isOpenToOthers) return passed(seen);
  return warned(`${seen}; others than you can read it, and it holds secrets`, `chmod 600 '${path}'`);
}

async function checkPorts({ ports, isFree }: Machine): Promise<Finding> {
  const free = await Promise.all(ports.map(({ port }) => isFree(port)));
  const taken = ports.filter((_, index) => !free[index]);
  if (taken.length === 0) return passed(ports.map(({ port }) => port).join(', '));
  return warned(
    `taken: ${taken.map(({ port, by }) => `${port} (${by})`).join(', ')}`,
    'perhaps by webhook-cli itself; any free one: --port 0',
  );
}

async function checkTunnel({ tunnelServer, askTunnelServer }: Machine, patience: Patience): Promise<Finding> {
  if (tunnelServer === null) return skipped('--no-network');
  const outcome = await within(patience, (signal) => askTunnelServer(tunnelServer, signal));
  const hint =
    'only listen --tunnel needs it: everything else works without, and --tunnel-command takes another program';
  if (outcome.kind === 'late') return warned(`${tunnelServer.host} does not answer within 3 s`, hint);
  if (outcome.kind === 'failed')
    return warned(`${tunnelServer.host} cannot be reached (${outcome.code || outcome.message})`, hint);
  if (outcome.value >= 500) return warned(`${tunnelServer.host} answers ${outcome.value}`, hint);
  return passed(tunnelServer.host);
}

async function checkConfiguration(machine: Machine): Promise<Finding> {
  const { variables } = machine;
  const { path, providers, known } = await machine.configuration();
  const secrets = providers.length === 0 ? 'no secrets' : `secrets of ${providers.join(', ')}`;
  const seen = [
    path === null ? 'no webhook.config.json, and none is needed' : `${path}: ${secrets}`,
    ...(variables.length === 0 ? [] : [`in the environment: ${variables.join(', ')}`]),
  ].join('; ');
  const unknown = providers.find((id) => !known.includes(id));
  if (unknown === undefined) return passed(seen);
  const [near] = nearestNames(unknown, known);
  return warned(
    `${seen}; there is no provider ${unknown}`,
    near === undefined ? `providers: ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

async function explaining(check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return failed(error.message, error.hint ?? 'mend the file, or name another with --config');
  }
}

function isConfigurationError(error: unknown): boolean {
  return error instanceof WebhookError && error.code === 'ERR_CONFIG';
}
