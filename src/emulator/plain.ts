import { isoSeconds } from '../model/clock.ts';
import { assumedOperations, fields, type ApiDefinition } from './definition.ts';

interface PlainOptions {
  readonly provider: string;
  readonly why: string;
  readonly style: 'camelCase' | 'snake_case';
  /** Whether a secret has to be given. */
  readonly secretRequired: boolean;
  readonly urlsField?: string;
}

/** The uniform API for providers that document none: `/v1/webhooks`, an endpoint's fields as the provider writes its events'. */
export function plainApi({ provider, why, style, secretRequired, urlsField }: PlainOptions): ApiDefinition {
  const name = (camel: string, snake: string): string => (style === 'camelCase' ? camel : snake);
  const common = assumedOperations(why);
  return {
    ...common,
    provider,
    collection: '/v1/webhooks',
    ...(urlsField === undefined ? {} : { urlsField }),
    fields: [
      fields.url,
      urlsField === undefined ? fields.events : { ...fields.events, required: false },
      { ...fields.secret, required: secretRequired, nullable: !secretRequired },
      { ...fields.active, documented: false },
    ],
    test: { ...common.test, eventField: name('eventType', 'event_type') },
    resource: (endpoint, about) => ({
      id: endpoint.id,
      url: endpoint.url,
      events: endpoint.eventTypes,
      secret: endpoint.secret,
      active: endpoint.status === 'active',
      [name('createdAt', 'created_at')]: isoSeconds(endpoint.createdAt),
      ...(about === 'updated' ? { [name('updatedAt', 'updated_at')]: isoSeconds(endpoint.updatedAt) } : {}),
      ...(endpoint.status === 'active'
        ? {}
        : { [name('disabledReason', 'disabled_reason')]: endpoint.disabledReason }),
    }),
    one: (resource) => resource,
    many: (webhooks) => ({ webhooks }),
    cursorField: name('nextCursor', 'next_cursor'),
    tested: (log) => (log as { deliveries: unknown[] }).deliveries[0],
  };
}
