import {
  changeEndpoint,
  createEndpoint,
  deactivateEndpoint,
  enableEndpoint,
  generateSecret,
} from '../engine/endpoints.ts';
import { publish } from '../engine/publish.ts';
import { NotFoundError, UsageError } from '../errors.ts';
import type { Route } from '../http/router.ts';
import { deliveryWithAttemptsJson } from '../json/delivery.ts';
import { shownSecret } from '../json/endpoint.ts';
import { subscribes, type Endpoint } from '../model/endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import type { TestAnswer } from './contract.ts';
import { delivered } from './delivered.ts';
import { endpointItem } from './endpoint-item.ts';
import { readEndpointFields } from './endpoint-fields.ts';
import { needText, readFields, readFlag, readText } from './input.ts';
import { findProvider } from './providers.ts';
import type { Handler, InspectorTools, RouteRequest } from './tools.ts';

const MOST_LISTED = 1_000;
/** How long an answer waits for the outcome of a test, in milliseconds. */
const TEST_MS = 60_000;

/** Endpoints as the page sees and changes them. */
export function endpointRoutes(tools: InspectorTools): Route<Handler>[] {
  const { store, deliverer, randomBytes } = tools;
  const { endpoints } = store;
  const world = () => ({ now: deliverer.now(), randomBytes });

  async function find({ params }: Pick<RouteRequest, 'params'>): Promise<Endpoint> {
    const endpoint = await endpoints.get(params['id']!);
    if (endpoint === null) throw missing(params['id']!);
    return endpoint;
  }

  /** Under the store's lock. What is wrong with the change is thrown, and nothing is written. */
  async function update(
    request: RouteRequest,
    change: (provider: Provider, endpoint: Endpoint, now: number) => Endpoint,
  ): Promise<Endpoint> {
    const { id, provider: providerId } = await find(request);
    const provider = findProvider(tools, providerId);
    const changed = await endpoints.update(id, (present) => change(provider, present, deliverer.now()));
    if (changed === null) throw missing(id);
    return changed;
  }

  const show = (endpoint: Endpoint) => endpointItem(tools, endpoint);

  const list: Handler = async () => {
    const found = await endpoints.list({}, { limit: MOST_LISTED });
    return { endpoints: await Promise.all(found.map(show)) };
  };

  const create: Handler = async ({ json }) => {
    const fields = readFields(json);
    const provider = findProvider(tools, needText(fields, 'provider'));
    const { url, ...settings } = readEndpointFields(fields);
    if (url === undefined)
      throw new UsageError('url is missing', 'say where to deliver, such as http://localhost:3000/webhooks');
    const endpoint = createEndpoint(provider, { ...settings, url }, world());
    await endpoints.add(endpoint);
    return { endpoint: await show(endpoint) };
  };

  const change: Handler = async (request) => {
    const fields = readFields(request.json);
    const wanted = readText(fields, 'provider');
    const settings = readEndpointFields(fields);
    const changed = await update(request, (provider, present, now) => {
      if (wanted !== undefined && wanted !== present.provider) {
        throw new UsageError('an endpoint stays with its provider', 'create another endpoint');
      }
      return changeEndpoint(provider, present, settings, now);
    });
    return { endpoint: await show(changed) };
  };

  const remove: Handler = async ({ params }) => {
    const id = params['id']!;
    if (!(await endpoints.delete(id, deliverer.now()))) throw missing(id);
    return { deleted: 1 };
  };

  const enable: Handler = async (request) => {
    const force = readFlag(readFields(request.json), 'force') === true;
    const enabled = await update(request, (provider, present, now) =>
      enableEndpoint(provider, present, now, { force }),
    );
    return { endpoint: await show(enabled) };
  };

  const disable: Handler = async (request) => {
    const { id } = await find(request);
    // Whether its provider is known does not matter.
    const disabled = await endpoints.update(id, (present) => deactivateEndpoint(present, deliverer.now()));
    if (disabled === null) throw missing(id);
    return { endpoint: await show(disabled) };
  };

  const reveal: Handler = async (request) => ({ secret: shownSecret((await find(request)).secret, true) });

  const rotate: Handler = async (request) => {
    const given = readText(readFields(request.json), 'secret');
    const rotated = await update(request, (provider, present, now) => {
      const secret = given ?? generateSecret(provider, randomBytes);
      return changeEndpoint(provider, present, { secret }, now);
    });
    return { endpoint: await show(rotated), secret: shownSecret(rotated.secret, true) };
  };

  const test: Handler = async (request) => {
    const endpoint = await find(request);
    const provider = findProvider(tools, endpoint.provider);
    const first = provider.events.find(({ name }) => subscribes(endpoint.eventTypes, name));
    const type = readText(readFields(request.json), 'type') || (first ?? provider.events[0]!).name;
    let id: string | undefined;
    await delivered(
      tools,
      async () => {
        const options = { test: endpoint, batch: deliverer.batch };
        const { deliveries } = await publish(store.deliveries, provider, type, options, world());
        id = deliveries[0]?.id;
        if (id === undefined) throw missing(endpoint.id);
        return [id];
      },
      { atMostMs: TEST_MS, gone: request.gone },
    );
    const attempts = await store.attempts.ofDelivery(id!);
    const delivery = await store.deliveries.get(id!);
    if (delivery === null) throw new NotFoundError(`the test ${id!} was deleted meanwhile`);
    return { delivery: deliveryWithAttemptsJson(delivery, attempts) as TestAnswer['delivery'] };
  };

  const one = '/api/endpoints/:id';
  return [
    { method: 'GET', path: '/api/endpoints', target: list },
    { method: 'POST', path: '/api/endpoints', target: create },
    { method: 'GET', path: one, target: async (request) => ({ endpoint: await show(await find(request)) }) },
    { method: 'PATCH', path: one, target: change },
    { method: 'DELETE', path: one, target: remove },
    { method: 'POST', path: `${one}/enable`, target: enable },
    { method: 'POST', path: `${one}/disable`, target: disable },
    { method: 'POST', path: `${one}/secret`, target: reveal },
    { method: 'POST', path: `${one}/rotate-secret`, target: rotate },
    { method: 'POST', path: `${one}/test`, target: test },
  ];
}

function missing(id: string): NotFoundError {
  return new NotFoundError(`there is no endpoint ${id}`, 'it may have been deleted');
}
