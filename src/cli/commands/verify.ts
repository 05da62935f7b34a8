import type { Diagnosis } from '../../diagnosis/cause.ts';
import type { Examination } from '../../diagnosis/diagnose.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { diagnosisJson } from '../../json/diagnosis.ts';
import { printable } from '../../model/printable.ts';
import type { RawRequest } from '../../model/request.ts';
import { isUrl } from '../../model/url.ts';
import type { Verdict } from '../../model/verdict.ts';
import { detectOne } from '../../providers/detect.ts';
import { parseJsonBody } from '../../providers/identify.ts';
import type { Provider } from '../../providers/provider.ts';
import { mayBeUnsigned, verifyRequest } from '../../providers/signatures.ts';
import { possibleUrls } from '../../signing/urls.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { diagnoseRequest } from '../diagnosing.ts';
import { EXIT } from '../exit-code.ts';
import { expectedSignatures } from '../expected-signature.ts';
import { explainRequest, type Explanation } from '../explanation.ts';
import { collect, declareSecrets } from '../options.ts';
import { REQUEST_OPTION } from '../pasted-request.ts';
import { needSecrets } from '../pick.ts';
import { explanationText, whyLine } from '../render/explain.ts';
import { FRAMEWORKS, isFramework, rawBodyCode, type Framework } from '../render/raw-body.ts';
import { readSubject, type Subject, type SubjectOptions } from '../subject.ts';

interface VerifyOptions extends SubjectOptions {
  readonly explain?: boolean;
  readonly framework?: string;
  readonly now?: string;
  readonly url?: string;
  readonly showSecrets?: boolean;
}

interface VerifyResult {
  readonly verdict: Verdict;
  readonly provider: Provider;
  readonly subject: Subject;
  readonly diagnosis: readonly Diagnosis[];
  /** Null unless it was asked for. */
  readonly explanation: Explanation | null;
  readonly framework: Framework | null;
  /** The signatures that would verify, one for each secret, with their places; null unless they were asked for. */
  readonly expected: readonly string[] | null;
}

const NOTHING_TO_SAY: Examination = {
  diagnosis: [],
  tried: [],
  trials: 0,
  hashedBytes: 0,
  isCutShort: false,
};

