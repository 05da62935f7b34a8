import type { EngineEvent } from '../../engine/engine.ts';
import { attemptJson } from '../../json/attempt.ts';
import { iso } from '../../json/values.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable } from '../../model/printable.ts';
import type { Rendered } from '../command.ts';
import { attemptLine } from './attempt.ts';
import { type Term } from './term.ts';

export type ServeItem =
  | {
      readonly type: 'ready';
      readonly url: string;
      readonly tunnelUrl: null;
      /** The link to the inspector's page; null where there is none. */
      readonly ui: string | null;
      readonly apis: readonly { readonly provider: string; readonly url: string }[];
      /** An event type of the first of them. */
      readonly example: string;
      /** The first provider's id and name. */
      readonly provider: string;
      readonly name: string;
      /** Null where it was given. */
      readonly apiKey: string | null;
      readonly clock: string;
      /** Milliseconds since the Unix epoch on that clock. */
      readonly now: number;
      readonly database: string;
    }
  | { readonly type: 'event'; readonly event: Exclude<EngineEvent, { readonly type: 'problem' }> }
  | { readonly type: 'time'; readonly now: number }
  | { readonly type: 'summary'; readonly attempts: number; readonly acknowledged: number };

type Happening = Extract<ServeItem, { readonly type: 'event' }>;

export function renderServe(item: ServeItem, term: Term): Rendered {
  const { paint } = term;
  if (item.type === 'ready') {
    const rows: [string, string][] = [
      ...(item.apis.length === 0
        ? [['api', `none: only deliveries are emulated of ${item.name}`] as [string, string]]
        : item.apis.map(({ provider, url }): [string, string] => ['api', `${provider}  ${url}`])),
      ['token', item.apiKey ?? 'as given'],
      ...(item.ui === null ? [] : [['page', item.ui] as [string, string]]),
      ['database', item.database],
      ...(item.clock === 'real'
        ? []
        : [['clock', `${item.clock}, from ${iso(item.now)}`] as [string, string]]),
      ['try', `${tryLine(item)}   (Ctrl-C here stops)`],
    ];
    return {
      err: `Serving on ${item.url}\n${rows.map(([name, value]) => `  ${name.padEnd(8)} ${value}`).join('\n')}\n`,
    };
  }
  if (item.type === 'time') return { err: paint.dim(`it is ${iso(item.now)}`) };
  if (item.type === 'summary') {
    return {
      err: `Stopped: ${item.attempts} attempt${item.attempts === 1 ? '' : 's'}, ${item.acknowledged} acknowledged. Look at them with: webhook-cli deliveries list`,
    };
  }
  return renderEvent(item.event, term);
}

function tryLine({ apis: [api], apiKey, provider, example }: Extract<ServeItem, { type: 'ready' }>): string {
  return api === undefined
    ? `webhook-cli emit ${provider} ${example}`
    : `curl -X POST -H 'Authorization: Bearer ${apiKey ?? '…'}' ${api.url}/_emit/${example}`;
}

function renderEvent(event: Happening['event'], term: Term): Rendered {
  const { paint } = term;
  switch (event.type) {
    case 'attempt': {
      const { attempt, status, nextAttemptAt } = event;
      const next =
        nextAttemptAt === null
          ? status === 'succeeded'
            ? ''
            : paint.red(status ?? 'taken over by another engine')
          : paint.yellow(`next after ${formatDuration(nextAttemptAt - attempt.startedAt)}`);
      const [first, ...rest] = attemptLine(attempt, term, { showBody: false }).split('\n');
      return [
        [
          paint.dim(iso(attempt.startedAt)),
          first,
          paint.dim(`#${attempt.number}`),
          paint.dim(printable(attempt.request.url)),
          next,
        ]
          .filter((part) => part !== '')
          .join('  '),
        ...rest,
      ].join('\n');
    }
    case 'endpoint-disabled':
      return paint.red(
        `${event.endpointId} disabled: ${event.reason}${event.canceled === 0 ? '' : `; ${event.canceled} waiting canceled`}`,
      );
    case 'freed':
      return paint.yellow(`${event.deliveries} taken over from an engine that has ended`);
  }
}

/** One line of NDJSON; undefined for what only people are told. */
export function serveJson(item: ServeItem): unknown {
  if (item.type === 'ready') {
    const { example: _example, provider: _provider, name: _name, now, ...ready } = item;
    return { ...ready, now: iso(now) };
  }
  if (item.type === 'time') return { type: 'time', now: iso(item.now) };
  if (item.type === 'summary') return undefined;
  const { event } = item;
  if (event.type === 'attempt') {
    const { attempt, nextAttemptAt, ...rest } = event;
    return {
      ...rest,
      nextAttemptAt: nextAttemptAt === null ? null : iso(nextAttemptAt),
      attempt: attemptJson(attempt),
    };
  }
  return event;
}
