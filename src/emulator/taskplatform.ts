import { isoSeconds } from '../model/clock.ts';
import { assumedOperations, fields, type ApiDefinition } from './definition.ts';

const common = assumedOperations('named in no document; made like its neighbours');

/** The task platform's webhook management: `/v1/webhooks`, snake_case, everything in `data`. */
export const taskplatform: ApiDefinition = {
  ...common,
  provider: 'taskplatform',
  collection: '/v1/webhooks',
  fields: [fields.url, fields.events, fields.secret, fields.active],
  create: { ...common.create, assumed: null },
  log: { ...common.log, path: '/:id/deliveries', assumed: null },
  test: { ...common.test, assumed: null },
  resource: (endpoint, about) => ({
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.eventTypes,
    secret: endpoint.secret,
    active: endpoint.status === 'active',
    created_at: isoSeconds(endpoint.createdAt),
    ...(about === 'updated' ? { updated_at: isoSeconds(endpoint.updatedAt) } : {}),
    ...(endpoint.status === 'active' ? {} : { disabled_reason: endpoint.disabledReason }),
  }),
  one: (data) => ({ data }),
  many: (data) => ({ data }),
  cursorField: 'next_cursor',
  tested: (log) => ({ data: (log as { data: unknown[] }).data[0] }),
};
