import { UsageError } from '../../errors.ts';
import { makeAttempt } from '../../engine/attempt.ts';
import { BREAKAGES, type Breakage } from '../../forge/break.ts';
import { renderMessage, renderRequest } from '../../forge/forge.ts';
import type { ForgeContext, Message } from '../../forge/message.ts';
import { parseOverride } from '../../forge/overrides.ts';
import { findEventType } from '../../forge/payload.ts';
import type { Attempt } from '../../model/attempt.ts';
import { parseDuration } from '../../model/duration.ts';
import type { Header, OutgoingRequest } from '../../model/request.ts';
import { describeSuccess, type Provider, type StatusRange } from '../../providers/provider.ts';
import type { Secret, SignatureForm } from '../../signing/scheme.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { collect, declareSecrets, parseHeader, parseInteger, parseSuccess } from '../options.ts';
import { LISTENING, needSecrets, pickEventType, pickProvider, pickTarget } from '../pick.ts';
import { readBytes } from '../read-body.ts';
import { attemptList, curlCommand, httpText } from '../render/attempt.ts';
import { attemptJson, requestJson } from '../render/json.ts';

interface SendCommandOptions {
  readonly to?: string;
  readonly set?: string[];
  readonly data?: string;
  readonly header?: string[];
  readonly count: string;
  readonly all?: boolean;
  readonly keepIds?: boolean;
  readonly stressJson?: boolean;
  readonly signatureForm?: string;
  readonly unsigned?: boolean;
  readonly break?: string;
  readonly forwardedFor?: string;
  readonly extraHeaders?: boolean;
  readonly success?: string;
  readonly timeout?: string;
  readonly dryRun?: boolean;
  readonly print?: string;
}

interface SendResult {
  readonly provider: Provider;
  readonly success: readonly StatusRange[];
  readonly attempts: readonly Attempt[];
  /** What would have been sent, where nothing was. */
  readonly requests: readonly OutgoingRequest[] | null;
  readonly print: 'curl' | 'http';
}

