import { NotFoundError, UsageError } from '../../errors.ts';
import { parseHeader } from '../../model/header-line.ts';
import { printable } from '../../model/printable.ts';
import type { Header } from '../../model/request.ts';
import type { Verdict } from '../../model/verdict.ts';
import { detectOne } from '../../providers/detect.ts';
import { parseJsonBody } from '../../providers/identify.ts';
import { loadProvider, loadProviders } from '../../providers/index.ts';
import type { Provider } from '../../providers/provider.ts';
import { verify } from '../../signing/verify.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { collect, declareSecrets } from '../options.ts';
import { needSecrets, pickCapture } from '../pick.ts';
import { readBytes } from '../read-body.ts';

interface VerifyOptions {
  readonly provider?: string;
  readonly header?: string[];
  readonly body?: string;
}

interface VerifyResult {
  readonly verdict: Verdict;
  readonly provider: Provider;
  readonly captureId: string | null;
}

interface Subject {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly path: string;
  readonly provider: string | null;
  readonly captureId: string | null;
}

export default defineCommand<VerifyOptions, VerifyResult>({
  declare: (command) => {
    command
      .argument('[capture]', 'a capture, or last for the newest')
      .option('--provider <id>', 'whose signature it is; otherwise as captured or detected')
      .option('--header <header>', "'Name: value' of the request to verify", collect)
      .option('--body <body>', 'its body, exact bytes: @file, - for stdin, or the text itself');
    declareSecrets(command);
    command.addHelpText(
      'after',
      `
Exit code 0 where the signature is valid, 3 where it is not.

Examples:
  webhook-cli verify last --secret whsec_x
  webhook-cli verify --provider iverton --header 'X-Iverton-Signature: sha256=…' --body @body.json --secret whsec_x`,
    );
  },
  run: async (context, options, args) => {
    const subject = await readSubject(context, options, args[0]);
    const provider = await chooseProvider(options.provider ?? subject.provider, subject);
    const scheme = provider.signature.value;
    const known = (await context.secretsFor())(provider.id);
    const secrets =
      known.length > 0 || scheme.optional === true ? known : await needSecrets(context, provider);
    return { verdict: verify(scheme, subject, secrets), provider, captureId: subject.captureId };
  },
  render: ({ verdict, provider }, { paint }) => {
    const head = verdict.ok ? paint.green(`✓ ${verdict.reason}`) : paint.red(`✗ ${verdict.reason}`);
    const form = verdict.form === undefined ? '' : `, written ${verdict.form}`;
    return [
      `${head}  ${provider.name}: ${printable(verdict.message)} (${verdict.scheme}${form})`,
      ...(verdict.warnings ?? []).map((warning) => paint.yellow(`  warning: ${printable(warning)}`)),
    ].join('\n');
  },
  json: ({ verdict, provider, captureId }) => ({ verdict, provider: provider.id, captureId }),
  exitCode: ({ verdict }) => (verdict.ok ? EXIT.done : EXIT.no),
});

async function readSubject(
  context: Context,
  options: VerifyOptions,
  id: string | undefined,
): Promise<Subject> {
  const headers = (options.header ?? []).map(parseHeader);
  const given = headers.length > 0 || options.body !== undefined;
  if (id !== undefined && given) {
    throw new UsageError('either a capture or --header and --body', 'leave one of them out');
  }
  if (given || (id === undefined && options.provider !== undefined && !context.stdinIsTTY)) {
    if (options.body === undefined && context.stdinIsTTY) {
      throw new UsageError(
        'the body is missing',
        'give it with --body @file, or on standard input with --body -',
      );
    }
    return {
      headers,
      body: await readBytes(context, options.body ?? '-'),
      path: '/',
      provider: null,
      captureId: null,
    };
  }
  const capture = await pickCapture(context, await context.store(), id);
  return { ...capture, captureId: capture.id };
}

async function chooseProvider(id: string | null, { headers, body, path }: Subject): Promise<Provider> {
  if (id !== null) return loadProvider(id);
  const found = detectOne(
    await loadProviders(),
    { method: 'POST', path, headers, body },
    parseJsonBody(body),
  );
  if (found !== null) return found;
  throw new NotFoundError('the request does not tell who sent it', 'name the provider with --provider');
}
