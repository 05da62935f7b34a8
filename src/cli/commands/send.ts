import { makeAttempt } from '../../engine/attempt.ts';
import { deliverAlone } from '../../engine/deliver-alone.ts';
import { UsageError } from '../../errors.ts';
import { BREAKAGES } from '../../forge/break.ts';
import { renderMessage, renderRequest, type PayloadOptions, type RequestOptions } from '../../forge/forge.ts';
import type { ForgeContext, Message } from '../../forge/message.ts';
import { curlCommand, httpText } from '../../forge/print.ts';
import { attemptJson, requestJson } from '../../json/attempt.ts';
import type { Attempt } from '../../model/attempt.ts';
import { formatDuration, parseDuration } from '../../model/duration.ts';
import { parseHeader } from '../../model/header-line.ts';
import type { OutgoingRequest } from '../../model/request.ts';
import type { Provider, StatusRange } from '../../providers/provider.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readClock } from '../engine.ts';
import { EXIT } from '../exit-code.ts';
import { collect, declareSecrets, parseSuccess } from '../options.ts';
import {
  chooseTypes,
  declareEvents,
  declarePayload,
  readPayloadOptions,
  type EventsCommandOptions,
} from '../payload.ts';
import { LISTENING, pickProvider, pickTarget } from '../pick.ts';
import {
  chooseForm,
  chooseSecret,
  chooseSignature,
  forwardedFor,
  readBreakage,
  readPrint,
} from '../rendering-options.ts';
import type { HandshakeResult } from '../handshaking.ts';
import { handshakeList, handshakesJson } from '../render/handshake.ts';
import { attemptList, strictness, subject } from '../render/attempt.ts';
import { timeline } from '../render/delivery.ts';

interface SendCommandOptions extends EventsCommandOptions {
  readonly to?: string;
  readonly header?: string[];
  readonly signatureForm?: string;
  readonly signature?: string;
  readonly unsigned?: boolean;
  readonly break?: string;
  readonly forwardedFor?: string;
  readonly extraHeaders?: boolean;
  readonly success?: string;
  readonly timeout?: string;
  readonly retry?: boolean;
  readonly clock?: string;
  readonly dryRun?: boolean;
  readonly print?: string;
  readonly handshake?: string | true;
  readonly verifyToken?: string;
}

interface SendResult {
  readonly provider: Provider;
  readonly success: readonly StatusRange[];
  /** One list for each event: a single attempt, or all that retrying made. */
  readonly sent: readonly (readonly Attempt[])[];
  readonly isRetried: boolean;
  /** What would have been sent, where nothing was. */
  readonly requests: readonly OutgoingRequest[] | null;
  readonly print: 'curl' | 'http';
  /** What came of handshakes, where those were sent instead of events. */
  readonly handshakes: readonly HandshakeResult[] | null;
}

export default defineCommand<SendCommandOptions, SendResult>({
  declare: (command) => {
    command
      .argument('[provider]', 'who sends')
      .argument('[event-type]', 'what it says; may be left out with --data or --all')
      .option('--to <url>', 'where to')
      .option('--header <header>', "'Name: value', besides or instead of the provider's", collect);
    declarePayload(command);
    declareEvents(command);
    declareSecrets(command);
    command
      .option('--unsigned', 'without a signature')
      .option('--signature-form <form>', 'bare or prefixed (sha256=…)')
      .option('--signature <name>', "one of the provider's other signatures, as providers show names them")
      .option('--break <what>', `make it wrong: ${BREAKAGES.join(', ')}`)
      .option('--forwarded-for <address>', 'set X-Forwarded-For, as a proxy in front of your app would')
      .option('--extra-headers', 'send optional headers that the provider is not documented to send')
      .option(
        '--success <statuses>',
        "what counts as acknowledged: 2xx, 200-204 (default: the provider's rule)",
      )
      .option('--timeout <duration>', "how long to wait for an answer (default: the provider's)")
      .option('--retry', 'again after failures, as the provider does, until it is acknowledged or given up')
      .option('--clock <clock>', 'what the retries follow: real, virtual, x60')
      .option('--dry-run', 'print the request and send nothing')
      .option('--print <form>', 'as curl or as http, and send nothing')
      .option(
        '--handshake [name]',
        'instead of an event: what the provider asks before it delivers, and whether the answer is right',
      )
      .option('--verify-token <token>', 'the token that handshakes bring (else WEBHOOK_VERIFY_TOKEN)')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli send iverton deal.won --to http://localhost:3000/webhooks --secret whsec_x
  webhook-cli send filedgr vault.created --to :3000 --set data.name='My vault'
  webhook-cli send iverton --all --to :3000
  webhook-cli send compliancely --data @body.json --to :3000 --break signature
  webhook-cli send taskplatform task.created --print curl
  webhook-cli send slack --handshake --to http://localhost:3000/slack --secret 8f74…`,
      );
  },
  run: send,
  render: ({ sent, isRetried, requests, print, provider, success, handshakes }, term) => {
    if (handshakes !== null) return handshakeList(handshakes, term);
    const attempts = sent.flat();
    if (requests !== null) {
      return print === 'curl'
        ? requests.map(curlCommand).join('\n\n')
        : Buffer.concat(separate(requests.map(httpText)));
    }
    const list = isRetried
      ? sent.map((attempts) => `${subject(attempts[0]!)}\n${timeline(attempts, term)}`).join('\n\n')
      : attemptList(attempts, term);
    const rule = strictness(provider.name, success, attempts);
    return rule === null ? list : `${list}\n${term.paint.yellow(`${rule} (--success 2xx takes any)`)}`;
  },
  json: ({ sent, isRetried, requests, handshakes }) => {
    if (handshakes !== null) return handshakesJson(handshakes);
    if (requests !== null) return { requests: requests.map(requestJson) };
    const first = sent[0]?.[0]?.startedAt;
    return {
      attempts: sent.flatMap((attempts) =>
        attempts.map((attempt) => attemptJson(attempt, isRetried ? attempts[0]!.startedAt : first)),
      ),
    };
  },
  exitCode: ({ sent, handshakes }) =>
    sent.every((attempts) => attempts.at(-1)?.ok === true) && (handshakes ?? []).every(({ ok }) => ok)
      ? EXIT.done
      : EXIT.no,
});

