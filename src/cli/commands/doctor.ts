import { createServer } from 'node:net';
import { version } from 'node:process';
import { examineMachine, type Machine } from '../../doctor/machine.ts';
import { nodeNetwork } from '../../doctor/node-network.ts';
import { examineUrl } from '../../doctor/url.ts';
import { UsageError } from '../../errors.ts';
import { checkJson } from '../../json/check.ts';
import { countChecks } from '../../model/check.ts';
import { parseDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import { parseTarget } from '../../model/target.ts';
import { defineCommand } from '../command.ts';
import { findConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { declareSecrets } from '../options.ts';
import { renderDoctor, type Examination } from '../render/doctor.ts';

interface DoctorOptions {
  readonly provider?: string;
  readonly timeout: string;
  readonly tunnelHost: string;
  readonly network: boolean;
  readonly config?: string;
}

export default defineCommand<DoctorOptions, Examination>({
  declare: (command) => {
    command
      .argument('[url]', "your app's, as the provider has it; this machine is looked at where it is left out")
      .option('--provider <id>', 'who sends: an event of it is sent, signed as it signs');
    declareSecrets(command);
    command
      .option('--timeout <duration>', 'how long each check of a URL may take', '10s')
      .option('--tunnel-host <url>', 'this machine: the server for tunnels to ask', 'https://localtunnel.me')
      .option('--no-network', 'this machine: ask nothing outside it')
      .addHelpText(
        'after',
        `
Without --provider a plain {} is sent, and any answer shows that the app is there.
Exit code 3 where a check failed; warnings are none.

Examples:
  webhook-cli doctor
  webhook-cli doctor https://app.example.com/webhooks
  webhook-cli doctor https://app.example.com/webhooks --provider iverton --secret whsec_x
  webhook-cli doctor :3000/webhooks --provider taskplatform --json`,
      );
  },
  run: async (context, options, args) => {
    const [url] = args;
    if (url !== undefined) return { of: printable(url), checks: await doctorUrl(context, options, url) };
    if (options.provider !== undefined) {
      throw new UsageError('--provider is for a URL', "give your app's: webhook-cli doctor <url>");
    }
    const machine = await machineOf(context, options);
    return { of: 'this machine', checks: await examineMachine(machine, context) };
  },
  render: renderDoctor,
  json: ({ checks }) => ({ checks: checks.map(checkJson), summary: countChecks(checks) }),
  exitCode: ({ checks }) => (checks.some(({ status }) => status === 'failed') ? EXIT.no : EXIT.done),
});

async function doctorUrl(context: Context, options: DoctorOptions, url: string) {
  const { clock, signal, randomBytes } = context;
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const provider = options.provider === undefined ? null : (await context.providers()).get(options.provider);
  const secret = provider === null ? null : ((await context.secretsFor())(provider.id)[0] ?? null);
  return examineUrl(
    { url, provider, secret },
    { clock, signal, randomBytes, timeoutMs, network: nodeNetwork(), sender: await context.sender() },
  );
}

/** What `listen`, `serve` and the page take. */
const PORTS = [
  { port: 4400, by: 'listen' },
  { port: 4500, by: 'serve' },
  { port: 4600, by: 'ui' },
];

async function machineOf(context: Context, options: DoctorOptions): Promise<Machine> {
  const { clock, env, cwd } = context;
  const network = nodeNetwork();
  return {
    ...(await context.examination()),
    nodeVersion: version.slice(1),
    databasePath: context.databasePath,
    ports: PORTS,
    isFree,
    tunnelServer: options.network ? parseTarget(options.tunnelHost, '--tunnel-host') : null,
    askTunnelServer: async (url, signal) => {
      const begun = clock.now();
      // Before it is asked: unlike the sender's, this look-up ends when its time is up.
      await network.lookup(url.hostname, signal);
      const sender = await context.sender();
      const left = Math.max(1, 3_000 - (clock.now() - begun));
      const request = { method: 'GET', url: url.href, headers: [], body: new Uint8Array() };
      const outcome = await sender.send(request, { timeoutMs: left, signal });
      if (outcome.kind === 'response') return outcome.response.status;
      throw Object.assign(new Error(outcome.error.message), { code: outcome.error.code });
    },
    configuration: async () => {
      const [{ secrets }, { ids }] = [await context.config(), await context.providers()];
      return { path: await findConfig(options.config, cwd), providers: Object.keys(secrets), known: ids };
    },
    variables: Object.keys(env).filter((name) => name.startsWith('WEBHOOK_') && env[name] !== undefined),
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
