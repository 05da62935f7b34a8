import type { Engine, EngineEvent } from '../engine/engine.ts';
import type { Sender } from '../engine/sender.ts';
import type { Clock } from '../model/clock.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { Store } from '../store/store.ts';
import type { State } from './contract.ts';

/** What the inspector's routes work with. */
export interface InspectorTools {
  readonly store: Store;
  readonly providers: readonly Provider[];
  readonly secretsFor: (providerId: string) => readonly Secret[];
  readonly sender: Sender;
  readonly deliverer: Deliverer;
  /** What runs beside the page; the rest of `State` is the deliverer's. */
  readonly about: () => Omit<State, 'engine' | 'delivers'>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** Who makes the deliveries that the page asks for. */
export interface Deliverer {
  /**
   * `all`: the engine of this process, at work on everything. `own`: an engine that is started at the first need, for what bears
   * `batch`. `elsewhere`: another process has the database for itself.
   */
  delivers(): Promise<State['delivers']>;
  /** What deliveries have to bear so that they are made here. */
  readonly batch: string;
  /** The time that schedules follow, in milliseconds since the Unix epoch. */
  now(): number;
  /** Starts the engine where it is not running; null where another process's makes the deliveries. */
  engine(): Promise<Engine | null>;
  /** The engine, where its clock is one to show: not one that was only started for the page. */
  readonly shown: Engine | null;
  /** Tells of all that the engine does. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
}

/** A request to a route: it bore the token. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined where there is no body. */
  readonly json: unknown;
  /** Aborts when the page has gone. */
  readonly gone: AbortSignal;
}

/** A JSON value to answer with; `BytesAnswer` for what is none. */
export type Handler = (request: RouteRequest) => Promise<object>;

/** Bytes to download. */
export class BytesAnswer {
  readonly body: Uint8Array;
  readonly fileName: string;

  constructor(body: Uint8Array, fileName: string) {
    this.body = body;
    this.fileName = fileName;
  }
}
