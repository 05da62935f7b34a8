import { WebhookError } from '../errors.ts';
import { withoutHopByHop, type RawRequest } from '../model/request.ts';
import { decodeContent } from '../model/text.ts';

/** What can be read of a request's body. */
export interface ReadableBody {
  /**
   * The body parsed as JSON.
   * @throws {WebhookError} `ERR_NOT_JSON` where it is none.
   */
  json(): unknown;
  /** The body as text, UTF-8. Bytes that are none become U+FFFD. */
  text(): string;
}

/** Encoded bodies are decoded up to this size, in bytes; beyond it they are as they came. */
const MOST_DECODED = 64 * 1024 * 1024;

/** A body as text, with its Content-Encoding undone. */
export function bodyText({ headers, body }: Pick<RawRequest, 'headers' | 'body'>): string {
  return Buffer.from(
    decodeContent(headers, body, { encoded: body.length, decoded: MOST_DECODED }),
  ).toString();
}

/** @throws {WebhookError} `ERR_NOT_JSON`. */
export function bodyJson(request: Pick<RawRequest, 'headers' | 'body'>, what: string): unknown {
  const text = bodyText(request);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const shown = text.trim() === '' ? 'it is empty' : (error as Error).message;
    throw new WebhookError('ERR_NOT_JSON', `the body of ${what} is not JSON: ${shown}`, {
      hint: 'look at it with text()',
      cause: error,
    });
  }
}

/** The same request for a handler that takes a WHATWG Request: its headers but those of its connection, its exact bytes. */
export function whatwgRequest(url: string, { method, headers, body }: RawRequest): Request {
  const bodiless = body.length === 0 || method === 'GET' || method === 'HEAD';
  return new Request(url, {
    method,
    headers: withoutHopByHop(headers).map(([name, value]): [string, string] => [name, value]),
    ...(bodiless ? {} : { body: ownBuffer(body) }),
  });
}

/** A body that nobody else writes into. */
function ownBuffer(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(body);
}
