import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { RunningServer } from '../http/server.ts';
import { parseDuration } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';
import { parseTarget } from '../model/target.ts';
import { isUrl } from '../model/url.ts';
import { acknowledge, type Answerer } from '../receiver/answer.ts';
import type { Context } from './context.ts';
import { parseInteger } from './options.ts';
import { checkSecrets, secretProblem } from './usable-secrets.ts';

interface AnswerOptions {
  readonly forward?: string;
  readonly forwardTimeout: string;
  readonly respond?: string;
}

export interface ReceivingOptions extends AnswerOptions {
  readonly port: string;
  readonly host: string;
  readonly provider?: string;
  readonly verify: string;
  readonly enforceIp?: boolean;
  readonly maxBody: string;
  readonly maxDb?: string;
  readonly requestTimeout: string;
  readonly verifyToken?: string;
  readonly publicUrl?: string;
}

/** How long the end of a command waits for answers under way, in milliseconds. */
const DRAIN_MS = 5_000;

/** What is received, and how it is answered. */
export function declareReceiving(command: Command): void {
  command
    .option('--forward <url>', 'pass every request on to your app, and its answer back')
    .option('--forward-timeout <duration>', 'how long the app may take', '30s')
    .option('--respond <script>', 'answer by a script: 200, 500,500,200, delay:2s, drop, 503+delay:1s')
    .option('--verify <mode>', 'report a bad signature, or answer it with 401: report, strict', 'report')
    .option('--enforce-ip', "answer 403 to addresses outside the provider's published ranges")
    .option('--max-body <size>', 'answer 413 to larger bodies', '25MB')
    .option('--max-db <size>', 'refuse captures with 503 rather than let the database grow beyond this')
    .option('--request-timeout <duration>', 'how long a sender may take for one request', '300s')
    .option(
      '--verify-token <token>',
      'what handshakes have to bring, such as hub.verify_token (else WEBHOOK_VERIFY_TOKEN; any unless given)',
    )
    .option(
      '--public-url <url>',
      "the URL that the provider was given, where it signs that (default: the tunnel's)",
    );
}

/** How to receive, as the options have it. */
export async function readReceiving(context: Context, options: ReceivingOptions) {
  const known = await context.providers();
  const providers = known.all;
  const provider = options.provider === undefined ? null : known.get(options.provider);
  const secretsFor = await context.secretsFor();
  const hasSecrets = (provider === null ? providers : [provider]).some(({ id }) => secretsFor(id).length > 0);
  if (options.verify !== 'report' && options.verify !== 'strict') {
    throw new UsageError(`--verify takes report or strict, not "${options.verify}"`);
  }
  await checkSecrets(context, { ...options }, provider, providers);
  const strict = options.verify === 'strict';
  if (strict && !hasSecrets) {
    throw new UsageError(
      '--verify strict needs a secret to verify with',
      'give one with --secret',
      'ERR_NO_SECRET',
    );
  }
  return {
    providers,
    provider,
    secretsFor,
    hasSecrets,
    /** Whose secrets can verify nothing of theirs. */
    unusable: (provider === null ? providers : [provider])
      .filter((one) => secretProblem(one, secretsFor(one.id)) !== null)
      .map(({ id }) => id),
    strict,
    host: options.host,
    port: parseInteger(options.port, '--port', 0, 65_535),
    enforceIp: options.enforceIp === true,
    maxBodyBytes: parseSize(options.maxBody, '--max-body'),
    maxDb: options.maxDb === undefined ? undefined : parseSize(options.maxDb, '--max-db'),
    requestTimeoutMs: parseDuration(options.requestTimeout, '--request-timeout'),
    publicUrl: readPublicUrl(options),
    handshakes: {
      // An app or a script is what is tried out, so that its answers count.
      answers: () => options.forward === undefined && options.respond === undefined,
      verifyToken: await readVerifyToken(context, options),
    },
  };
}

/** The token that was agreed on with a provider: as given, from the environment, or from the configuration. */
export async function readVerifyToken(
  context: Context,
  { verifyToken }: { readonly verifyToken?: string },
): Promise<string | undefined> {
  const token = verifyToken ?? (context.env['WEBHOOK_VERIFY_TOKEN'] || (await context.config()).verifyToken);
  if (token !== '') return token;
  throw new UsageError('the verify token is empty', 'leave --verify-token out to take any');
}

/** Taken as it is written, since it is signed so. */
function readPublicUrl({ publicUrl }: ReceivingOptions): () => string | undefined {
  if (publicUrl === undefined) return () => undefined;
  if (!isUrl(publicUrl) || !/^https?:\/\//i.test(publicUrl)) {
    throw new UsageError(
      `"${publicUrl}" is not a URL (--public-url)`,
      'write it like https://example.com/webhooks',
    );
  }
  return () => publicUrl;
}

/** What requests are answered: by an app, by a script, or as it is acknowledged. */
export async function createAnswer(
  context: Context,
  options: AnswerOptions,
): Promise<{ answer: Answerer; close: () => void }> {
  if (options.forward !== undefined && options.respond !== undefined) {
    throw new UsageError(
      '--forward and --respond exclude each other',
      'the answer is either the app’s or the script’s',
    );
  }
  if (options.forward !== undefined) {
    const { forwardTo } = await import('../receiver/forward.ts');
    const forward = forwardTo({
      target: parseTarget(options.forward, '--forward'),
      timeoutMs: parseDuration(options.forwardTimeout, '--forward-timeout'),
    });
    return { answer: forward, close: forward.close };
  }
  if (options.respond !== undefined) {
    const { parseRespondScript, scriptedAnswers } = await import('../receiver/respond.ts');
    return { answer: scriptedAnswers(parseRespondScript(options.respond), context.clock), close: () => {} };
  }
  return { answer: acknowledge, close: () => {} };
}

/** Takes nothing more, and ends when what is under way has been answered, or after a while. */
export async function closeReceiver(
  { clock }: Pick<Context, 'clock'>,
  server: Pick<RunningServer, 'close' | 'destroy'>,
): Promise<void> {
  const limit = new AbortController();
  const closed = server.close().then(() => limit.abort());
  await Promise.race([closed, clock.sleep(DRAIN_MS, limit.signal)]);
  await server.destroy();
}
