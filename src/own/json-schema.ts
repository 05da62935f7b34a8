import type { Field, ObjectShape, Shape } from './shape.ts';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema for editors, draft 2020-12, from the shape that the checker reads. */
export function jsonSchema(shape: Shape, head: Schema): Schema {
  const definitions: Record<string, unknown> = {};
  const root = convert(shape);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...head,
    ...root,
    $defs: Object.fromEntries(Object.entries(definitions).sort(([one], [other]) => (one < other ? -1 : 1))),
  };

  function convert(at: Shape): Schema {
    switch (at.is) {
      case 'text':
        return {
          type: 'string',
          ...(at.pattern === undefined ? {} : { pattern: unicodeSource(at.pattern) }),
        };
      case 'choice':
        return at.values.length === 1 ? { const: at.values[0] } : { enum: at.values };
      case 'number':
        return {
          type: at.whole ? 'integer' : 'number',
          ...(at.least === -Number.MAX_VALUE ? {} : { minimum: at.least }),
          ...(at.most === Number.MAX_VALUE ? {} : { maximum: at.most }),
        };
      case 'flag':
        return { type: 'boolean' };
      case 'null':
        return { type: 'null' };
      case 'anything':
        return {};
      case 'function':
        return { not: {} };
      case 'list':
        return { type: 'array', items: convert(at.of), ...(at.least === 0 ? {} : { minItems: at.least }) };
      case 'pair':
        return { type: 'array', items: convert(at.of), minItems: 2, maxItems: 2 };
      case 'record':
        return {
          type: 'object',
          additionalProperties: convert(at.of),
          ...(at.keys?.pattern === undefined
            ? {}
            : { propertyNames: { pattern: unicodeSource(at.keys.pattern) } }),
        };
      case 'object':
        return convertObject(at);
      case 'variant':
      case 'place':
        return { type: 'object', anyOf: Object.values(at.of).map(convertObject) };
      case 'either':
        return { anyOf: at.of.map(convert) };
      case 'given':
        return { anyOf: [convert(at.of), fact(convert(at.of))] };
      case 'named':
        if (!Object.hasOwn(definitions, at.name)) {
          // Its place is kept first: it may hold itself.
          definitions[at.name] = true;
          definitions[at.name] = convert(at.of());
        }
        return { $ref: `#/$defs/${at.name}` };
    }
  }

  function convertObject({ fields }: ObjectShape): Schema {
    const known = Object.entries(fields).filter(([, field]) => !isProgram(field.shape));
    const required = known.filter(([, field]) => field.required).map(([name]) => name);
    return {
      type: 'object',
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(known.map(([name, field]) => [name, describe(field)])),
    };
  }

  function describe({ shape: of, about }: Field): Schema {
    return { description: about, ...convert(of) };
  }
}

/** A value with why it had to be assumed. */
function fact(value: Schema): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['value', 'assumed'],
    properties: { value, assumed: { description: 'Why it is assumed, or null', type: ['string', 'null'] } },
  };
}

/** What JSON cannot hold. */
function isProgram(shape: Shape): boolean {
  return shape.is === 'function' || (shape.is === 'given' && isProgram(shape.of));
}

/** Editors read patterns with the flag u and know no other flags. */
function unicodeSource({ source, flags }: RegExp): string {
  const plain = source.replace('[^]', String.raw`[\s\S]`);
  return flags.includes('i') ? plain.replaceAll('a-z', 'a-zA-Z').replaceAll('a-f', 'a-fA-F') : plain;
}
