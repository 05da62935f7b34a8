import type { ServerResponse } from 'node:http';
import type { Engine, EngineEvent } from '../engine/engine.ts';
import { createBearerCheck } from '../http/bearer.ts';
import { foreign } from '../http/guard.ts';
import { respondJson, type JsonAnswer } from '../http/respond.ts';
import { createRouter, type Match } from '../http/router.ts';
import { startServer, type RequestSender, type RunningServer } from '../http/server.ts';
import { isLoopbackHost } from '../model/address.ts';
import type { Clock } from '../model/clock.ts';
import type { RandomBytes } from '../model/id.ts';
import { headerValue, type RawRequest } from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import { createApi, type ApiTools, type Target } from './api.ts';
import type { ApiDefinition } from './definition.ts';
import { ApiError, errorAnswer, shorten } from './errors.ts';
import { loadApi } from './index.ts';

export interface EmulatorOptions {
  readonly providers: readonly Provider[];
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What requests have to bring as their bearer token. */
  readonly apiKey: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

export interface Emulator extends RunningServer {
  /** The ids of the providers whose API is known; of others only the engine stands in for. */
  readonly served: readonly string[];
  /** To be told what the engine does. */
  onEngineEvent(event: EngineEvent): void;
}

const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** How long an answer waits for the outcome of a test, in milliseconds. */
const OUTCOME_MS = 60_000;
/** Objects and arrays in a request's body lie at most so deep in one another. */
const DEEPEST = 100;

interface Served {
  readonly definition: ApiDefinition;
  readonly match: (method: string, path: string) => Match<Target>;
}

/**
 * Serves the management APIs of providers: each under `/<provider>`, a single one at the root as well.
 * @throws {ListenError} where the address cannot be taken.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { providers, host, port, apiKey, clock } = options;
  const waiting = new Map<string, () => void>();
  const tools: ApiTools = { ...options, outcomeOf };
  const apis = new Map<string, Served>();
  for (const provider of providers) {
    const definition = await loadApi(provider.id);
    if (definition === null) continue;
    apis.set(provider.id, { definition, match: createRouter(createApi(provider, definition, tools)) });
  }
  const isLocal = isLoopbackHost(host);
  const bearing = createBearerCheck(apiKey);

  const server = await startServer({
    host,
    port,
    clock,
    maxBodyBytes: MAX_BODY_BYTES,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    onRequest: answer,
    onRefused: () => {},
    tooLargeAnswer: {
      error: { code: 'too_large', message: `the body is over the limit of ${MAX_BODY_BYTES} bytes` },
    },
  });
  return {
    ...server,
    served: [...apis.keys()],
    onEngineEvent: (event) => {
      if (event.type === 'attempt') waiting.get(event.deliveryId)?.();
    },
  };

  async function answer(
    request: RawRequest,
    { gone }: RequestSender,
    response: ServerResponse,
  ): Promise<void> {
    const [path = '/', query = ''] = request.path.split(/\?(.*)/s);
    const served = find(path);
    let made: JsonAnswer;
    try {
      made = await handle(request, served, query, gone);
    } catch (error) {
      made = errorAnswer(error, served?.api.definition ?? null);
    }
    respondJson(response, made);
  }

  async function handle(
    request: RawRequest,
    served: Found | null,
    query: string,
    gone: AbortSignal,
  ): Promise<JsonAnswer> {
    const { method, headers } = request;
    const why = isLocal ? foreign(headers) : null;
    if (why !== null) throw new ApiError(403, 'forbidden', why);
    const match = served?.api.match(method, served.path);
    if (match === undefined || match.kind === 'none') {
      authorize(headers);
      throw new ApiError(404, 'not_found', `nothing is served at ${shorten(request.path)}`);
    }
    if (match.kind === 'other-method') {
      authorize(headers);
      throw new ApiError(405, 'method_not_allowed', `${method} is not served here`, {
        headers: { Allow: match.allowed.join(', ') },
      });
    }
    if (!match.target.isPublic) authorize(headers);
    return match.target.handle({
      params: match.params,
      query: new URLSearchParams(query),
      json: method === 'GET' || method === 'DELETE' ? undefined : readJson(request),
      gone,
    });
  }

  function find(path: string): Found | null {
    const [, first = '', rest = ''] = /^\/([^/]*)(\/.*)?$/s.exec(path) ?? [];
    const named = apis.get(first);
    if (named !== undefined) return { api: named, path: rest === '' ? '/' : rest };
    const [only] = apis.values();
    return apis.size === 1 && only !== undefined ? { api: only, path } : null;
  }

  function authorize(headers: RawRequest['headers']): void {
    const token = bearing(headers);
    if (token === 'right') return;
    throw new ApiError(
      401,
      'unauthorized',
      token === 'missing' ? 'send Authorization: Bearer <token>' : 'the token is not the right one',
      { headers: { 'WWW-Authenticate': 'Bearer' } },
    );
  }

  async function outcomeOf(deliveryId: string, gone: AbortSignal): Promise<void> {
    const enough = new AbortController();
    waiting.set(deliveryId, () => enough.abort());
    const delivery = await options.store.deliveries.get(deliveryId);
    const end = AbortSignal.any([enough.signal, gone]);
    if (delivery?.finishedAt === null) await clock.sleep(OUTCOME_MS, end);
    waiting.delete(deliveryId);
  }
}

interface Found {
  readonly api: Served;
  readonly path: string;
}

/** Undefined where there is no body. */
function readJson({ headers, body }: RawRequest): unknown {
  if (body.length === 0) return undefined;
  const type = headerValue(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(415, 'unsupported_media_type', 'send the body as Content-Type: application/json');
  }
  const text = asUtf8(body);
  try {
    const json: unknown = text === null ? undefined : JSON.parse(text);
    if (json !== undefined && !isDeeper(json, DEEPEST)) return json;
  } catch {
    // Said below: the parser's own words quote the body, which may hold a secret.
  }
  throw new ApiError(400, 'invalid_json', `the body is not valid JSON of at most ${DEEPEST} levels`);
}

/** Parsing has no limit of its own, and writing it again would overflow the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