export default defineCommand<SendCommandOptions, SendResult>({
  declare: (command) => {
    command
      .argument('[provider]', 'who sends')
      .argument('[event-type]', 'what it says; may be left out with --data or --all')
      .option('--to <url>', 'where to')
      .option('--set <path=value>', 'change the payload: data.amount=15000, data.tags[0]=new', collect)
      .option('--data <body>', 'a body of your own, exact bytes: @file, - for stdin, or the text itself')
      .option('--header <header>', "'Name: value', besides or instead of the provider's", collect)
      .option('--count <number>', 'how many, each with its own id', '1')
      .option('--all', "every event type of the provider's catalog")
      .option('--keep-ids', "the catalog's own ids and times: the exact bytes of the example");
    declareSecrets(command);
    command
      .option('--unsigned', 'without a signature')
      .option('--signature-form <form>', 'bare or prefixed (sha256=…)')
      .option('--break <what>', `make it wrong: ${BREAKAGES.join(', ')}`)
      .option('--stress-json', 'JSON that no serialiser gives back, to find apps that verify a parsed body')
      .option('--forwarded-for <address>', 'set X-Forwarded-For, as a proxy in front of your app would')
      .option('--extra-headers', 'send optional headers that the provider is not documented to send')
      .option(
        '--success <statuses>',
        "what counts as acknowledged: 2xx, 200-204 (default: the provider's rule)",
      )
      .option('--timeout <duration>', "how long to wait for an answer (default: the provider's)")
      .option('--dry-run', 'print the request and send nothing')
      .option('--print <form>', 'as curl or as http, and send nothing')
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli send iverton deal.won --to http://localhost:3000/webhooks --secret whsec_x
  webhook-cli send filedgr vault.created --to :3000 --set data.name='My vault'
  webhook-cli send iverton --all --to :3000
  webhook-cli send compliancely --data @body.json --to :3000 --break signature
  webhook-cli send taskplatform task.created --print curl`,
      );
  },
  run: send,
  render: ({ attempts, requests, print, provider, success }, term) => {
    if (requests !== null) {
      return print === 'curl'
        ? requests.map(curlCommand).join('\n\n')
        : Buffer.concat(separate(requests.map(httpText)));
    }
    const strict = attempts.some(
      ({ ok, response }) => !ok && response !== null && response.status >= 200 && response.status < 300,
    );
    const rule = strict
      ? `\n${term.paint.yellow(`${provider.name} acknowledges on ${describeSuccess(success)} only (--success 2xx takes any)`)}`
      : '';
    return attemptList(attempts, term) + rule;
  },
  json: ({ attempts, requests }) =>
    requests === null
      ? { attempts: attempts.map((attempt) => attemptJson(attempt, attempts[0]!.startedAt)) }
      : { requests: requests.map(requestJson) },
  exitCode: ({ attempts }) => (attempts.every(({ ok }) => ok) ? EXIT.done : EXIT.no),
});

async function send(context: Context, options: SendCommandOptions, args: string[]): Promise<SendResult> {
  const print = readPrint(options);
  const sends = print === null;
  const provider = await pickProvider(context, args[0]);
  const types = await chooseTypes(context, provider, args[1], options);
  const url = sends || options.to !== undefined ? await pickTarget(context, options.to) : new URL(LISTENING);
  const secret = await chooseSecret(context, provider, options);
  const headers = [...(options.header ?? []).map(parseHeader), ...forwardedFor(options)];
  const payload = {
    data: options.data === undefined ? undefined : await readBytes(context, options.data),
    overrides: (options.set ?? []).map(parseOverride),
    keepIds: options.keepIds === true,
    stressJson: options.stressJson === true,
  };
  const success = options.success === undefined ? provider.success.value : parseSuccess(options.success);
  const timeoutMs =
    options.timeout === undefined ? provider.timeoutMs.value : parseDuration(options.timeout, '--timeout');
  const rendering = {
    url: url.href,
    secret,
    headers,
    form: chooseForm(provider, options.signatureForm),
    extraHeaders: options.extraHeaders === true,
    breakage: readBreakage(options.break),
  };

  const repeated = Array.from(
    { length: parseInteger(options.count, '--count', 1, 1_000_000) },
    () => types,
  ).flat();
  const attempts: Attempt[] = [];
  const requests: OutgoingRequest[] = [];
  for (const type of repeated) {
    if (context.signal.aborted) break;
    const world: ForgeContext = { now: context.clock.now(), randomBytes: context.randomBytes };
    const message = await renderMessage(provider, type, payload, world);
    const request = renderRequest(message, rendering, world);
    if (sends)
      attempts.push(await attempt(context, request, message, attempts.length + 1, success, timeoutMs));
    else requests.push(request);
  }
  return { provider, success, attempts, requests: sends ? null : requests, print: print ?? 'http' };
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

async function chooseTypes(
  context: Context,
  provider: Provider,
  named: string | undefined,
  options: SendCommandOptions,
): Promise<readonly (string | undefined)[]> {
  if (options.all === true) {
    if (named !== undefined || options.data !== undefined) {
      throw new UsageError('--all sends the whole catalog', 'leave out the event type and --data');
    }
    return provider.events.map(({ name }) => name);
  }
  if (options.data !== undefined) return [named];
  if (named !== undefined) return [findEventType(provider, named).name];
  return [await pickEventType(context, provider)];
}

async function chooseSecret(
  context: Context,
  provider: Provider,
  options: SendCommandOptions,
): Promise<Secret | null> {
  if (options.unsigned === true) return null;
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length === 0 && provider.signature.value.optional === true) return null;
  return (await needSecrets(context, provider))[0]!;
}

function chooseForm(provider: Provider, name: string | undefined): SignatureForm | undefined {
  if (name === undefined) return undefined;
  if (name !== 'bare' && name !== 'prefixed')
    throw new UsageError(`--signature-form takes bare or prefixed, not "${name}"`);
  const form = provider.signature.value.forms.find(({ prefix }) => (prefix === '') === (name === 'bare'));
  if (form === undefined) throw new UsageError(`${provider.name} has no ${name} form of its signature`);
  return form;
}

function readBreakage(name: string | undefined): Breakage | undefined {
  const known = BREAKAGES.find((breakage) => breakage === name);
  if (name !== undefined && known === undefined) {
    throw new UsageError(`--break knows no "${name}"`, `it takes ${BREAKAGES.join(', ')}`);
  }
  return known;
}

function readPrint({ print, dryRun }: SendCommandOptions): 'curl' | 'http' | null {
  if (print === undefined) return dryRun === true ? 'http' : null;
  if (print === 'curl' || print === 'http') return print;
  throw new UsageError(`--print takes curl or http, not "${print}"`);
}

function forwardedFor({ forwardedFor: address }: SendCommandOptions): Header[] {
  return address === undefined ? [] : [parseHeader(`X-Forwarded-For: ${address}`)];
}

function separate(texts: readonly Uint8Array[]): Uint8Array[] {
  return texts.flatMap((text, index) => (index === 0 ? [text] : [Buffer.from('\n\n'), text]));
}