async function send(context: Context, options: SendCommandOptions, args: string[]): Promise<SendResult> {
  const print = readPrint(options);
  const sends = print === null;
  const provider = await pickProvider(context, args[0]);
  if (options.handshake !== undefined) return sendHandshakes(context, options, provider, args[1]);
  const types = await chooseTypes(context, provider, args[1], options);
  const url = sends || options.to !== undefined ? await pickTarget(context, options.to) : new URL(LISTENING);
  if (options.clock !== undefined && options.retry !== true) {
    throw new UsageError('--clock is for retries', 'give --retry with it');
  }
  const secret = await chooseSecret(context, provider, options);
  const headers = [...(options.header ?? []).map(parseHeader), ...forwardedFor(options)];
  const payload = { ...(await readPayloadOptions(context, options)), headers };
  const success = options.success === undefined ? provider.success.value : parseSuccess(options.success);
  const timeoutMs =
    options.timeout === undefined ? provider.timeoutMs.value : parseDuration(options.timeout, '--timeout');
  const rendering = {
    url: url.href,
    secret,
    headers,
    form: chooseForm(provider, options.signatureForm),
    signature: chooseSignature(provider, options.signature),
    extraHeaders: options.extraHeaders === true,
    breakage: readBreakage(options.break),
  };

  const sent: (readonly Attempt[])[] = [];
  const requests: OutgoingRequest[] = [];
  for (const type of types) {
    if (context.signal.aborted) break;
    const world: ForgeContext = { now: context.clock.now(), randomBytes: context.randomBytes };
    // What cannot be made at all is said at once, and is not an attempt that failed.
    const message = await renderMessage(provider, type, payload, world);
    const request = renderRequest(message, rendering, world);
    if (sends && options.retry === true) {
      sent.push(await retried(context, provider, type, payload, rendering, success, timeoutMs, options));
    } else if (sends)
      sent.push([await attempt(context, request, message, sent.length + 1, success, timeoutMs)]);
    else requests.push(request);
  }
  return {
    provider,
    success,
    sent,
    isRetried: options.retry === true,
    requests: sends ? null : requests,
    print: print ?? 'http',
    handshakes: null,
  };
}

async function sendHandshakes(
  context: Context,
  options: SendCommandOptions,
  provider: Provider,
  eventType: string | undefined,
): Promise<SendResult> {
  const { refuseWithHandshake, tryHandshakes } = await import('../handshaking.ts');
  refuseWithHandshake(eventType, { ...options });
  const url = await pickTarget(context, options.to);
  const timeoutMs =
    options.timeout === undefined ? provider.timeoutMs.value : parseDuration(options.timeout, '--timeout');
  const handshakes = await tryHandshakes(
    context,
    provider,
    options.handshake ?? true,
    { url, timeoutMs },
    options,
  );
  const success = provider.success.value;
  return { provider, success, sent: [], isRetried: false, requests: null, print: 'http', handshakes };
}

async function attempt(
  context: Context,
  request: OutgoingRequest,
  message: Message,
  number: number,
  success: readonly StatusRange[],
  timeoutMs: number,
): Promise<Attempt> {
  const { provider, eventType, eventId } = message;
  return makeAttempt(
    request,
    { number, trigger: 'manual', provider: provider.id, eventType, messageId: eventId, success },
    { sender: await context.sender(), clock: context.clock },
    { timeoutMs, signal: context.signal },
  );
}

/** All attempts of one event, each told as it is made. */
async function retried(
  context: Context,
  provider: Provider,
  eventType: string | undefined,
  payload: PayloadOptions,
  { url, secret, headers, ...rendering }: RequestOptions,
  success: readonly StatusRange[],
  timeoutMs: number,
  { clock = 'real' }: SendCommandOptions,
): Promise<readonly Attempt[]> {
  const store = await context.passingStore();
  const { attempts } = await deliverAlone(provider, eventType, {
    store,
    sender: await context.sender(),
    clock: await readClock(context, clock, store, ['real', 'virtual', 'scaled']),
    real: context.clock,
    randomBytes: context.randomBytes,
    payload,
    endpoint: { url, secret: secret ?? null, headers: headers ?? [], timeoutMs },
    rendering,
    policy: { success, timeoutMs },
    signal: context.signal,
    onAttempt: ({ number, response, error }, nextAttemptAt) => {
      if (clock !== 'real' || nextAttemptAt === null) return;
      const what = response?.status ?? error?.message;
      context.note(
        `attempt ${number}: ${what}; next in ${formatDuration(nextAttemptAt - context.clock.now())}`,
      );
    },
  });
  return attempts;
}

function separate(texts: readonly Uint8Array[]): Uint8Array[] {
  return texts.flatMap((text, index) => (index === 0 ? [text] : [Buffer.from('\n\n'), text]));
}
