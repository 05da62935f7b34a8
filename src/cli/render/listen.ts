import type { ExpectationReport } from '../../expect/expectation.ts';
import { captureJson } from '../../json/capture.ts';
import { diagnosisJson } from '../../json/diagnosis.ts';
import { expectationJson } from '../../json/expectation.ts';
import { bodyFieldsInPieces } from '../../json/values.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import type { ReceiverEvent } from '../../receiver/receiver.ts';
import { shownSecret } from '../../json/endpoint.ts';
import { secretVariable } from '../secrets.ts';
import type { TunnelEvent } from '../../tunnel/tunnel.ts';
import type { Rendered } from '../command.ts';
import { captureLine } from './capture.ts';
import { explain } from './error.ts';
import { expectationReport } from './expectation.ts';
import { type Term } from './term.ts';

interface Ready {
  readonly type: 'ready';
  readonly url: string;
  readonly tunnelUrl: string | null;
  /** The link to the inspector's page; null where there is none. */
  readonly ui: string | null;
  /** What people are told besides. */
  readonly about: {
    readonly provider: string | null;
    readonly answer: string;
    readonly database: string;
    readonly verifies: boolean;
    /** Providers whose secrets can verify nothing of theirs. */
    readonly unusable: readonly string[];
    /** A provider and an event type to try it with. */
    readonly example: string;
    readonly quiet: boolean;
  };
}

interface Summary {
  readonly type: 'summary';
  readonly captured: number;
  readonly refused: number;
  readonly verified: number;
  readonly failed: number;
}

/** Where to learn more of a bad signature, said once. */
interface Explain {
  readonly type: 'explain';
  readonly captureId: string;
}

/** A secret that a handshake handed over. */
interface HandedOver {
  readonly type: 'secret';
  readonly captureId: string;
  readonly provider: string;
  readonly handshake: string;
  /** As it may be shown. */
  readonly secret: string;
  readonly isWhole: boolean;
  readonly isUsed: boolean;
  /** What people are told besides. */
  readonly about: { readonly name: string; readonly variable: string };
}

export type ListenItem =
  | Ready
  | Exclude<ReceiverEvent, { type: 'secret' }>
  | HandedOver
  | Explain
  | { readonly type: 'tunnel'; readonly event: TunnelEvent }
  | Summary
  /** What came of what was expected; the last of all. */
  | { readonly type: 'expectation'; readonly report: ExpectationReport };

export function renderListen(item: ListenItem, term: Term): Rendered {
  const { paint } = term;
  switch (item.type) {
    case 'ready':
      return { err: banner(item, term) };
    case 'capture':
      return captureLine(item.capture, item.remarks, term, item.diagnosis);
    case 'secret':
      return { err: paint.yellow(handedOverText(item)) };
    case 'explain':
      return { err: paint.dim(`          more: webhook-cli verify ${item.captureId} --explain`) };
    case 'refused': {
      const { status, message, method, path, count = 1 } = item.refused;
      const what = method === null ? '' : `${printable(`${method} ${path ?? ''}`)}  `;
      return {
        err: paint.yellow(
          `${what}${status === null ? 'not kept' : `answered ${status}`}${count === 1 ? '' : ` to ${count} requests`}: ${printable(message)}`,
        ),
      };
    }
    case 'error': {
      const { message, hint } = explain(item.error);
      const kept = item.kept ? 'stored, but its answer is not recorded' : 'not stored';
      const answered = item.status === null ? 'not answered' : `answered ${item.status}`;
      const advice = hint === null ? '' : `\nhint: ${printable(hint)}`;
      return { err: paint.red(`error: ${kept}, ${answered}: ${printable(message)}${advice}`) };
    }
    case 'tunnel':
      return { err: tunnelLine(item.event, term) };
    case 'summary':
      return { err: `\n${summary(item)}` };
    case 'expectation':
      return expectationReport(item.report, term);
  }
}

