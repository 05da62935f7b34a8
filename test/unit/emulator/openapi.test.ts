import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { signatureHeader } from '../../../src/signing/describe.ts';
import { createApi } from '../../../src/emulator/api.ts';
import { loadApi } from '../../../src/emulator/index.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { emulate, PROVIDERS } from '../../support/emulating.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

async function documentOf(provider: string): Promise<any> {
  const { url } = await emulate();
  // No token: it is what tools read before they have one.
  const response = await fetch(`${url}/${provider}/openapi.json`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return response.json();
}

function operations(holder: object): any[] {
  return Object.values(holder).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
}

/** A checker of values against a schema of a document, references into the document included. */
function schemas(document: any): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, formats: { uri: true } });
  ajv.addSchema({ $id: 'document', components: document.components });
  return ajv;
}

describe.each(PROVIDERS)('the OpenAPI document of %s', (provider) => {
  test('is one, in the eyes of an independent validator', async () => {
    const document = await documentOf(provider);
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    const broken = { ...document, paths: { nowhere: {} } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test('has every route, and nothing else', async () => {
    const document = await documentOf(provider);
    const record = await loadProvider(provider);
    const definition = (await loadApi(provider))!;
    const routes = createApi(record, definition, {} as Parameters<typeof createApi>[2]);
    const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const described = Object.entries<object>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(served.sort());
    expect(document.servers).toEqual([{ url: `/${provider}` }]);
  });

  test('says what every route answers', async () => {
    const emulating = await emulate();
    const document = await documentOf(provider);
    const {
      collection,
      test: { path: testPath },
      log,
    } = (await loadApi(provider))!;
    const ajv = schemas(document);
    const answers = async (method: string, path: string, template: string, body?: object): Promise<any> => {
      const answer = await emulating.call(method, `/${provider}${path}`, body);
      const described = document.paths[template.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()];
      const schema = described.responses[answer.status].content['application/json'].schema;
      expect(ajv.validate(schema, answer.json), ajv.errorsText()).toBe(true);
      expect(ajv.validate(schema, { odd: 1 })).toBe(false);
      return answer.json;
    };
    const { events } = await loadProvider(provider);
    const settings = { url: 'http://127.0.0.1:1/', events: [events[0]!.name], secret: 's' };
    const created = await answers('POST', collection, collection, settings);
    const { id = created.webhookId } = created.data ?? created;
    await answers('POST', `/_emit/${events[0]!.name}`, '/_emit/:type');
    await answers('POST', collection + testPath.replace(':id', id), collection + testPath);
    await answers('GET', collection, collection);
    await answers('GET', `${collection}/${id}`, `${collection}/:id`);
    await answers('PUT', `${collection}/${id}`, `${collection}/:id`, { active: false });
    await answers('GET', collection + log.path.replace(':id', id), collection + log.path);
  });

  test('names each operation once, with the parameters of its path, and says which are assumed', async () => {
    const document = await documentOf(provider);
    const all = [...operations(document.paths), ...operations(document.webhooks)];
    const ids = all.map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(id).toMatch(/^\w+$/);
    for (const [path, item] of Object.entries<any>(document.paths)) {
      const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      for (const operation of operations([item])) {
        const inPath = (operation.parameters ?? []).filter((parameter: any) => parameter.in === 'path');
        expect(inPath.map(({ name }: any) => name)).toEqual(named);
        expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      }
    }
    const collection = (await loadApi(provider))!.collection;
    const isAssumed = (operation: any): boolean => operation.description?.startsWith('Assumed: ') === true;
    const isDocumented = provider === 'filedgr' || provider === 'taskplatform';
    expect(isAssumed(document.paths[collection].post)).toBe(!isDocumented);
    expect(isAssumed(document.paths[collection].get)).toBe(provider !== 'filedgr');
  });

  test('has every event type, with a schema that its example satisfies and others do not', async () => {
    const document = await documentOf(provider);
    const { events, signature } = await loadProvider(provider);
    const ajv = schemas(document);
    expect(Object.keys(document.webhooks)).toEqual(events.map(({ name }) => name));
    for (const { name, payload } of events) {
      const { post } = document.webhooks[name];
      const { schema, example } = post.requestBody.content['application/json'];
      const fixture = JSON.parse(
        await readFile(new URL(`../../../fixtures/${provider}/${name}.json`, import.meta.url), 'utf8'),
      );
      expect(example).toEqual(fixture);
      const check = ajv.compile(schema);
      expect([name, check(fixture), check.errors]).toEqual([name, true, null]);
      for (const key of Object.keys(fixture)) {
        expect(check({ ...fixture, [key]: undefined })).toBe(false);
        const { [key]: _, ...less } = fixture;
        expect(check(less)).toBe(false);
      }
      expect(check([])).toBe(false);
      expect(post.description?.includes(payload) ?? false).toBe(payload !== 'documented');
      const header = post.parameters.find(
        (parameter: any) => parameter.name === signatureHeader(signature.value)!,
      );
      expect(header).toMatchObject({ in: 'header', required: provider !== 'compliancely' });
    }
  });

  test('describes the settings that are taken, and the errors that are made', async () => {
    const document = await documentOf(provider);
    const { call } = await emulate();
    const collection = (await loadApi(provider))!.collection;
    const ajv = schemas(document);
    const check = ajv.getSchema('document#/components/schemas/NewWebhook')!;
    const isError = ajv.getSchema('document#/components/schemas/Error')!;
    const whole = { url: 'https://example.com', events: ['*'], secret: 's', active: true };
    const settings: unknown[] = [
      whole,
      ...Object.keys(whole).map((name) => {
        const { [name as 'url']: _, ...rest } = whole;
        return rest;
      }),
      ...Object.keys(whole).map((name) => ({ ...whole, [name]: 5 })),
      { ...whole, secret: null },
      { ...whole, events: [] },
      { urls: ['https://example.com'] },
      { urls: [] },
      {},
      [],
      null,
    ];
    for (const one of settings) {
      const { status, json } = await call('POST', `/${provider}${collection}`, one);
      expect([one, check(one)]).toEqual([one, status === 201]);
      if (status !== 201) expect(isError(json)).toBe(true);
    }
  });
});
