import type { AttemptError } from '../model/attempt.ts';
import { type Check, failed, skipped } from '../model/check.ts';
import { isSuccess } from '../providers/provider.ts';
import { signatureName } from '../signing/describe.ts';
import {
  explainRefusals,
  judgeSpeed,
  NO_GROUND,
  outOfReach,
  sendCatalog,
  UNTRIED,
  type CatalogRun,
} from './catalog.ts';
import { isAccepted, judgeAcknowledged, type RuleFinding } from './judge.ts';
import type { Ground } from './rule.ts';
import { rules } from './rules.ts';
import {
  createSession,
  Interrupted,
  isAcknowledged,
  type Exchange,
  type Session,
  type Subject,
  type Tools,
} from './session.ts';
import { sharpen } from './sharpen.ts';

export interface SmokeCheck extends Check {
  /** Of R01, which is looked at for each event type by itself. */
  readonly eventType?: string;
}

export interface Plan extends Subject {
  /** Of the catalog, those to send for R01. At least one. */
  readonly eventTypes: readonly string[];
  readonly ruleIds: ReadonlySet<string>;
  /** How long to try until the app is up. */
  readonly waitMs: number;
}

const INTERRUPTED = skipped('not checked: interrupted');

/** Looks at an app by each rule of the plan. Never throws for what an app or a network does. */
export async function runSmoke(plan: Plan, tools: Tools): Promise<readonly SmokeCheck[]> {
  const session = createSession(plan, tools);
  const { ruleIds, eventTypes } = plan;
  const sendsAll = ruleIds.has('R01') || ruleIds.has('R07');
  let run: CatalogRun;
  let formHint: string | null;
  try {
    run = await sendCatalog(session, sendsAll ? eventTypes : eventTypes.slice(0, 1), plan.waitMs);
    const unreachable = outOfReach(run);
    if (unreachable !== null) return [connectionCheck(unreachable, plan, run.exchanges[0]!.durationMs)];
    formHint = await explainRefusals(session, run.exchanges);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return skipAll(plan);
  }
  const ground = findGround(session, run);
  // Without ground to build on, this is what has to be told, asked for or not.
  const catalogChecks = ruleIds.has('R01') || ground === null ? deliveryChecks(run, plan, formHint) : [];
  const others = await lookAtOthers(plan, tools, ground, run);
  return [...catalogChecks, ...others].sort((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
}

function deliveryChecks(
  { exchanges, untried }: CatalogRun,
  plan: Plan,
  formHint: string | null,
): SmokeCheck[] {
  const sent = exchanges.map((exchange) => {
    const finding = judgeAcknowledged(exchange, plan);
    return deliveryCheck(
      exchange.eventType!,
      finding.status === 'failed' && formHint !== null ? { ...finding, hint: formHint } : finding,
      exchange.durationMs,
    );
  });
  return [...sent, ...untried.map((eventType) => deliveryCheck(eventType, UNTRIED, 0))];
}

function deliveryCheck(eventType: string, finding: RuleFinding, durationMs: number): SmokeCheck {
  return { ...check('R01', `acknowledges ${eventType}`, finding, durationMs), eventType };
}

function findGround(session: Session, { exchanges }: CatalogRun): Ground | null {
  const { provider } = session.subject;
  const first =
    exchanges.find((exchange) => isAcknowledged(exchange, provider)) ?? exchanges.find(isAccepted);
  if (first === undefined) return null;
  const durations = exchanges
    .filter(isAccepted)
    .map(({ durationMs }) => durationMs)
    .sort((a, b) => a - b);
  return {
    session,
    first,
    eventType: first.eventType!,
    usualMs: durations[Math.floor(durations.length / 2)]!,
    takes: ({ status }: Exchange) =>
      status !== null && (status === first.status || isSuccess(provider.success.value, status)),
  };
}

/** R07 and all that need an acknowledged event to build on. */
async function lookAtOthers(
  { provider, secret, ruleIds }: Plan,
  { clock }: Tools,
  ground: Ground | null,
  run: CatalogRun,
): Promise<SmokeCheck[]> {
  const wanted = rules.filter(({ id }) => ruleIds.has(id));
  const findings = new Map<string, RuleFinding>();
  const durations = new Map<string, number>();
  let interrupted = false;
  for (const { id, needsSecret = false, applies, look } of wanted) {
    const begun = clock.now();
    const reason = applies?.(provider) ?? null;
    if (reason !== null) findings.set(id, skipped(`not checked: ${reason}`));
    else if (ground === null) findings.set(id, NO_GROUND);
    else if (interrupted) findings.set(id, INTERRUPTED);
    else if (needsSecret && secret === null) {
      findings.set(
        id,
        skipped(
          `not checked: ${provider.name} may send unsigned, and there is no secret`,
          'where your app verifies signatures, give its secret with --secret',
        ),
      );
    } else {
      try {
        findings.set(id, await look(ground));
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        interrupted = true;
        findings.set(id, INTERRUPTED);
      }
      durations.set(id, Math.max(0, clock.now() - begun));
    }
  }
  const header = signatureName(provider.signature.value);
  const checks = wanted.map(({ id, title }) =>
    check(id, title, sharpen(id, findings.get(id)!, findings, header), durations.get(id) ?? 0),
  );
  if (!ruleIds.has('R07')) return checks;
  return [...checks, check('R07', SPEED, judgeSpeed(run.exchanges, provider), 0)];
}

const SPEED = 'answers in time';

function connectionCheck(error: AttemptError, { url, waitMs }: Plan, durationMs: number): SmokeCheck {
  const { origin, protocol } = new URL(url);
  const waited = waitMs > 0 ? 'it was waited for; see its log' : '--wait 30s waits for it';
  const hint =
    error.code === 'tls'
      ? 'look at the certificate with: webhook-cli doctor'
      : error.code === 'invalid-response'
        ? `does ${origin} speak ${protocol === 'https:' ? 'HTTPS' : 'HTTP'}?`
        : error.code === 'network'
          ? 'check the URL and --header'
          : `is your app running at ${origin}? ${waited}`;
  return check(
    'connection',
    'the app can be reached',
    failed(`no answer: ${error.message}`, hint),
    durationMs,
  );
}

/** Interrupted before anything was known. */
function skipAll({ ruleIds, eventTypes }: Plan): SmokeCheck[] {
  return [
    ...(ruleIds.has('R01') ? eventTypes.map((eventType) => deliveryCheck(eventType, INTERRUPTED, 0)) : []),
    ...(ruleIds.has('R07') ? [check('R07', SPEED, INTERRUPTED, 0)] : []),
    ...rules.filter(({ id }) => ruleIds.has(id)).map(({ id, title }) => check(id, title, INTERRUPTED, 0)),
  ].sort((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
}

function check(
  id: string,
  title: string,
  { status, message, hint }: RuleFinding,
  durationMs: number,
): SmokeCheck {
  return { id, title, status, message, hint, durationMs };
}
