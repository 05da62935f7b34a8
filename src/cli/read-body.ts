import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NotFoundError } from '../errors.ts';
import type { Context } from './context.ts';

/** The bytes an option names: `@file`, `-` for standard input, otherwise the text itself. */
export async function readBytes(context: Context, text: string): Promise<Uint8Array> {
  if (text === '-') return context.readStdin();
  if (!text.startsWith('@')) return Buffer.from(text);
  const path = text.slice(1);
  try {
    return await readFile(resolve(context.cwd, path));
  } catch {
    throw new NotFoundError(`cannot read ${path}`, 'check the path after the @');
  }
}
