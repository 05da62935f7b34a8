import { UsageError } from '../../errors.ts';
import { asList, asObject, asText, problem, type Json, type Node, type References } from './document.ts';
import { ownExample, type Sampler } from './sample.ts';

/** One way a webhook's body can be. */
export interface Variant {
  readonly description: string | null;
  readonly sample: unknown;
  /** The values of a property that tells variants apart, where the schema lists several for this one. */
  readonly alternatives: Readonly<Record<string, readonly string[]>>;
  /** The property that the document says tells them apart, and its value here. */
  readonly discriminator: { readonly property: string; readonly value: string } | null;
}

export interface HeaderParameter {
  readonly name: string;
  readonly description: string | null;
  /** The only value that it has, where the document says so. */
  readonly fixed: string | null;
}

export interface Webhook {
  readonly name: string;
  readonly method: string;
  readonly description: string | null;
  readonly kind: 'json' | 'form';
  readonly headers: readonly HeaderParameter[];
  readonly variants: readonly Variant[];
}

const METHODS = ['post', 'put', 'patch', 'get', 'delete'];
const FORM = 'application/x-www-form-urlencoded';
const MOST_VARIANTS = 200;

interface Tools {
  readonly references: References;
  readonly sampler: Sampler;
  /** Told of what is left out. */
  readonly note: (text: string) => void;
}

/**
 * What a document says of its webhooks; one that cannot be made out is left out, unless there is no other.
 * @throws {UsageError} `ERR_OPENAPI`
 */
export async function readWebhooks(root: Node, tools: Tools): Promise<readonly Webhook[]> {
  const document = asObject(root.value);
  const version = asText(document?.['openapi']);
  if (document === undefined || version === undefined) {
    throw problem(
      asObject(document)?.['swagger'] === undefined
        ? 'it is no OpenAPI document'
        : 'OpenAPI 2 has no webhooks',
      'give an OpenAPI 3.1 document with webhooks, or a 3.0 one with x-webhooks',
    );
  }
  const named = Object.entries(asObject(document['webhooks'] ?? document['x-webhooks']) ?? {});
  if (named.length === 0) {
    throw problem('the document has no webhooks', 'they stand under webhooks (3.1) or x-webhooks (3.0)');
  }
  const webhooks: Webhook[] = [];
  const problems: UsageError[] = [];
  for (const [name, value] of named) {
    try {
      const found = await readWebhook(name, { value, file: root.file }, tools);
      if (found !== null) webhooks.push(found);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error);
      tools.note(`${name} is left out: ${error.message}`);
    }
  }
  if (webhooks.length === 0 && problems.length > 0) throw problems[0]!;
  return webhooks;
}

async function readWebhook(name: string, at: Node, tools: Tools): Promise<Webhook | null> {
  const { references, note } = tools;
  const { value, file } = await references.follow(at);
  const item = asObject(value) ?? {};
  const method = METHODS.find((one) => asObject(item[one]) !== undefined);
  if (method === undefined) {
    note(`${name} has no operation and is left out`);
    return null;
  }
  const operation = asObject(item[method])!;
  const content = await readContent(operation, file, references);
  if (content === null) {
    note(`${name} has a body that is neither JSON nor a form, or none, and is left out`);
    return null;
  }
  const description = asText(operation['summary']) ?? asText(operation['description']);
  return {
    name,
    method: method.toUpperCase(),
    description: description ?? asText(item['summary']) ?? null,
    kind: content.kind,
    headers: await readHeaders(
      [item['parameters'], operation['parameters']].flatMap(asList),
      file,
      references,
    ),
    variants: await readVariants(content, tools),
  };
}

interface Content {
  readonly kind: 'json' | 'form';
  readonly media: Json;
  readonly file: string;
}

async function readContent(operation: Json, file: string, references: References): Promise<Content | null> {
  const body = await references.follow({ value: operation['requestBody'], file });
  const content = Object.entries(asObject(asObject(body.value)?.['content']) ?? {});
  const find = (fits: (type: string) => boolean): unknown => content.find(([type]) => fits(type))?.[1];
  const json = find((type) => /^(application|text)\/([\w.-]+\+)?json\b/i.test(type) || type === '*/*');
  if (json !== undefined) return { kind: 'json', media: asObject(json) ?? {}, file: body.file };
  const form = find((type) => type.toLowerCase().startsWith(FORM));
  return form === undefined ? null : { kind: 'form', media: asObject(form) ?? {}, file: body.file };
}

