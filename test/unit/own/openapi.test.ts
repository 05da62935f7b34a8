import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebhookError } from '../../../src/errors.ts';
import { checkProfile } from '../../../src/own/check-profile.ts';
import { importProfile } from '../../../src/own/openapi/import.ts';

const NO_FILES = {
  resolve: (_from: string, to: string) => to,
  read: () => Promise.reject(new Error('not here')),
};

const imported = (document: unknown, options = {}) =>
  importProfile(document, 'openapi.json', NO_FILES, { id: 'acme', ...options });

function documentOf(webhooks: object, more: object = {}): object {
  return { openapi: '3.1.0', info: { title: 'Acme Orders API' }, webhooks, ...more };
}

function webhook(schema: object, more: object = {}): object {
  return {
    post: { summary: 'It happened', requestBody: { content: { 'application/json': { schema } } }, ...more },
  };
}

async function sampleOf(schema: object, components: object = {}): Promise<unknown> {
  const { profile } = await imported(documentOf({ x: webhook(schema) }, { components }));
  return profile.events[0]!.example;
}

const nameAndExample = ({ name, example }: { name: string; example?: unknown }) => [name, example];

describe('an example', () => {
  test.each<[object, unknown]>([
    [{ const: 'a', example: 'b' }, 'a'],
    [{ type: 'string', example: 'b', enum: ['c'] }, 'b'],
    [{ type: 'string', examples: ['d', 'e'] }, 'd'],
    [{ type: 'string', default: 'f' }, 'f'],
    [{ enum: ['g', 'h'] }, 'g'],
    [{ type: 'string', format: 'date-time' }, '2025-06-01T12:00:00Z'],
    [{ type: 'string', format: 'uuid' }, expect.stringMatching(/^[\da-f-]{36}$/)],
    [{ type: ['null', 'integer'], minimum: 7 }, 7],
    [{ type: 'number', exclusiveMinimum: 3 }, 4],
    [{ type: 'integer', maximum: -2 }, -2],
    [{ type: 'string', minLength: 8 }, 'value...'],
    [{ type: 'string', maxLength: 2 }, 'va'],
    [{ type: 'array', items: { type: 'boolean' } }, [true]],
    [{ items: { const: 1 } }, [1]],
    [{ properties: { a: { type: 'object' }, b: { writeOnly: true } } }, { a: {} }],
    [
      { allOf: [{ properties: { a: { const: 1 }, b: { const: 1 } } }, { properties: { b: { const: 2 } } }] },
      { a: 1, b: 2 },
    ],
    [{ properties: { a: { anyOf: [{ type: 'null' }, { const: 3 }] } } }, { a: 3 }],
  ])('of %j', async (schema, value) => {
    expect(await sampleOf(schema)).toEqual(value);
  });

  test('ends where a schema is within itself', async () => {
    const Tree = { properties: { name: { const: 'n' }, child: { $ref: '#/components/schemas/Tree' } } };
    const Forest = { type: 'array', items: { $ref: '#/components/schemas/Forest' } };
    const components = { schemas: { Tree, Forest } };
    expect(await sampleOf({ $ref: '#/components/schemas/Tree' }, components)).toEqual({ name: 'n' });
    expect(await sampleOf({ $ref: '#/components/schemas/Forest' }, components)).toEqual([]);
  });

  test('does not grow with every branch', async () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [
        `s${index}`,
        {
          properties: Object.fromEntries(
            'abcdefgh'.split('').map((key) => [key, { $ref: `#/components/schemas/s${index + 1}` }]),
          ),
        },
      ]),
    );
    const sample = await sampleOf(
      { $ref: '#/components/schemas/s0' },
      { schemas: { ...schemas, s11: { const: 1 } } },
    );
    expect(JSON.stringify(sample).length).toBeLessThan(200_000);
  });
});

describe('event types', () => {
  test('are the values of the property that tells them apart', async () => {
    const { profile, notes } = await imported(
      documentOf({
        one: webhook({ properties: { event: { const: 'order.made' }, id: { const: 'o_1' } } }),
        two: webhook({ properties: { event: { enum: ['order.paid', 'order.lost'] }, id: { const: 'o_2' } } }),
      }),
    );
    expect(profile.events.map(nameAndExample)).toEqual([
      ['order.made', { event: 'order.made', id: 'o_1' }],
      ['order.paid', { event: 'order.paid', id: 'o_2' }],
      ['order.lost', { event: 'order.lost', id: 'o_2' }],
    ]);
    expect(profile.envelope).toMatchObject({
      value: { type: [{ body: 'event' }], id: [{ body: 'id' }], freshIds: ['id'] },
    });
    expect(profile.signature).toMatchObject({ value: { kind: 'none' } });
    expect(notes).toEqual([expect.stringMatching(/names no header for a signature/)]);
  });

  test('are the names of the webhooks where nothing does, told by a header', async () => {
    const hooks = {
      'order made': webhook({ properties: { a: { const: 1 } } }),
      lost: webhook({ properties: { a: { const: 2 } } }),
    };
    const { profile } = await imported(documentOf(hooks));
    expect(profile.events.map(({ name }) => name)).toEqual(['order made', 'lost']);
    expect(profile.envelope).toMatchObject({ value: { type: [{ header: 'X-Acme-Event' }] } });
    expect(profile.headers).toMatchObject([
      { name: 'X-Acme-Event', value: { from: 'eventType' }, assumed: expect.anything() },
    ]);
    const parameters = [{ name: 'X-Topic', in: 'header', schema: { type: 'string' } }];
    const told = await imported(documentOf({ made: { ...hooks.lost, parameters } }));
    expect(told.profile.headers).toEqual([{ name: 'X-Topic', value: { from: 'eventType' } }]);
  });

  test('of a 3.0 document stand under x-webhooks', async () => {
    const { profile } = await imported({
      openapi: '3.0.3',
      'x-webhooks': { made: webhook({ properties: { type: { enum: ['made'] } } }) },
    });
    expect(profile.events.map(nameAndExample)).toEqual([['made', { type: 'made' }]]);
  });
});

