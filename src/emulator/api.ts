import type { Engine } from '../engine/engine.ts';
import { logEntries } from '../engine/delivery-log.ts';
import { SettingError } from '../errors.ts';
import { changeEndpoint, createEndpoint, type EndpointSettings } from '../engine/endpoints.ts';
import { publish } from '../engine/publish.ts';
import { findEventType } from '../forge/payload.ts';
import type { JsonAnswer } from '../http/respond.ts';
import type { Route } from '../http/router.ts';
import { subscribes, type Endpoint } from '../model/endpoint.ts';
import type { RandomBytes } from '../model/id.ts';
import type { Provider } from '../providers/provider.ts';
import type { Page, Store } from '../store/store.ts';
import type { ApiDefinition, Operation } from './definition.ts';
import { readEmission } from './emission.ts';
import { ApiError, blaming, shorten } from './errors.ts';
import { openApiDocument } from './openapi.ts';
import { asObject, readSettings } from './settings.ts';

/** What the handlers of an emulated API work with. */
export interface ApiTools {
  readonly store: Store;
  readonly engine: Engine;
  readonly randomBytes: RandomBytes;
  /** Resolves when a delivery's next attempt has been made, when there will be none, or when the one who asked has gone. */
  readonly outcomeOf: (deliveryId: string, gone: AbortSignal) => Promise<void>;
}

export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined where the request has no body. */
  readonly json: unknown;
  /** Aborts when the answer would reach nobody. */
  readonly gone: AbortSignal;
}

export interface Target {
  readonly isPublic: boolean;
  readonly handle: (request: ApiRequest) => Promise<JsonAnswer>;
}

/** How many deliveries a log shows, newest first, and how many a page has where only its cursor is given. */
const LOGGED = 100;
const LONGEST_PAGE = 1_000;