export default defineCommand<VerifyOptions, VerifyResult>({
  declare: (command) => {
    command
      .argument('[capture]', 'a capture, or last for the newest')
      .option('--provider <id>', 'whose signature it is; otherwise as captured or detected')
      .option(...REQUEST_OPTION)
      .option('--header <header>', "'Name: value' of the request to verify", collect)
      .option('--body <body>', 'its body, exact bytes: @file, - for stdin, or the text itself')
      .option('--url <url>', 'the URL that the provider has, for those that sign it')
      .option('--now <seconds>', 'as of when: Unix time (default: when it was captured, else now)')
      .option('--explain', 'show what was signed, the body byte by byte where it matters, and what was tried')
      .option('--framework <name>', `explain, with code for ${FRAMEWORKS.join(', ')}`)
      .option('--show-secrets', 'print the signature that would verify');
    declareSecrets(command);
    command.addHelpText(
      'after',
      `
Where neither a capture nor a request is named, and --provider or --secret is given, it is read from standard input: a curl command,
an HTTP request as text, or, with --header, a body's exact bytes.

Exit code 0 where the signature is valid, 3 where it is not.

Examples:
  webhook-cli verify last --secret whsec_x
  pbpaste | webhook-cli verify --secret whsec_x --explain
  webhook-cli verify --request @request.txt --provider iverton --secret whsec_x
  pbpaste | webhook-cli verify --provider slack --secret 8f74… --now 1531420618
  webhook-cli verify last --provider twilio --secret 12345 --url https://example.com/sms
  webhook-cli verify --provider iverton --header 'X-Iverton-Signature: sha256=…' --body @body.json --secret whsec_x`,
    );
  },
  run: async (context, options, args) => {
    const framework = readFramework(options.framework);
    const subject = await readSubject(context, options, args[0]);
    const { request, remarks } = subject;
    for (const remark of remarks) if (options.explain !== true) context.note(remark);
    const provider = await chooseProvider(context, options.provider ?? subject.provider, request);
    const known = (await context.secretsFor())(provider.id);
    const secrets =
      known.length > 0 || mayBeUnsigned(provider) ? known : await needSecrets(context, provider);
    const now = readNow(options.now) ?? subject.at;
    const urls = readUrls(options.url, request);
    const verified = { request, provider, secrets, now, urls };
    const verdict = verifyRequest(provider, request, secrets, { now, urls });
    const examination = verdict.ok
      ? NOTHING_TO_SAY
      : await diagnoseRequest(context, request, provider, secrets, { ...subject, at: now, urls });
    return {
      verdict,
      provider,
      subject,
      framework,
      diagnosis: examination.diagnosis,
      explanation:
        options.explain === true || framework !== null
          ? explainRequest(verified, examination, remarks)
          : null,
      expected: options.showSecrets === true ? expectedSignatures(verified) : null,
    };
  },
  render: (result, term) => {
    const { verdict, provider, diagnosis, explanation, expected, subject } = result;
    const { paint } = term;
    const head = verdict.ok ? paint.green(`✓ ${verdict.reason}`) : paint.red(`✗ ${verdict.reason}`);
    const form = verdict.form === undefined ? '' : `, written ${verdict.form}`;
    const why = whyLine(diagnosis, term);
    return [
      `${head}  ${provider.name}: ${printable(verdict.message)} (${verdict.scheme}${form})`,
      ...(verdict.warnings ?? []).map((warning) => paint.yellow(`  warning: ${printable(warning)}`)),
      ...(why === null ? [] : [`  why: ${why}`]),
      ...(isStale(verdict) && subject.captureId === null
        ? ['  as of another time: --now, in seconds since 1970']
        : []),
      ...expectedLines(expected).map((line) => `  expected: ${line}`),
      ...(explanation !== null
        ? [
            explanationText(
              { explanation, diagnosis, body: subject.request.body, code: codeOf(result) },
              term,
            ),
          ]
        : verdict.ok
          ? []
          : [paint.dim('  more with --explain')]),
    ].join('\n');
  },
  json: (result) => ({
    verdict: result.verdict,
    provider: result.provider.id,
    captureId: result.subject.captureId,
    diagnosis: result.diagnosis.map(diagnosisJson),
    ...(result.explanation === null ? {} : { explanation: { ...result.explanation, code: codeOf(result) } }),
    ...(result.expected === null ? {} : { expected: result.expected }),
  }),
  exitCode: ({ verdict }) => (verdict.ok ? EXIT.done : EXIT.no),
});

function isStale({ reason }: Verdict): boolean {
  return reason === 'too-old' || reason === 'too-new';
}

/** A public key verifies and cannot sign. */
function expectedLines(expected: readonly string[] | null): readonly string[] {
  if (expected === null || expected.length > 0) return expected ?? [];
  return ['none can be made: that takes a secret, or the private key, and all that is signed'];
}

function readNow(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,11}(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  throw new UsageError(
    `--now takes seconds since 1970, not "${text}"`,
    'such as 1700000000, as date +%s prints',
  );
}

/** Undefined where they have to be guessed from the request's headers. */
function readUrls(url: string | undefined, request: RawRequest): readonly string[] | undefined {
  if (url === undefined) return undefined;
  if (isUrl(url) && /^https?:\/\//i.test(url)) return possibleUrls(request, url);
  throw new UsageError(`"${url}" is not a URL (--url)`, 'write it like https://example.com/webhooks');
}

/** Where a token is compared, the body does not matter; a framework that is asked for is shown all the same. */
function codeOf({ diagnosis, framework, verdict }: VerifyResult): Readonly<Record<string, string>> {
  if (verdict.scheme === 'token' && framework === null) return {};
  return rawBodyCode(diagnosis, framework);
}

function readFramework(name: string | undefined): Framework | null {
  if (name === undefined || isFramework(name)) return name ?? null;
  throw new UsageError(`--framework takes ${FRAMEWORKS.join(', ')}, not "${name}"`);
}

async function chooseProvider(context: Context, id: string | null, request: RawRequest): Promise<Provider> {
  const providers = await context.providers();
  if (id !== null) return providers.get(id);
  const json = parseJsonBody(request.body);
  const found = detectOne(providers.all, request, json, await context.secretsFor());
  if (found !== null) return found;
  throw new NotFoundError('the request does not tell who sent it', 'name the provider with --provider');
}
