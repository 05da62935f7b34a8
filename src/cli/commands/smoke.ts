import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError, WebhookError } from '../../errors.ts';
import { checkJson } from '../../json/check.ts';
import { countChecks } from '../../model/check.ts';
import { parseDuration } from '../../model/duration.ts';
import { parseHeader } from '../../model/header-line.ts';
import { nearestNames } from '../../model/nearest.ts';
import { fitsPattern } from '../../model/pattern.ts';
import { isTarget, parseTarget } from '../../model/target.ts';
import type { Provider } from '../../providers/provider.ts';
import { mayBeUnsigned } from '../../providers/signatures.ts';
import type { Secret } from '../../signing/scheme.ts';
import { annotations, stepSummary } from '../../smoke/github.ts';
import { junitReport } from '../../smoke/junit.ts';
import { chooseRules } from '../../smoke/rules.ts';
import { runSmoke, type Plan } from '../../smoke/smoke.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { collect, declareSecrets } from '../options.ts';
import { needSecrets, pickProvider } from '../pick.ts';
import { isBad, smokeText, type SmokeReport } from '../render/smoke.ts';

interface SmokeOptions {
  readonly provider?: string;
  readonly header?: string[];
  readonly eventType?: string[];
  readonly rules?: string[];
  readonly skip?: string[];
  readonly wait?: string;
  readonly timeout?: string;
  readonly strict?: boolean;
  readonly junit?: string;
}

interface SmokeResult extends SmokeReport {
  /** Whether every report that was asked for could be written. */
  readonly isWritten: boolean;
}

export default defineCommand<SmokeOptions, SmokeResult>({
  declare: (command) => {
    command
      .argument('[url]', 'where your app takes webhooks')
      .option('--provider <id>', 'who is played')
      .option('--header <header>', "'Name: value', besides or instead of the provider's", collect);
    declareSecrets(command);
    command
      .option('--event-type <pattern>', 'only such event types: deal.won, deal.* (repeatable)', collect)
      .option('--rules <rules>', 'these instead of the default ones: R01,R12; all for every one', collect)
      .option('--skip <rules>', 'without these: R06,R11', collect)
      .option('--wait <duration>', 'try so long until the app is up')
      .option('--timeout <duration>', "how long to wait for an answer (default: the provider's)")
      .option('--strict', 'fail on warnings too')
      .option('--junit <file>', 'also write a JUnit report')
      .addHelpText(
        'after',
        `
Exit code 0 when nothing failed, 3 when something did. The rules: docs/consumer-rules.md

Examples:
  webhook-cli smoke http://localhost:3000/webhooks --provider iverton --secret whsec_x
  webhook-cli smoke :3000/webhooks --provider filedgr --wait 30s --junit reports/webhooks.xml
  webhook-cli smoke :3000/webhooks --provider taskplatform --event-type 'task.*' --skip R11
  webhook-cli smoke :3000/webhooks --provider iverton --rules all --strict`,
      );
  },
  run: smoke,
  render: smokeText,
  json: ({ checks }) => ({
    checks: checks.map((check) => ({
      ...(checkJson(check) as object),
      ...(check.eventType === undefined ? {} : { eventType: check.eventType }),
    })),
    summary: countChecks(checks),
  }),
  exitCode: ({ checks, isStrict, isWritten }) => {
    if (!isWritten) return EXIT.failed;
    return isBad(checks, isStrict) ? EXIT.no : EXIT.done;
  },
});

async function smoke(context: Context, options: SmokeOptions, args: string[]): Promise<SmokeResult> {
  const rules = [options.rules ?? [], options.skip ?? []] as const;
  chooseRules(...rules);
  const waitMs = options.wait === undefined ? 0 : parseDuration(options.wait, '--wait');
  const headers = (options.header ?? []).map(parseHeader);
  const url = await pickApp(context, args[0]);
  const provider = await pickProvider(context, options.provider);
  const secrets = await chooseSecrets(context, provider);
  const plan: Plan = {
    provider,
    url: url.href,
    secret: secrets[0] ?? null,
    headers,
    timeoutMs:
      options.timeout === undefined ? provider.timeoutMs.value : parseDuration(options.timeout, '--timeout'),
    confidential: [...secrets, ...headers.map(([, value]) => value)],
    eventTypes: chooseEventTypes(provider, options.eventType),
    ruleIds: chooseRules(...rules, provider),
    waitMs,
  };
  const { clock, randomBytes, signal } = context;
  const tools = { sender: await context.sender(), clock, randomBytes, signal };
  const checks = await runSmoke(plan, tools);
  const report: SmokeReport = {
    providerName: provider.name,
    url: plan.url,
    checks,
    isStrict: options.strict === true,
  };
  // A report of what was interrupted would pass for one of a whole run.
  const isWritten = signal.aborted || (await writeReports(context, report, provider, options.junit));
  return { ...report, isWritten };
}

async function writeReports(
  context: Context,
  { checks, isStrict }: SmokeReport,
  provider: Provider,
  junit: string | undefined,
): Promise<boolean> {
  const { env, cwd } = context;
  if (env['GITHUB_ACTIONS'] === 'true') annotations(checks, isStrict).forEach(context.annotate);
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary) {
    await attempt(context, 'no summary of the job', summary, () =>
      appendFile(summary, stepSummary(checks, provider.name)),
    );
  }
  if (junit === undefined) return true;
  const path = resolve(cwd, junit);
  return attempt(context, 'no JUnit report', junit, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, junitReport(checks, provider.id, isStrict));
  });
}

async function attempt(
  context: Context,
  what: string,
  path: string,
  write: () => Promise<void>,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    context.warn(
      what,
      new WebhookError('ERR_WRITE', `${path} cannot be written (${code ?? message})`, {
        hint: 'check the path, and whether it may be written to',
        cause,
      }),
    );
    return false;
  }
}

async function pickApp(context: Context, url: string | undefined): Promise<URL> {
  if (url !== undefined) return parseTarget(url, '<url>');
  if (!context.interactive) {
    throw new UsageError('which app?', 'give its URL, such as http://localhost:3000/webhooks');
  }
  const answer = await (
    await context.prompt()
  ).input('Which app?', {
    initial: 'http://localhost:3000/webhooks',
    validate: (text) => isTarget(text) || 'write a URL',
  });
  return parseTarget(answer, '<url>');
}

/** The first signs; none where the provider may do without. */
async function chooseSecrets(context: Context, provider: Provider): Promise<readonly Secret[]> {
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length > 0 || mayBeUnsigned(provider)) return secrets;
  return needSecrets(context, provider);
}

function chooseEventTypes({ id, events }: Provider, patterns: readonly string[] = ['*']): readonly string[] {
  const names = events.map(({ name }) => name);
  for (const pattern of patterns) {
    if (names.some((name) => fitsPattern(pattern, name))) continue;
    const near = nearestNames(pattern, names);
    throw new UsageError(
      `--event-type: nothing in the catalog of ${id} fits "${pattern}"`,
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `see them all with: webhook-cli providers show ${id}`,
    );
  }
  return names.filter((name) => patterns.some((pattern) => fitsPattern(pattern, name)));
}
