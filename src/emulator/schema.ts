/** A JSON Schema, draft 2020-12 as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What examples of one thing tell of its kind: what all of them have is required, and a value may be of each kind that was seen. */
export function schemaOf(...examples: readonly unknown[]): Schema {
  const types = [...new Set(examples.map(typeOf))];
  const objects = examples.filter((value) => typeOf(value) === 'object') as Record<string, unknown>[];
  const items = examples.filter(Array.isArray).flat();
  return {
    type: types.length === 1 ? types[0] : withoutRedundant(types),
    ...(items.length === 0 ? {} : { items: schemaOf(...items) }),
    ...(objects.length === 0 ? {} : properties(objects)),
  };
}

function properties(objects: readonly Record<string, unknown>[]): Schema {
  const names = [...new Set(objects.flatMap(Object.keys))];
  return {
    required: names.filter((name) => objects.every((object) => Object.hasOwn(object, name))),
    properties: Object.fromEntries(
      names.map((name) => {
        const holders = objects.filter((object) => Object.hasOwn(object, name));
        return [name, schemaOf(...holders.map((object) => object[name]))];
      }),
    ),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/** Every integer is a number. */
function withoutRedundant(types: readonly string[]): readonly string[] {
  return types.includes('number') ? types.filter((type) => type !== 'integer') : types;
}
