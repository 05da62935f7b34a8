import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NotFoundError, UsageError } from '../errors.ts';
import { curlFiles, curlRequest, isCurlCommand, parseCurl } from '../model/curl-command.ts';
import { isHttpText, parseHttpText, type ReadRequest } from '../model/request-text.ts';
import type { Context } from './context.ts';
import { readBytes } from './read-body.ts';

/** The option that takes such a request, for the commands that look at one. */
export const REQUEST_OPTION = [
  '--request <request>',
  'a curl command or an HTTP request as text: @file, - for stdin, or the text itself',
] as const;

/** Text can be no longer than some 512 MiB, and more than one copy is made. */
const MOST_BYTES = 256 * 1024 * 1024;

/** What is said where another request is given beside it. */
export const REQUEST_ALONE = [
  'either --request, or a capture, or --header and --body',
  'leave the others out',
] as const;

/** What is said where something else was pasted. */
export const NO_REQUEST = [
  'this is neither a curl command nor an HTTP request',
  'it begins with curl, or with a line like: POST / HTTP/1.1; a body alone is given with --body and --header',
] as const;

/** Where to look where neither a capture nor a request was given. */
export const WHICH_HINT =
  'name one, or last for the newest; or paste a curl command or an HTTP request: --request -';

/**
 * The request that `--request` names.
 * @throws {UsageError} where it is neither a curl command nor an HTTP request.
 */
export async function readRequest(context: Context, named: string): Promise<ReadRequest> {
  const bytes = await readBytes(context, named);
  const request = await recogniseRequest(context, bytes);
  if (request !== null) return request;
  if (bytes.length === 0) throw new UsageError('the request is empty', NO_REQUEST[1]);
  throw new UsageError(...NO_REQUEST);
}

/** A curl command or an HTTP request as what it says; null where the bytes are something else. */
export async function recogniseRequest(context: Context, bytes: Uint8Array): Promise<ReadRequest | null> {
  refuseLarge(bytes.length);
  if (isHttpText(bytes)) return parseHttpText(bytes);
  if (!isCurlCommand(bytes)) return null;
  const command = parseCurl(bytes);
  const files = new Map<string, Uint8Array>();
  let size = bytes.length;
  for (const path of curlFiles(command)) {
    if (!files.has(path)) files.set(path, await readNamed(context, path));
    // One that is named often is that often in the body.
    refuseLarge((size += files.get(path)!.length));
  }
  return { ...curlRequest(command, files), remarks: [] };
}

function refuseLarge(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new UsageError('the request is larger than 256 MiB', 'give its body alone, with --body and --header');
}

/** Regular files only: a device or a pipe may never end. */
async function readNamed({ cwd }: Context, path: string): Promise<Uint8Array> {
  const file = resolve(cwd, path);
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new UsageError(`${path}, which the curl command names, is no file`);
    refuseLarge(facts.size);
    return await readFile(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new NotFoundError(
      `cannot read ${path}, which the curl command names`,
      'paths are relative to the working directory',
    );
  }
}