export function listenJson(item: ListenItem): unknown {
  switch (item.type) {
    case 'ready':
      return { type: 'ready', url: item.url, tunnelUrl: item.tunnelUrl, ui: item.ui };
    case 'capture':
      return {
        type: 'capture',
        capture: captureJson(item.capture, bodyFieldsInPieces),
        remarks: item.remarks,
        handshake: item.handshake,
        diagnosis: item.diagnosis.map(diagnosisJson),
      };
    case 'secret': {
      const { type, captureId, provider, handshake, secret, isUsed } = item;
      return { type, captureId, provider, handshake, secret, used: isUsed };
    }
    case 'explain':
      return undefined;
    case 'refused':
      return { type: 'refused', ...item.refused };
    case 'error':
      return { type: 'error', status: item.status, error: explain(item.error) };
    case 'tunnel':
      return { type: 'tunnel', ...asTunnelJson(item.event) };
    case 'summary':
      return item;
    case 'expectation':
      return { type: 'expectation', ...expectationJson(item.report) };
  }
}

export function handedOver(
  { provider, secret, ...event }: Extract<ReceiverEvent, { type: 'secret' }>,
  showSecrets: boolean,
): HandedOver {
  return {
    ...event,
    provider: provider.id,
    secret: shownSecret(secret, showSecrets) ?? secret,
    isWhole: showSecrets,
    about: { name: provider.name, variable: secretVariable(provider.id) },
  };
}

function handedOverText({ captureId, handshake, secret, isWhole, isUsed, about }: HandedOver): string {
  const whole = isWhole ? '' : ` (in full: --show-secrets, or webhook-cli captures show ${captureId})`;
  const use = isUsed
    ? `signatures of ${about.name} are checked with it until this ends; for good: set ${about.variable}`
    : `another secret was given, so it is not used; to use it: set ${about.variable}`;
  return [`${about.name}'s ${handshake} hands over a secret: ${printable(secret)}${whole}`, use]
    .map((line) => `          ${line}`)
    .join('\n');
}

function tunnelLine(event: TunnelEvent, { paint }: Term): string {
  if (event.type === 'open') return `tunnel open: ${paint.bold(printable(event.url))}`;
  const what = event.type === 'lost' ? 'tunnel lost' : 'no tunnel';
  const hint = event.type === 'failed' && event.hint !== undefined ? `\nhint: ${printable(event.hint)}` : '';
  const again = `next try in ${formatDuration(event.retryInMs)}`;
  return paint.yellow(`${what}: ${printable(event.reason)}; ${again}${hint}`);
}

function asTunnelJson({ type, ...rest }: TunnelEvent): object {
  return { status: type, ...rest };
}

function banner({ url, ui, about, ...ready }: Ready, { paint }: Term): string {
  const tunnelUrl = ready.tunnelUrl === null ? null : printable(ready.tunnelUrl);
  const first = `Listening on ${paint.bold(url)}`;
  if (about.quiet) {
    return [
      tunnelUrl === null ? first : `${first} and ${tunnelUrl}`,
      ...(ui === null ? [] : [`Inspector: ${ui}`]),
    ].join('\n');
  }
  const facts: [string, string][] = [
    ...(tunnelUrl === null ? [] : [['tunnel', paint.bold(tunnelUrl)] as [string, string]]),
    ...(ui === null ? [] : [['page', paint.bold(ui)] as [string, string]]),
    ['provider', about.provider ?? 'told by the path (/<provider>) or the request itself'],
    ['verify', verification(about)],
    ['answer', /^https?:/.test(about.answer) ? `your app's at ${about.answer}` : about.answer],
    ['history', about.database],
    ['try', `webhook-cli send ${about.example} --to ${url}   (Ctrl-C here stops)`],
  ];
  return [first, ...facts.map(([name, value]) => `  ${paint.dim(name.padEnd(9))}${value}`), '', ''].join(
    '\n',
  );
}

function verification({ provider, verifies, unusable }: Ready['about']): string {
  if (!verifies) return 'no secret, so signatures are not checked (--secret)';
  if (unusable.length === 0) return 'signatures are checked';
  return provider === null
    ? `signatures are checked, except of ${unusable.join(', ')}: the secret is none of theirs`
    : `no signature will verify: the secret is none of ${provider}'s`;
}

function summary({ captured, verified, failed, refused }: Summary): string {
  const parts = [
    `${captured} captured`,
    ...(verified > 0 ? [`${verified} verified`] : []),
    ...(failed > 0 ? [`${failed} with a bad signature`] : []),
    ...(refused > 0 ? [`${refused} not kept`] : []),
  ];
  return `Stopped: ${parts.join(', ')}. Look at them with: webhook-cli captures list`;
}