async function readHeaders(
  parameters: readonly unknown[],
  file: string,
  references: References,
): Promise<HeaderParameter[]> {
  const headers: HeaderParameter[] = [];
  for (const value of parameters) {
    const parameter = await references.follow({ value, file });
    const found = asObject(parameter.value);
    const name = asText(found?.['name']);
    if (found === undefined || name === undefined || found['in'] !== 'header') continue;
    const schema =
      asObject((await references.follow({ value: found['schema'], file: parameter.file })).value) ?? {};
    const choices = asList(schema['enum']);
    const fixed = schema['const'] ?? (choices.length === 1 ? choices[0] : undefined);
    headers.push({
      name,
      description: asText(found['description']) ?? null,
      fixed: typeof fixed === 'string' ? fixed : null,
    });
  }
  return headers;
}

async function readVariants({ media, file }: Content, tools: Tools): Promise<Variant[]> {
  const { references } = tools;
  const given: unknown[] = Object.hasOwn(media, 'example') ? [media['example']] : [];
  for (const value of Object.values(asObject(media['examples']) ?? {})) {
    const example = asObject((await references.follow({ value, file })).value);
    if (example !== undefined && Object.hasOwn(example, 'value')) given.push(example['value']);
  }
  const schema = { value: media['schema'] ?? {}, file };
  if (given.length > 0) {
    return given.map((sample) => ({ description: null, sample, alternatives: {}, discriminator: null }));
  }
  return variantsOf(schema, tools);
}

/** A schema with alternatives becomes one variant for each; any other is one. */
async function variantsOf(schema: Node, tools: Tools): Promise<Variant[]> {
  const { references } = tools;
  const { value, file } = await references.follow(schema);
  const whole = asObject(value) ?? {};
  const alternatives = [...asList(whole['oneOf']), ...asList(whole['anyOf'])].slice(0, MOST_VARIANTS);
  const isOne = alternatives.length === 0 || ownExample(whole) !== undefined;
  if (isOne) return [await variantOf({ value: whole, file }, null, tools)];
  const discriminator = asObject(whole['discriminator']);
  const property = asText(discriminator?.['propertyName']);
  const mapping = Object.entries(asObject(discriminator?.['mapping']) ?? {});
  const variants: Variant[] = [];
  for (const alternative of alternatives) {
    const reference = asText(asObject(alternative)?.['$ref']);
    const values =
      property === undefined || reference === undefined
        ? []
        : mapping
            .filter(([, to]) => to === reference || reference.endsWith(`/${String(to)}`))
            .map(([name]) => name);
    const implied = values.length === 0 && reference !== undefined;
    const named = implied ? [lastOf(reference)] : values;
    const node = { value: alternative, file };
    if (property === undefined || named.length === 0) {
      variants.push(await variantOf(node, null, tools));
      continue;
    }
    for (const name of named) {
      variants.push(await variantOf(node, { property, value: name, isImplied: implied }, tools));
    }
  }
  return variants;
}

function lastOf(reference: string): string {
  return reference.split('/').at(-1)!;
}

async function variantOf(
  schema: Node,
  told: { readonly property: string; readonly value: string; readonly isImplied: boolean } | null,
  { references, sampler }: Tools,
): Promise<Variant> {
  const sample = await sampler(schema);
  const { properties, description } = await propertiesOf(schema, references, 0);
  const alternatives: Record<string, readonly string[]> = {};
  for (const [name, values] of properties) alternatives[name] = values;
  const object = asObject(sample);
  if (told === null || object === undefined)
    return { description, sample, alternatives, discriminator: null };
  // What the schema fixes is what is sent, whatever the mapping calls it.
  const fixed =
    told.isImplied && alternatives[told.property] !== undefined ? object[told.property] : undefined;
  const value = typeof fixed === 'string' ? fixed : told.value;
  return {
    description,
    sample: { ...object, [told.property]: value },
    alternatives: { ...alternatives, [told.property]: [value] },
    discriminator: { property: told.property, value },
  };
}

const DEEPEST = 8;

/** The values that the schema lists for properties, through what it is made of; a later one counts. */
async function propertiesOf(
  schema: Node,
  references: References,
  depth: number,
): Promise<{
  readonly properties: ReadonlyMap<string, readonly string[]>;
  readonly description: string | null;
}> {
  const { value, file } = await references.follow(schema);
  const whole = asObject(value) ?? {};
  const found = new Map<string, readonly string[]>();
  let description = asText(whole['description']) ?? asText(whole['title']) ?? null;
  for (const part of depth < DEEPEST ? asList(whole['allOf']) : []) {
    const inner = await propertiesOf({ value: part, file }, references, depth + 1);
    for (const [name, values] of inner.properties) found.set(name, values);
    description ??= inner.description;
  }
  for (const [name, property] of Object.entries(asObject(whole['properties']) ?? {})) {
    const inner = asObject((await references.follow({ value: property, file })).value) ?? {};
    const listed = Object.hasOwn(inner, 'const') ? [inner['const']] : asList(inner['enum']);
    const texts = listed.filter((one) => typeof one === 'string');
    if (texts.length > 0 && texts.length === listed.length) found.set(name, texts);
  }
  return { properties: found, description };
}
