import { UsageError } from '../../errors.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A value with the file that it is in, which its references are relative to. */
export interface Node {
  readonly value: unknown;
  readonly file: string;
}

/** Documents by the path of their files, read as they are referred to. */
export interface Documents {
  /** @throws {UsageError} for a file that cannot be read, or must not be. */
  read(file: string): Promise<unknown>;
  /** The path of a file that another refers to. */
  resolve(from: string, to: string): string;
}

/** More references than this to a value are a circle. */
const MOST_HOPS = 32;

/** Follows references, within a document and to files beside it; nothing is fetched. */
export interface References {
  /** The document itself, which is read already. */
  keep(file: string, value: unknown): Node;
  /**
   * What stands at a reference, in the end.
   * @throws {UsageError} `ERR_OPENAPI` for a reference that leads nowhere.
   */
  follow(node: Node): Promise<Node>;
}

export function createReferences(documents: Documents): References {
  const known = new Map<string, unknown>();

  async function lookUp(from: string, reference: string): Promise<Node> {
    const at = reference.indexOf('#');
    const [name, pointer] = at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
    if (/^[a-z][a-z0-9+.-]+:|^\/\//i.test(name)) {
      throw problem(
        `${reference} is elsewhere, and nothing is fetched`,
        'bundle the document into one file first',
      );
    }
    const file = name === '' ? from : documents.resolve(from, decode(name));
    if (!known.has(file)) known.set(file, await documents.read(file));
    let value = known.get(file);
    for (const key of pointer.split('/').slice(1)) {
      const step = decode(key).replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
        throw problem(`${reference} leads nowhere`, 'mend the reference');
      }
      value = (value as Record<string, unknown>)[step];
    }
    return { value, file };
  }

  return {
    keep: (file, value) => {
      known.set(file, value);
      return { value, file };
    },
    follow: async (node) => {
      let at = node;
      for (let hops = 0; hops < MOST_HOPS; hops += 1) {
        const reference = referenceIn(at.value);
        if (reference === null) return at;
        at = await lookUp(at.file, reference);
      }
      throw problem(`${referenceIn(node.value)} refers to itself`);
    },
  };
}

function referenceIn(value: unknown): string | null {
  const reference = asObject(value)?.['$ref'];
  return typeof reference === 'string' ? reference : null;
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function problem(message: string, hint?: string): UsageError {
  return new UsageError(message, hint, 'ERR_OPENAPI');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