describe('the signature', () => {
  const parameters = [
    { name: 'X-Acme-Hmac', in: 'header' },
    { name: 'X-Acme-Timestamp', in: 'header' },
    { name: 'User-Agent', in: 'header', schema: { const: 'Acme/1' } },
    { name: 'Content-Type', in: 'header' },
    { name: 'page', in: 'query' },
  ];
  const document = documentOf({ made: webhook({ properties: { type: { const: 'made' } } }, { parameters }) });

  test('is assumed to be in the header that is named like one', async () => {
    const { profile, notes } = await imported(document);
    expect(profile.signature).toEqual({
      value: {
        kind: 'hmac',
        hash: 'sha256',
        signature: { header: 'X-Acme-Hmac' },
        forms: [{ prefix: '', encoding: 'hex' }],
      },
      assumed: expect.any(String),
    });
    expect(notes).toEqual([expect.stringMatching(/^X-Acme-Hmac is assumed/)]);
    expect(profile.headers).toEqual([
      { name: 'X-Acme-Timestamp', value: { from: 'attemptUnixSeconds' } },
      { name: 'User-Agent', value: { text: 'Acme/1' } },
    ]);
  });

  test('is what options say', async () => {
    const { profile, notes } = await imported(document, {
      algorithm: 'sha1',
      encoding: 'base64',
      prefix: 'v=',
    });
    expect(profile.signature).toEqual({
      kind: 'hmac',
      hash: 'sha1',
      signature: { header: 'X-Acme-Hmac' },
      forms: [{ prefix: 'v=', encoding: 'base64' }],
    });
    expect(notes).toEqual([]);
  });
});

describe('what is no such document', () => {
  test.each<[unknown, RegExp]>([
    [null, /no OpenAPI document/],
    [{ swagger: '2.0' }, /OpenAPI 2 has no webhooks/],
    [{ openapi: '3.1.0', paths: {} }, /has no webhooks/],
    [
      documentOf({ a: { post: { requestBody: { content: { 'application/xml': {} } } } } }),
      /no webhook of the document/,
    ],
    [
      documentOf({ a: webhook({ $ref: 'https://example.com/x.json' }) }),
      /is elsewhere, and nothing is fetched/,
    ],
    [documentOf({ a: webhook({ $ref: '//example.com/x.json' }) }), /is elsewhere, and nothing is fetched/],
    [documentOf({ a: webhook({ $ref: '#/components/none' }) }), /leads nowhere/],
    [
      documentOf({ a: webhook({ $ref: '#/webhooks/a/post/requestBody/content/application~1json/schema' }) }),
      /refers to itself/,
    ],
  ])('%j', async (document, message) => {
    const error = await imported(document).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WebhookError);
    expect(error).toMatchObject({ code: 'ERR_OPENAPI', message: expect.stringMatching(message) });
  });

  test('one webhook that cannot be made out is left out, and said', async () => {
    const { profile, notes } = await imported(
      documentOf({
        'a.made': webhook({ $ref: '#/components/none' }),
        'b.made': webhook({ type: 'object', properties: { type: { const: 'b.made' } } }),
      }),
    );
    expect(profile.events.map(({ name }) => name)).toEqual(['b.made']);
    expect(notes[0]).toBe('a.made is left out: #/components/none leads nowhere');
  });

  const refs = fc.constantFrom(
    '#',
    '#/',
    '#/webhooks',
    '#/webhooks/a',
    '#/components/schemas/a',
    '#/~2',
    '#/%',
    '',
  );
  const schema = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.record({ $ref: refs }),
      fc.record(
        {
          type: fc.oneof(
            fc.constantFrom('object', 'array', 'string', 'integer', 'null', 'odd'),
            fc.jsonValue({ maxDepth: 1 }),
          ),
          properties: fc.dictionary(
            fc.constantFrom('type', 'id', '__proto__', 'a', 'created_at'),
            tie('node'),
          ),
          items: tie('node'),
          allOf: fc.array(tie('node'), { maxLength: 3 }),
          oneOf: fc.array(tie('node'), { maxLength: 3 }),
          enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
          discriminator: fc.record({
            propertyName: fc.constantFrom('type', 'a'),
            mapping: fc.dictionary(fc.string(), refs),
          }),
        },
        { requiredKeys: [] },
      ),
    ),
  })).node;

  test('is refused, or becomes a sound provider', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1 }), schema, { maxKeys: 3 }),
        schema,
        async (hooks, a) => {
          const webhooks = Object.fromEntries(
            Object.entries(hooks).map(([name, one]) => [name, webhook(one as object)]),
          );
          try {
            const { profile } = await imported(documentOf(webhooks, { components: { schemas: { a } } }));
            const checked = checkProfile(profile);
            // Names that cannot be are told by the check, when it is written.
            if ('problems' in checked) expect(checked.problems.join()).toMatch(/events/);
          } catch (error) {
            expect(error).toBeInstanceOf(WebhookError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
