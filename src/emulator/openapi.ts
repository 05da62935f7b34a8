import { findEventType, readPayload } from '../forge/payload.ts';
import { parseJsonBody } from '../providers/identify.ts';
import type { Provider } from '../providers/provider.ts';
import { contentName, hasContent, schemeName, signatureHeader, writtenForm } from '../signing/describe.ts';
import type { ApiDefinition, Field, Operation } from './definition.ts';
import { sampleEndpoints, sampleEntries } from './samples.ts';
import { schemaOf, type Schema } from './schema.ts';

const ERROR: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, field: { type: 'string' } },
    },
  },
};

/** An OpenAPI 3.1 document of an emulated API, with the catalog as its webhooks. What had to be assumed says so. */
export async function openApiDocument(provider: Provider, definition: ApiDefinition): Promise<object> {
  return {
    openapi: '3.1.0',
    info: {
      title: `${provider.name}: webhooks`,
      version: '1',
      description: `An emulation of how ${provider.name} has its webhooks managed. Where its documents leave something open, the description says what was assumed.`,
    },
    servers: [{ url: `/${provider.id}` }],
    paths: paths(provider, definition),
    webhooks: await webhooks(provider),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        NewWebhook: { ...settingsSchema(definition), ...required(definition) },
        WebhookChange: settingsSchema(definition),
        Error: ERROR,
      },
    },
    security: [{ token: [] }],
  };
}

function paths(provider: Provider, definition: ApiDefinition): object {
  const answers = answerSchemas(provider, definition);
  const { create, list, get, update, log, test } = definition;
  const described: [Operation, string, Schema | null][] = [
    [create, 'create', body('NewWebhook')],
    [list, 'list', null],
    [get, 'get', null],
    [update, 'update', body('WebhookChange')],
    [definition.delete, 'delete', null],
    [log, 'log', null],
    [
      test,
      'test',
      {
        required: false,
        content: json({ type: 'object', properties: { [test.eventField]: { type: 'string' } } }),
      },
    ],
  ];
  const all: Record<string, Record<string, unknown>> = {
    '/_emit/{type}': { post: emitOperation() },
    '/openapi.json': { get: documentOperation() },
  };
  for (const [operation, name, requestBody] of described) {
    const path = `${definition.collection}${operation.path}`.replaceAll(/:(\w+)/g, '{$1}');
    for (const method of operation.methods) {
      all[path] ??= {};
      all[path][method.toLowerCase()] = {
        operationId: `${name}${method === operation.methods[0] ? '' : `By${method}`}`,
        summary: operation.summary,
        ...(operation.assumed === null ? {} : { description: `Assumed: ${operation.assumed}` }),
        parameters: [...pathParameters(path), ...(name === 'list' || name === 'log' ? PAGING : [])],
        ...(requestBody === null ? {} : { requestBody }),
        responses: responses(operation.status, answers[name]!),
      };
    }
  }
  return all;
}

const PAGING = [
  {
    name: 'limit',
    in: 'query',
    description: 'Assumed: a page of so many; the whole list without it',
    schema: { type: 'integer', minimum: 1, maximum: 1_000 },
  },
  { name: 'cursor', in: 'query', description: 'Assumed: the page after', schema: { type: 'string' } },
];

function emitOperation(): object {
  return {
    operationId: 'emit',
    summary: 'Publish an event; not part of the provider',
    parameters: pathParameters('/_emit/{type}'),
    requestBody: {
      required: false,
      content: json({
        type: 'object',
        properties: {
          set: { type: 'object', description: 'dotted paths to values: {"data.amount": 15000}' },
          body: { type: 'string', description: 'the exact body to deliver' },
          count: { type: 'integer', minimum: 1, maximum: 10_000 },
          keepIds: { type: 'boolean' },
        },
      }),
    },
    responses: responses(202, EMITTED),
  };
}

function documentOperation(): object {
  return {
    operationId: 'describe',
    summary: 'This document; not part of the provider',
    security: [],
    responses: { 200: { description: 'done', content: json({ type: 'object' }) } },
  };
}

