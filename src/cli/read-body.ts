import { resolve } from 'node:path';
import { NotFoundError, UsageError } from '../errors.ts';
import type { Context } from './context.ts';
import { readWhole } from './read-whole.ts';

/** The bytes an option names: `@file`, `-` for standard input, otherwise the text itself. */
export async function readBytes(context: Context, text: string): Promise<Uint8Array> {
  if (text === '-') return context.readStdin();
  if (!text.startsWith('@')) return Buffer.from(text);
  const path = text.slice(1);
  try {
    return await readWhole(resolve(context.cwd, path), path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new NotFoundError(`cannot read ${path}`, 'check the path after the @');
  }
}
