import { isoSeconds } from '../model/clock.ts';
import { assumedOperations, fields, type ApiDefinition } from './definition.ts';
import { headersAsJson } from './settings.ts';

const common = assumedOperations('named in no document; made like its neighbours');

/** Filedgr's webhook management: `/webhooks`, camelCase, documented but for looking one up and for tests. */
export const filedgr: ApiDefinition = {
  ...common,
  provider: 'filedgr',
  collection: '/webhooks',
  fields: [
    fields.url,
    fields.events,
    { ...fields.secret, required: true },
    fields.active,
    fields.filters,
    fields.timeout,
    fields.retryCount,
    fields.retryDelay,
    fields.headers,
  ],
  create: { ...common.create, assumed: null },
  list: { ...common.list, assumed: null },
  update: { ...common.update, methods: ['PUT', 'PATCH'], assumed: null },
  delete: { ...common.delete, assumed: null },
  log: { ...common.log, assumed: null },
  test: { ...common.test, eventField: 'eventType' },
  resource: (endpoint, about) => ({
    webhookId: endpoint.id,
    url: endpoint.url,
    events: endpoint.eventTypes,
    secret: endpoint.secret,
    active: endpoint.status === 'active',
    createdAt: isoSeconds(endpoint.createdAt),
    ...(about === 'updated' ? { updatedAt: isoSeconds(endpoint.updatedAt) } : {}),
    ...(Object.keys(endpoint.filters).length === 0 ? {} : { filters: endpoint.filters }),
    ...(endpoint.timeoutMs === null ? {} : { timeout: endpoint.timeoutMs / 1_000 }),
    ...(endpoint.retryCount === null ? {} : { retryCount: endpoint.retryCount }),
    ...(endpoint.retryDelayMs === null ? {} : { retryDelay: endpoint.retryDelayMs / 1_000 }),
    ...(endpoint.headers.length === 0 ? {} : { headers: headersAsJson(endpoint.headers) }),
  }),
  one: (resource) => resource,
  many: (webhooks) => ({ webhooks }),
  cursorField: 'nextCursor',
  tested: (log) => (log as { logs: unknown[] }).logs[0],
};