function pathParameters(path: string): object[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

/** The kinds of answers, by the operation: told by what the API makes of endpoints and deliveries in every state. */
function answerSchemas(provider: Provider, definition: ApiDefinition): Readonly<Record<string, Schema>> {
  const { one, many, resource, tested } = definition;
  const endpoints = sampleEndpoints(provider);
  const entries = sampleEntries(provider);
  const log = (of: typeof entries): unknown => provider.endpoint.log.value('ep_1', of);
  const of = (about: 'created' | 'read' | 'updated'): object[] =>
    endpoints.map((endpoint) => resource(endpoint, about));
  return {
    create:
      definition.urlsField === undefined
        ? schemaOf(...of('created').map(one))
        : { anyOf: [schemaOf(...of('created').map(one)), schemaOf(many(of('created')))] },
    list: schemaOf(many(of('read'))),
    get: schemaOf(...of('read').map(one)),
    update: schemaOf(...of('updated').map(one)),
    delete: {},
    log: schemaOf(log(entries)),
    test: schemaOf(...entries.map((entry) => tested(log([entry])))),
  };
}

const EMITTED: Schema = {
  type: 'object',
  required: ['events', 'deliveries'],
  properties: {
    events: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'type'],
        properties: { id: { type: 'string' }, type: { type: ['string', 'null'] } },
      },
    },
    deliveries: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'endpointId', 'status'],
        properties: {
          id: { type: 'string' },
          endpointId: { type: 'string' },
          status: { enum: ['pending', 'discarded'] },
        },
      },
    },
    warnings: { type: 'array', items: { type: 'string' } },
  },
};

function responses(status: number, schema: Schema): object {
  const answer = status === 204 ? {} : { content: json(schema) };
  return {
    [status]: { description: 'done', ...answer },
    '4XX': { description: 'refused', content: json({ $ref: '#/components/schemas/Error' }) },
  };
}

async function webhooks(provider: Provider): Promise<object> {
  const entries = provider.events.map(async ({ name, description, payload }) => {
    const example = parseJsonBody(await readPayload(provider, findEventType(provider, name)));
    return [
      name,
      {
        post: {
          operationId: `on_${name.replaceAll(/\W/g, '_')}`,
          summary: description,
          ...(payload === 'documented'
            ? {}
            : { description: `The payload is ${payload}: not the provider's own.` }),
          parameters: headerParameters(provider),
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(example), example } },
          },
          responses: Object.fromEntries(
            provider.success.value.map(([from, to]) => [
              from === to ? String(from) : `${Math.floor(from / 100)}XX`,
              { description: 'acknowledged' },
            ]),
          ),
        },
      },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function headerParameters({ signature, headers }: Provider): object[] {
  const scheme = signature.value;
  const own = headers.filter(({ name, extra }) => extra !== true && name.toLowerCase() !== 'content-type');
  const header = signatureHeader(scheme);
  const signed = {
    name: header,
    in: 'header',
    required: scheme.optional !== true,
    description: hasContent(scheme)
      ? `${schemeName(scheme).toUpperCase()} of ${contentName(scheme)}, written ${writtenForm(scheme)}`
      : 'The secret itself',
    schema: { type: 'string' },
  };
  return [
    ...(header === null ? [] : [signed]),
    ...own.map(({ name }) => ({ name, in: 'header', required: true, schema: { type: 'string' } })),
  ];
}

function settingsSchema({ fields }: ApiDefinition): Schema {
  const described = fields.map(({ name, kind, description, documented, nullable }) => {
    const schema = { ...KINDS[kind], description: documented ? description : `${description} (assumed)` };
    return [name, nullable === true ? { ...schema, type: [KINDS[kind]['type'], 'null'] } : schema];
  });
  return { type: 'object', properties: Object.fromEntries(described) };
}

/** What a new webhook needs: one URL or several where the provider takes several. */
function required({ fields, urlsField }: ApiDefinition): Schema {
  const names = fields.filter((field) => field.required === true).map(({ name }) => name);
  if (urlsField === undefined) return { required: names };
  const urls = { type: 'array', items: KINDS.url, minItems: 1 };
  return {
    required: names.filter((name) => name !== 'url'),
    anyOf: [{ required: ['url'] }, { required: [urlsField], properties: { [urlsField]: urls } }],
  };
}

const KINDS: Readonly<Record<Field['kind'], Schema>> = {
  url: { type: 'string', format: 'uri' },
  eventTypes: { type: 'array', items: { type: 'string' }, minItems: 1 },
  secret: { type: 'string', minLength: 1 },
  headers: { type: 'object', additionalProperties: { type: 'string' } },
  filters: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
  seconds: { type: 'number', minimum: 0 },
  count: { type: 'integer', minimum: 1 },
  flag: { type: 'boolean' },
};

function body(schema: string): Schema {
  return { required: true, content: json({ $ref: `#/components/schemas/${schema}` }) };
}

function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}
