import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { EngineClock } from '../../src/engine/clock.ts';
import { createEngine, type Engine, type EngineEvent } from '../../src/engine/engine.ts';
import type { Sender } from '../../src/engine/sender.ts';
import { createUndiciSender } from '../../src/engine/undici-sender.ts';
import { createRouter, type Route } from '../../src/http/router.ts';
import type { Deliverer, Handler, InspectorTools, RouteRequest } from '../../src/inspector/tools.ts';
import { systemClock } from '../../src/model/clock.ts';
import { createId } from '../../src/model/id.ts';
import { loadProviders } from '../../src/providers/index.ts';
import { openForTest } from './database.ts';

interface Options extends Partial<
  Pick<InspectorTools, 'store' | 'sender' | 'clock' | 'secretsFor' | 'about' | 'providers'>
> {
  /** What the engine's schedules follow; real time unless given. Null: another process makes the deliveries. */
  readonly engineClock?: EngineClock | null;
  /** Whether the engine works on everything (`all`, unless given) or on what the page asks for (`own`). */
  readonly delivers?: 'all' | 'own';
}

export interface Tools extends InspectorTools {
  /** Null where there is none. */
  readonly engine: Engine | null;
  readonly events: readonly EngineEvent[];
}

/** What routes work with: a store in memory and an engine that sends for real, unless given, ended with the test. */
export async function createTools({ engineClock, delivers = 'all', ...given }: Options = {}): Promise<Tools> {
  const store = given.store ?? (await openForTest({ path: ':memory:' }));
  const sender = given.sender ?? (await undici());
  const clock = given.clock ?? systemClock;
  const events: EngineEvent[] = [];
  const listeners = new Set<(event: EngineEvent) => void>([(event) => void events.push(event)]);
  const batch = createId('evt', systemClock.now(), randomBytes);
  const engine =
    engineClock === null
      ? null
      : await createEngine({
          store,
          sender,
          ...(engineClock === undefined ? {} : { clock: engineClock }),
          ...(delivers === 'own' ? { batch } : {}),
          onEvent: (event) => listeners.forEach((listener) => listener(event)),
        });
  onTestFinished(() => engine?.stop());
  const deliverer: Deliverer = {
    delivers: async () => (engine === null ? 'elsewhere' : delivers),
    batch,
    now: () => (engine?.clock ?? clock).now(),
    engine: async () => engine,
    shown: delivers === 'own' ? null : engine,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    store,
    sender,
    clock,
    deliverer,
    engine,
    events,
    providers: given.providers ?? (await loadProviders()),
    secretsFor: given.secretsFor ?? (() => []),
    about: given.about ?? (() => ({ version: '0.0.0', database: ':memory:', receiver: null, apis: null })),
    randomBytes: (size) => randomBytes(size),
  };
}

async function undici(): Promise<Sender> {
  const sender = await createUndiciSender({ connectionsPerOrigin: null });
  onTestFinished(() => sender.close());
  return sender;
}

export type Call = (
  method: string,
  path: string,
  json?: unknown,
  about?: Partial<Pick<RouteRequest, 'gone'>>,
) => Promise<any>;

/** Calls routes as the server does: what they answer is what JSON makes of it, what they throw is thrown. */
export function calling(routes: readonly Route<Handler>[]): Call {
  const route = createRouter(routes);
  return async (method, target, json, { gone = new AbortController().signal } = {}) => {
    const [path = '/', query = ''] = target.split(/\?(.*)/s);
    const match = route(method, path);
    if (match.kind !== 'found') throw new Error(`${method} ${path} is not served`);
    const sent: unknown = json === undefined ? undefined : JSON.parse(JSON.stringify(json));
    const { params } = match;
    const answer = await match.target({ params, query: new URLSearchParams(query), json: sent, gone });
    return JSON.parse(JSON.stringify(answer)) as unknown;
  };
}

/** A value as JSON has it that is of none of the types a field takes, for each of some types. */
export const WRONG: Readonly<Record<'text' | 'flag' | 'texts' | 'lists', readonly unknown[]>> = {
  text: [1, true, ['x'], { x: 1 }],
  flag: ['true', 1, null, [], {}],
  texts: ['x', 1, [1], [null], { 0: 'x' }, null],
  lists: ['x', 1, [['x']], { vaultIds: 'x' }, { vaultIds: [1] }, null],
};
