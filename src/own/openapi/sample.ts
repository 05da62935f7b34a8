import { asList, asObject, asText, type Json, type Node, type References } from './document.ts';

const DEEPEST = 12;
/** A schema that refers to itself grows with every branch. */
const MOST_VALUES = 5_000;

const TIME = '2025-06-01T12:00:00Z';
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': TIME,
  date: TIME.slice(0, 10),
  time: TIME.slice(11),
  duration: 'PT1H',
  uuid: '3f2b8c1e-6d0a-4b7e-9c55-1a2b3c4d5e6f',
  email: 'ada@example.com',
  'idn-email': 'ada@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/orders/1',
  byte: 'ZXhhbXBsZQ==',
  binary: 'example',
  password: 'secret',
};

/** Makes an example value of a schema. */
export type Sampler = (schema: Node) => Promise<unknown>;

/** The document's own examples where it has them, and what fits the schema elsewhere. */
export function createSampler(references: References): Sampler {
  let left = MOST_VALUES;
  return (schema) => {
    left = MOST_VALUES;
    return make(schema, [], 'value');
  };

  /** Undefined for what is left out: a schema within itself, or one too deep. */
  async function make(node: Node, within: readonly unknown[], name: string): Promise<unknown> {
    const { value, file } = await references.follow(node);
    const schema = asObject(value);
    if (schema === undefined) return null;
    if (within.includes(schema) || within.length > DEEPEST || (left -= 1) < 0) return undefined;
    const inside = [...within, schema];
    const own = ownExample(schema);
    if (own !== undefined) return own.value;
    if (Array.isArray(schema['allOf'])) return merge(schema, file, inside, name);
    const alternative = [...asList(schema['oneOf']), ...asList(schema['anyOf'])].find(isNoNull);
    if (alternative !== undefined) {
      const chosen = await make({ value: alternative, file }, inside, name);
      const rest = isBranch(schema) ? await object(schema, file, inside) : undefined;
      return combine(rest, chosen);
    }
    const type = typeOf(schema);
    if (type === 'object') return object(schema, file, inside);
    if (type === 'array') {
      const item = await make({ value: schema['items'] ?? {}, file }, inside, name);
      return item === undefined || schema['items'] === undefined ? [] : [item];
    }
    return plain(schema, type, name);
  }

  async function merge(
    schema: Json,
    file: string,
    within: readonly unknown[],
    name: string,
  ): Promise<unknown> {
    let merged: unknown;
    for (const part of asList(schema['allOf'])) {
      merged = combine(merged, await make({ value: part, file }, within, name));
    }
    return isBranch(schema) ? combine(merged, await object(schema, file, within)) : merged;
  }

  async function object(schema: Json, file: string, within: readonly unknown[]): Promise<Json> {
    const made: [string, unknown][] = [];
    for (const [key, value] of Object.entries(asObject(schema['properties']) ?? {})) {
      if (asObject(value)?.['writeOnly'] === true) continue;
      const item = await make({ value, file }, within, key);
      if (item !== undefined) made.push([key, item]);
    }
    return Object.fromEntries(made);
  }
}

/** The document's own example: never made up where it has one. */
export function ownExample(schema: Json): { readonly value: unknown } | undefined {
  if (Object.hasOwn(schema, 'const')) return { value: schema['const'] };
  if (Object.hasOwn(schema, 'example')) return { value: schema['example'] };
  const examples = schema['examples'];
  if (Array.isArray(examples) && examples.length > 0) return { value: examples[0] };
  if (Object.hasOwn(schema, 'default') && !isBranch(schema)) return { value: schema['default'] };
  const [first] = asList(schema['enum']);
  return first === undefined ? undefined : { value: first };
}

function typeOf(schema: Json): string {
  const types = [schema['type']].flat().filter((type) => typeof type === 'string' && type !== 'null');
  if (types.length > 0) return types[0] as string;
  if (isBranch(schema)) return 'object';
  return schema['items'] === undefined ? 'string' : 'array';
}

function isBranch(schema: Json): boolean {
  return asObject(schema['properties']) !== undefined;
}

function isNoNull(schema: unknown): boolean {
  return asObject(schema)?.['type'] !== 'null';
}

function plain(schema: Json, type: string, name: string): unknown {
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return numberOf(schema, type === 'integer');
  if (type !== 'string') return null;
  const format = asText(schema['format']);
  if (format !== undefined && FORMATS[format] !== undefined) return FORMATS[format];
  if (/(^|_)(id|uuid)$|[a-z]Id$/.test(name)) return `${name.replace(/_?(id|uuid)$|Id$/i, '') || 'id'}_1`;
  const least = typeof schema['minLength'] === 'number' ? Math.min(schema['minLength'], 1_000) : 0;
  const most = typeof schema['maxLength'] === 'number' ? Math.max(schema['maxLength'], 0) : Infinity;
  return name.padEnd(least, '.').slice(0, most);
}

function numberOf(schema: Json, whole: boolean): number {
  const least = [schema['minimum'], schema['exclusiveMinimum']].find((one) => typeof one === 'number');
  const most = [schema['maximum'], schema['exclusiveMaximum']].find((one) => typeof one === 'number');
  const above = least === undefined ? 1 : Math.max(1, schema['minimum'] === least ? least : least + 1);
  const value = most === undefined || above <= most ? above : (least ?? most);
  return whole ? Math.ceil(value) : value;
}

/** Objects become one, the later's keys in place of the earlier's; else the later one counts. */
function combine(one: unknown, other: unknown): unknown {
  const [first, second] = [asObject(one), asObject(other)];
  if (other === undefined) return one;
  return first === undefined || second === undefined ? other : { ...first, ...second };
}
