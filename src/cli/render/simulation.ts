import type { DeliveredAlone } from '../../engine/deliver-alone.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import type { Provider } from '../../providers/provider.ts';
import { signsTime } from '../../signing/content.ts';
import { hasContent } from '../../signing/describe.ts';
import { strictness } from './attempt.ts';
import { offset, timeline } from './delivery.ts';
import { type Term } from './term.ts';

/** A delivery that was played through, and under which circumstances. */
export interface Simulation extends DeliveredAlone {
  readonly provider: Provider;
  /** How long the app was down, in milliseconds. */
  readonly downForMs: number | null;
  /** Whether requests went out. */
  readonly isSent: boolean;
  /** In real time; the attempts' own may lie ahead of it. */
  readonly endedAt: number;
}

/** The life of a delivery: its attempts in time, what became of it and of its endpoint, and what the app saw. */
export function renderSimulation(simulation: Simulation, term: Term): string {
  const { provider, attempts, delivery } = simulation;
  const { paint } = term;
  const what = [provider.name, delivery.eventType, delivery.eventId].filter((part) => part !== null);
  return [
    paint.bold(printable(what.join('  '))),
    '',
    // Where nothing is sent, how long it took is nothing to tell.
    timeline(attempts, term, { isSent: simulation.isSent }),
    '',
    ...outcome(simulation, term),
    ...remarks(simulation).map((remark) => paint.dim(remark)),
  ].join('\n');
}

function outcome({ attempts, delivery, endpoint }: Simulation, { paint }: Term): string[] {
  const start = attempts[0]?.startedAt ?? delivery.createdAt;
  const count = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  const span = delivery.finishedAt === null ? '' : `, ${after(delivery.finishedAt - start)}`;
  const lines = [
    delivery.status === 'succeeded'
      ? paint.green(`delivered with ${count}${span}`)
      : delivery.status === 'failed'
        ? paint.red(`given up after ${count}${span}`)
        : paint.yellow(`${delivery.status} after ${count}`),
  ];
  if (endpoint.status === 'disabled') {
    lines.push(
      paint.red(`endpoint disabled ${after(endpoint.disabledAt! - start)}: ${endpoint.disabledReason}`),
    );
  }
  return lines;
}

function remarks(simulation: Simulation): string[] {
  const { provider, attempts, endpoint, downForMs, isSent } = simulation;
  const ahead = signedAhead(simulation);
  const start = attempts[0]?.startedAt ?? 0;
  const reached = attempts.filter(({ response }) => response !== null);
  const first = reached[0];
  const rule = provider.disable.value;
  // Then it was the answer that disabled the endpoint, and not the rule.
  const isGone = (provider.retry.value.goneStatuses ?? []).includes(attempts.at(-1)?.response?.status ?? 0);
  const assumed = [
    provider.retry.assumed,
    endpoint.status === 'disabled' && !isGone ? provider.disable.assumed : null,
  ].filter((why) => why !== null);
  const strict = strictness(provider.name, provider.success.value, attempts);
  return [
    ...(strict === null ? [] : [strict]),
    ...(downForMs !== null && first !== undefined
      ? [
          `your app came back at ${offset(downForMs)} and saw the event at ${offset(first.startedAt - start)}, ${formatDuration(first.startedAt - start - downForMs)} later`,
        ]
      : []),
    ...(downForMs !== null && first === undefined ? ['your app never saw the event'] : []),
    ...(isSent ? [`your app answered ${reached.length} of ${attempts.length} requests`] : []),
    ...(rule === null && endpoint.status === 'active' ? [staysActive(provider)] : []),
    ...assumed.map((why) => `assumed: ${why}`),
    ...(ahead === null ? [] : [ahead]),
  ];
}

const REFUSALS = new Set([400, 401, 403]);
const USUAL_TOLERANCE_SECONDS = 300;

/** Why an app that checks times refuses what its provider would send in days; null where nothing was refused so. */
function signedAhead({ provider, attempts, endpoint, isSent, endedAt }: Simulation): string | null {
  const scheme = provider.signature.value;
  if (!isSent || endpoint.secret === null || !hasContent(scheme) || !signsTime(scheme)) return null;
  const toleranceMs = (scheme.timestamp?.toleranceSeconds ?? USUAL_TOLERANCE_SECONDS) * 1_000;
  const refused = attempts.filter(
    ({ response, startedAt }) => REFUSALS.has(response?.status ?? 0) && startedAt - endedAt > toleranceMs,
  );
  const [first, ...later] = refused;
  if (first === undefined) return null;
  const farthest = Math.max(...refused.map(({ startedAt }) => startedAt - endedAt));
  // To the minute: what is spent on sending is nothing to tell.
  const span = formatDuration(Math.round(farthest / 60_000) * 60_000);
  return `${later.length === 0 ? `attempt ${first.number} was` : `attempt ${first.number} and later were`} signed as of up to ${span} ahead, as the provider would have: an app that checks the time refuses that; switch its check off for this, or give --clock real`;
}

function staysActive({ name, disable }: Provider): string {
  return disable.assumed === null
    ? `${name} is not known to disable endpoints`
    : `endpoints are not disabled here: ${disable.assumed}`;
}

function after(ms: number): string {
  return ms === 0 ? 'at once' : `after ${formatDuration(ms)}`;
}