/** The routes of one provider's API. */
export function createApi(
  provider: Provider,
  definition: ApiDefinition,
  tools: ApiTools,
): readonly Route<Target>[] {
  const { store, engine, randomBytes } = tools;
  const world = () => ({ now: engine.clock.now(), randomBytes });
  const resource = (endpoint: Endpoint, about: 'created' | 'read' | 'updated'): object =>
    definition.resource(endpoint, about);

  async function find({ params }: ApiRequest): Promise<Endpoint> {
    const endpoint = await store.endpoints.get(params['id']!);
    if (endpoint?.provider === provider.id) return endpoint;
    throw new ApiError(404, 'not_found', `there is no webhook ${shorten(params['id']!)}`);
  }

  async function create({ json }: ApiRequest): Promise<JsonAnswer> {
    const body = asObject(json);
    const urls = definition.urlsField === undefined ? undefined : body[definition.urlsField];
    const made = (urls === undefined ? [body] : severalUrls(definition, body, urls)).map((one, index) => {
      const settings = readSettings(definition, one, { isNew: true }) as EndpointSettings;
      const at = urls === undefined ? null : `${definition.urlsField}[${index}]`;
      return blamingUrl(at, () => createEndpoint(provider, settings, world()));
    });
    // All are checked before the first is written.
    for (const endpoint of made) await store.endpoints.add(endpoint);
    const resources = made.map((endpoint) => resource(endpoint, 'created'));
    const answer = urls === undefined ? definition.one(resources[0]!) : definition.many(resources);
    return { status: definition.create.status, body: answer };
  }

  async function list({ query }: ApiRequest): Promise<JsonAnswer> {
    const { status } = definition.list;
    const page = readPage(query);
    if (page?.cursor !== undefined && !page.cursor.startsWith('ep_')) {
      throw new ApiError(400, 'invalid_request', 'cursor must be what the page before gave', {
        field: 'cursor',
      });
    }
    const found = await store.endpoints.list(
      { provider: provider.id },
      page === null ? undefined : { limit: page.limit + 1, after: page.cursor },
    );
    const shown = found.slice(0, page?.limit);
    const body = definition.many(shown.map((endpoint) => resource(endpoint, 'read')));
    if (page === null) return { status, body };
    const next = found.length > shown.length ? shown.at(-1)!.id : null;
    return { status, body: { ...body, [definition.cursorField]: next } };
  }

  async function update(request: ApiRequest): Promise<JsonAnswer> {
    const settings = readSettings(definition, asObject(request.json), { isNew: false });
    const { id } = await find(request);
    const now = engine.clock.now();
    const changed = await store.endpoints.update(id, (present) =>
      changeEndpoint(provider, present, settings, now),
    );
    if (changed === null) throw new ApiError(404, 'not_found', `there is no webhook ${id}`);
    return { status: definition.update.status, body: definition.one(resource(changed, 'updated')) };
  }

  async function log(request: ApiRequest): Promise<JsonAnswer> {
    const { id } = await find(request);
    const page = readPage(request.query);
    const found = await blaming('cursor', () =>
      store.deliveries.list({ endpoint: id }, page ?? { limit: LOGGED }),
    );
    const body = provider.endpoint.log.value(id, await logEntries(store, found.deliveries)) as object;
    return {
      status: definition.log.status,
      body: page === null ? body : { ...body, [definition.cursorField]: found.nextCursor },
    };
  }

  async function test(request: ApiRequest): Promise<JsonAnswer> {
    const endpoint = await find(request);
    const { eventField, status } = definition.test;
    const wanted = request.json === undefined ? undefined : asObject(request.json)[eventField];
    if (wanted !== undefined && typeof wanted !== 'string') {
      throw new ApiError(400, 'invalid_request', `${eventField} must be text`, { field: eventField });
    }
    if (wanted !== undefined) await blaming(eventField, () => findEventType(provider, wanted));
    const first = provider.events.find(({ name }) => subscribes(endpoint.eventTypes, name));
    const type = wanted ?? (first ?? provider.events[0]!).name;
    const { deliveries } = await engine.publish(provider, type, { test: endpoint });
    const [made] = deliveries;
    if (made === undefined)
      throw new ApiError(404, 'not_found', `there is no webhook ${endpoint.id} any more`);
    await tools.outcomeOf(made.id, request.gone);
    const delivery = (await store.deliveries.get(made.id))!;
    const entries = await logEntries(store, [delivery]);
    return { status, body: definition.tested(provider.endpoint.log.value(endpoint.id, entries)) };
  }

  async function emit({ params, json }: ApiRequest): Promise<JsonAnswer> {
    const { count, options } = await readEmission(json);
    const type = params['type']!;
    // With a body of its own any type goes: consumers meet types they do not know.
    if (options.data === undefined) await blaming('type', () => findEventType(provider, type));
    const events: unknown[] = [];
    const warnings = new Set<string>();
    const deliveries: unknown[] = [];
    for (let made = 0; made < count; made += 1) {
      const published = await blaming('set', () =>
        publish(store.deliveries, provider, type, options, world()),
      );
      events.push(published.event);
      for (const warning of published.warnings) warnings.add(warning);
      deliveries.push(
        ...published.deliveries.map(({ id, endpointId, status }) => ({ id, endpointId, status })),
      );
    }
    engine.wake();
    return {
      status: 202,
      body: { events, deliveries, ...(warnings.size === 0 ? {} : { warnings: [...warnings] }) },
    };
  }

  const routes = (operation: Operation, handle: Target['handle']): Route<Target>[] =>
    operation.methods.map((method) => ({
      method,
      path: `${definition.collection}${operation.path}`,
      target: { isPublic: false, handle },
    }));
  return [
    ...routes(definition.create, create),
    ...routes(definition.list, list),
    ...routes(definition.get, async (request) => ({
      status: definition.get.status,
      body: definition.one(resource(await find(request), 'read')),
    })),
    ...routes(definition.update, update),
    ...routes(definition.delete, async (request) => {
      await store.endpoints.delete((await find(request)).id, engine.clock.now());
      return { status: definition.delete.status };
    }),
    ...routes(definition.log, log),
    ...routes(definition.test, test),
    { method: 'POST', path: '/_emit/:type', target: { isPublic: false, handle: emit } },
    {
      method: 'GET',
      path: '/openapi.json',
      target: {
        isPublic: true,
        handle: async () => ({ status: 200, body: await openApiDocument(provider, definition) }),
      },
    },
  ];
}

/** Where one of several URLs is wrong, it says which. */
function blamingUrl(field: string | null, create: () => Endpoint): Endpoint {
  try {
    return create();
  } catch (error) {
    if (field === null || !(error instanceof SettingError) || error.setting !== 'url') throw error;
    throw new ApiError(400, 'invalid_request', error.message, { field });
  }
}

/** One body for each of several URLs. */
function severalUrls(
  { urlsField }: ApiDefinition,
  body: Readonly<Record<string, unknown>>,
  urls: unknown,
): Record<string, unknown>[] {
  if (!Array.isArray(urls) || urls.length === 0 || !urls.every((url) => typeof url === 'string')) {
    throw new ApiError(400, 'invalid_request', `${urlsField} must be a list of texts`, { field: urlsField! });
  }
  return urls.map((url) => ({ ...body, url }));
}

/** Null where no page is asked for. */
function readPage(query: URLSearchParams): Page | null {
  const limit = query.get('limit');
  const cursor = query.get('cursor') ?? undefined;
  if (limit === null) return cursor === undefined ? null : { limit: LOGGED, cursor };
  if (/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LONGEST_PAGE) {
    return { limit: Number(limit), cursor };
  }
  throw new ApiError(400, 'invalid_request', `limit must be a whole number from 1 to ${LONGEST_PAGE}`, {
    field: 'limit',
  });
}
