import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve, isAbsolute } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Documents } from '../own/openapi/document.ts';
import type { Context } from './context.ts';
import { readWhole } from './read-whole.ts';

/** Larger documents are not read. */
const LARGEST = 50_000_000;

interface OpenDocument {
  readonly document: unknown;
  readonly path: string;
  readonly documents: Documents;
}

/**
 * An OpenAPI document of the user's, and what it refers to beside it: a document from elsewhere must not have other files read.
 * @throws {UsageError} `ERR_OPENAPI`
 */
export async function openDocument(
  { cwd, readStdin }: Pick<Context, 'cwd' | 'readStdin'>,
  file: string,
): Promise<OpenDocument> {
  const path = file === '-' ? resolve(cwd, 'stdin') : resolve(cwd, file);
  const folder = dirname(path);
  const bytes = file === '-' ? await readStdin() : await readBytes(path, file);
  return {
    document: await parse(bytes, file),
    path,
    documents: {
      resolve: (from, to) => resolve(dirname(from), to),
      read: async (at) => {
        const name = relative(folder, at);
        await refuseOutside(folder, at, name);
        return parse(await readBytes(at, name), name);
      },
    },
  };
}

async function refuseOutside(folder: string, at: string, name: string): Promise<void> {
  const real = await realpath(at).catch(() => at);
  const inside = relative(await realpath(folder), real);
  const isOutside = [name, inside].some((one) => one.startsWith('..') || isAbsolute(one));
  if (!isOutside) return;
  throw problem(`it refers to ${name}, which is outside its folder`, 'copy that file beside it');
}

async function readBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readWhole(path, name, LARGEST);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw problem(`cannot read the OpenAPI document ${name}`, 'check the path');
  }
}

/** JSON is YAML, but for what only JSON's own parser reads fast. */
async function parse(bytes: Uint8Array, name: string): Promise<unknown> {
  if (bytes.length > LARGEST) throw problem(`${name} is larger than 50 MB`, 'give the webhooks alone');
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // YAML, then.
  }
  const { parse: parseYaml } = await import('yaml');
  try {
    // As JSON has it: a tree, and not something that holds itself.
    return JSON.parse(JSON.stringify(parseYaml(text)) ?? 'null') as unknown;
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]!.replace(/:$/, '');
    throw problem(
      `${name === '-' ? 'stdin' : name}: neither JSON nor YAML (${reason})`,
      'give an OpenAPI document',
    );
  }
}

function problem(message: string, hint: string): UsageError {
  return new UsageError(message, hint, 'ERR_OPENAPI');
}
