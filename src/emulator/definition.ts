import type { EndpointSettings } from '../engine/endpoints.ts';
import type { Endpoint } from '../model/endpoint.ts';

/** How a field of a request body is read. */
export type FieldKind =
  'url' | 'eventTypes' | 'secret' | 'headers' | 'filters' | 'seconds' | 'count' | 'flag';

export interface Field {
  /** As it stands in the provider's JSON. */
  readonly name: string;
  readonly setting: keyof EndpointSettings;
  readonly kind: FieldKind;
  readonly required?: boolean;
  /** Null is a value of it: no secret, say. */
  readonly nullable?: boolean;
  readonly description: string;
  /** The provider documents the field or an example of it. */
  readonly documented: boolean;
}

export interface Operation {
  /** The first is the documented or usual one. */
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[];
  /** After the collection: `''`, `/:id`, `/:id/logs`. */
  readonly path: string;
  readonly status: number;
  readonly summary: string;
  /** Why it had to be assumed; null where the provider documents it. */
  readonly assumed: string | null;
}

/** A provider's management API as data: where it stands, what it takes and how it answers. */
export interface ApiDefinition {
  readonly provider: string;
  /** `/webhooks`, `/v1/webhooks`. */
  readonly collection: string;
  readonly fields: readonly Field[];
  readonly create: Operation;
  readonly list: Operation;
  readonly get: Operation;
  readonly update: Operation;
  readonly delete: Operation;
  readonly log: Operation;
  /** The field of a test's body that names the event type. */
  readonly test: Operation & { readonly eventField: string };
  /** A field that takes several URLs, for one endpoint each. */
  readonly urlsField?: string;
  /** An endpoint in the provider's JSON. */
  readonly resource: (
    endpoint: Endpoint,
    about: 'created' | 'read' | 'updated',
  ) => Readonly<Record<string, unknown>>;
  readonly one: (resource: object) => object;
  readonly many: (resources: readonly object[]) => object;
  /** What the cursor of the next page is called, where pages were asked for. */
  readonly cursorField: string;
  /** The answer to a test, made of the delivery log that holds it alone. */
  readonly tested: (log: unknown) => unknown;
}

/** Operations that every emulated API has, for providers that document none or some of them. */
export function assumedOperations(
  why: string,
): Pick<ApiDefinition, 'create' | 'list' | 'get' | 'update' | 'delete' | 'log' | 'test'> {
  const assumed = why;
  return {
    create: { methods: ['POST'], path: '', status: 201, summary: 'Create a webhook', assumed },
    list: { methods: ['GET'], path: '', status: 200, summary: 'List webhooks', assumed },
    get: { methods: ['GET'], path: '/:id', status: 200, summary: 'Look up a webhook', assumed },
    update: { methods: ['PATCH', 'PUT'], path: '/:id', status: 200, summary: 'Change a webhook', assumed },
    delete: { methods: ['DELETE'], path: '/:id', status: 204, summary: 'Delete a webhook', assumed },
    log: { methods: ['GET'], path: '/:id/logs', status: 200, summary: 'List its deliveries', assumed },
    test: {
      methods: ['POST'],
      path: '/:id/test',
      status: 200,
      summary: 'Deliver one event as a test',
      assumed,
      eventField: 'event',
    },
  };
}

const field = (
  name: string,
  setting: Field['setting'],
  kind: FieldKind,
  description: string,
  more: Partial<Field> = {},
): Field => ({ name, setting, kind, description, documented: true, ...more });

export const fields = {
  url: field('url', 'url', 'url', 'where to deliver', { required: true }),
  events: field('events', 'eventTypes', 'eventTypes', 'event types to deliver', { required: true }),
  secret: field('secret', 'secret', 'secret', 'the key of the signatures'),
  active: field('active', 'active', 'flag', 'whether anything is delivered'),
  filters: field('filters', 'filters', 'filters', 'only events that hold one of the values of each filter'),
  timeout: field('timeout', 'timeoutMs', 'seconds', 'how long to wait for an answer, in seconds'),
  retryCount: field('retryCount', 'retryCount', 'count', 'attempts in all, the first included'),
  retryDelay: field('retryDelay', 'retryDelayMs', 'seconds', 'seconds between attempts'),
  headers: field('headers', 'headers', 'headers', 'sent with every delivery'),
};
