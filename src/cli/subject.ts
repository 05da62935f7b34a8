import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { parseHeader } from '../model/header-line.ts';
import type { RawRequest } from '../model/request.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { isThere } from './is-there.ts';
import { NO_REQUEST, readRequest, recogniseRequest, REQUEST_ALONE, WHICH_HINT } from './pasted-request.ts';
import { pickCapture } from './pick.ts';
import { readBytes } from './read-body.ts';

/** The options that say what to verify. */
export interface SubjectOptions {
  readonly provider?: string;
  readonly request?: string;
  readonly header?: string[];
  readonly body?: string;
  readonly secret?: string[];
  readonly secretFile?: string[];
}

/** What is verified. */
export interface Subject {
  readonly request: RawRequest;
  readonly provider: string | null;
  readonly captureId: string | null;
  /** When it came, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The database it comes from; null where it comes from elsewhere. */
  readonly store: Store | null;
  readonly remarks: readonly string[];
}

/** A capture, a pasted request, or headers and a body, as the options and standard input have it. */
export async function readSubject(
  context: Context,
  options: SubjectOptions,
  id: string | undefined,
): Promise<Subject> {
  const headers = (options.header ?? []).map(parseHeader);
  const given = headers.length > 0 || options.body !== undefined;
  const foreign = (request: RawRequest, remarks: readonly string[] = []): Subject => ({
    request,
    provider: null,
    captureId: null,
    at: context.clock.now(),
    store: null,
    remarks,
  });
  if (options.request !== undefined) {
    if (given || id !== undefined) throw new UsageError(...REQUEST_ALONE);
    const read = await readRequest(context, options.request);
    return foreign(read, read.remarks);
  }
  if (id !== undefined && given) {
    throw new UsageError('either a capture or --header and --body', 'leave one of them out');
  }
  if (given) {
    if (options.body === undefined && context.stdinIsTTY) {
      throw new UsageError(
        'the body is missing',
        'give it with --body @file, or on standard input with --body -',
      );
    }
    const body = await readBytes(context, options.body ?? '-');
    return foreign({ method: 'POST', path: '/', headers, body });
  }
  const isPasted = [options.provider, options.secret, options.secretFile].some(
    (value) => value !== undefined,
  );
  if (id === undefined && isPasted && !context.stdinIsTTY) {
    const body = await context.readStdin();
    const read = await recogniseRequest(context, body);
    if (read !== null) return foreign(read, read.remarks);
    if (options.provider !== undefined) return foreign({ method: 'POST', path: '/', headers, body });
    // A body alone may be anybody's; nothing at all is no request.
    if (body.length > 0) throw new UsageError(...NO_REQUEST);
  }
  if (id === undefined && !context.interactive) throw new UsageError('which capture?', WHICH_HINT);
  if (id !== undefined) await refuseFile(context, id);
  const store = await context.store();
  const capture = await pickCapture(context, store, id);
  const { provider, receivedAt: at } = capture;
  return { request: capture, provider, captureId: capture.id, at, store, remarks: [] };
}

/** A request in a file, or on standard input, is easily given where a capture is due. */
async function refuseFile({ cwd }: Context, id: string): Promise<void> {
  if (id === '-') throw new UsageError('- is no capture', 'for a request on standard input: --request -');
  if (!/[./\\]/.test(id)) return;
  if (await isThere(resolve(cwd, id)))
    throw new UsageError(`${id} is a file, and no capture`, `give it with --request @${id}`);
}
