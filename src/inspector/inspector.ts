import type { ServerResponse } from 'node:http';
import { UsageError } from '../errors.ts';
import { createBearerCheck } from '../http/bearer.ts';
import { foreign, foreignToPage } from '../http/guard.ts';
import { respondJson, type JsonAnswer } from '../http/respond.ts';
import { createRouter } from '../http/router.ts';
import { startServer, type RequestSender } from '../http/server.ts';
import { headerValue, type RawRequest } from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';
import { errorAnswer, refusal, SAFETY } from './answers.ts';
import { loadAssets, type Asset } from './assets.ts';
import { captureRoutes } from './captures.ts';
import { streamChanges } from './changes.ts';
import { clockRoutes, clockState } from './clock.ts';
import type { ClockState, State } from './contract.ts';
import { deliveryRoutes } from './deliveries.ts';
import { endpointRoutes } from './endpoints.ts';
import { providerRoutes } from './providers.ts';
import { publishRoutes } from './publish.ts';
import { sendingRoutes } from './sending.ts';
import { BytesAnswer, type InspectorTools } from './tools.ts';

export interface InspectorOptions extends InspectorTools {
  /** 0 takes any free port. It listens on loopback alone. */
  readonly port: number;
  /** What every request for data has to bear. */
  readonly token: string;
  /** What happened that is no fault of the page's. */
  readonly onProblem: (error: unknown) => void;
}

export interface Inspector {
  readonly url: string;
  /** The page's address with its token, behind `#` where it is never sent. */
  readonly link: string;
  /** Ends what is under way, and resolves when nothing listens any more. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;
/** As the page's `location.ts` has them. */
const VIEWS = ['captures', 'send', 'endpoints', 'deliveries'];

/**
 * Serves the inspector: its page to anybody on this machine, and what it shows to who has the token.
 * @throws {ListenError} where the port cannot be taken.
 */
export async function startInspector(options: InspectorOptions): Promise<Inspector> {
  const { store, clock, deliverer, about, token } = options;
  const bearing = createBearerCheck(token);
  const closing = new AbortController();
  const route = createRouter([
    ...captureRoutes(options),
    ...providerRoutes(options),
    ...sendingRoutes(options),
    ...endpointRoutes(options),
    ...deliveryRoutes(options),
    ...publishRoutes(options),
    ...clockRoutes(options),
    { method: 'GET', path: '/api/state', target: state },
  ]);
  const assets = await loadAssets(VIEWS);
  const server = await startServer({
    host: HOST,
    port: options.port,
    clock,
    maxBodyBytes: MAX_BODY_BYTES,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    onRequest: answer,
    onRefused: () => {},
    tooLargeAnswer: refusal(413, 'too_large', `the body is over ${MAX_BODY_BYTES} bytes`).body as object,
  });
  return {
    url: server.url,
    link: `${server.url}/#token=${token}`,
    stop: async () => {
      closing.abort();
      await server.destroy();
    },
  };

  async function answer(request: RawRequest, sender: RequestSender, response: ServerResponse): Promise<void> {
    try {
      await handle(request, sender, response);
    } catch (error) {
      const made = errorAnswer(error);
      if (made.status === 500) options.onProblem(error);
      if (!response.headersSent) respond(response, made);
    }
  }

  async function handle(
    { method, path: target, headers, body }: RawRequest,
    { gone }: RequestSender,
    response: ServerResponse,
  ): Promise<void> {
    const [path = '/', query = ''] = target.split(/\?(.*)/s);
    const asset = assets.get(path);
    const isPage = asset !== undefined && (method === 'GET' || method === 'HEAD');
    // A link elsewhere may lead to the page: it shows nothing without the token, which only the terminal's link holds.
    const isVisit = isPage && headerValue(headers, 'sec-fetch-mode') === 'navigate';
    const why = isVisit ? foreign(headers) : foreignToPage(headers);
    if (why !== null) return respond(response, refusal(403, 'forbidden', why));
    if (isPage) return respondAsset(response, asset, method);
    if (!path.startsWith('/api/'))
      return respond(response, refusal(404, 'not_found', 'nothing is served here'));
    const token = bearing(headers);
    if (token !== 'right') {
      const message = token === 'missing' ? 'the token is missing' : 'the token is not the one of this run';
      return respond(
        response,
        refusal(401, 'unauthorized', message, 'open the link that the terminal printed'),
      );
    }
    if (path === '/api/changes' && method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', ...SAFETY });
      return streamChanges(response, store, shownClock, clock, AbortSignal.any([gone, closing.signal]));
    }
    const match = route(method, path);
    if (match.kind === 'none')
      return respond(response, refusal(404, 'not_found', `nothing is served at ${path}`));
    if (match.kind === 'other-method') {
      const made = refusal(405, 'method_not_allowed', `${method} is not served here`);
      return respond(response, { ...made, headers: { Allow: match.allowed.join(', ') } });
    }
    const json = body.length === 0 ? undefined : readJson(headers, body);
    const made = await match.target({ params: match.params, query: new URLSearchParams(query), json, gone });
    if (made instanceof BytesAnswer) respondBytes(response, made);
    else respond(response, { status: 200, body: made });
  }

  function shownClock(): ClockState | null {
    return deliverer.shown === null ? null : clockState(deliverer.shown);
  }

  async function state(): Promise<State> {
    return { ...about(), engine: shownClock(), delivers: await deliverer.delivers() };
  }
}

function respond(response: ServerResponse, { headers = {}, ...answer }: JsonAnswer): void {
  respondJson(response, { ...answer, headers: { ...SAFETY, ...headers } });
}

function respondAsset(response: ServerResponse, { type, body }: Asset, method: string): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length, ...SAFETY });
  response.end(method === 'HEAD' ? undefined : body);
}

function respondBytes(response: ServerResponse, { body, fileName }: BytesAnswer): void {
  response
    .writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'Content-Length': body.length,
      ...SAFETY,
    })
    .end(body);
}

function readJson(headers: RawRequest['headers'], body: Uint8Array): unknown {
  const type = headerValue(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  // A form or a plain text is what pages elsewhere can send without being asked.
  if (type !== 'application/json') throw new UsageError('send the body as Content-Type: application/json');
  const text = asUtf8(body);
  try {
    if (text !== null) return JSON.parse(text);
  } catch {
    // Said below: the parser's own words quote the body, which may hold a secret.
  }
  throw new UsageError('the body is not valid JSON');
}
