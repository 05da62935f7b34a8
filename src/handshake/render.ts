import { UsageError } from '../errors.ts';
import type { RandomBytes } from '../model/id.ts';
import { randomToken } from '../model/id.ts';
import { parseJsonPath, setAt } from '../model/json-path.ts';
import type { Header, OutgoingRequest } from '../model/request.ts';
import type { Handshake } from '../providers/handshake.ts';
import type { Provider } from '../providers/provider.ts';
import { signRequest } from '../providers/signatures.ts';
import { placeValue } from '../signing/place.ts';
import type { Secret } from '../signing/scheme.ts';
import { judgeAnswer, type GivenAnswer, type HandshakeVerdict } from './judge.ts';
import { knownValues } from './match.ts';
import { fillPattern, type Values } from './pattern.ts';
import { boundNames } from './request.ts';

export interface RenderOptions {
  readonly url: string;
  readonly secret: Secret | null;
  readonly verifyToken?: string | undefined;
  readonly randomBytes: RandomBytes;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Instead of what would be made up. */
  readonly values?: ReadonlyMap<string, string>;
}

export interface RenderedHandshake {
  readonly request: OutgoingRequest;
  /** Whether the provider takes what a consumer answered. */
  readonly judge: (answer: GivenAnswer) => HandshakeVerdict;
}

const CHALLENGE_LENGTH = 24;

/**
 * A handshake as its provider sends it, with values made up for this one, and what is due for it.
 * @throws {UsageError} `ERR_NO_SECRET`, `ERR_NO_VERIFY_TOKEN` where one is needed and not given.
 */
export function renderHandshake(
  provider: Provider,
  handshake: Handshake,
  { url, secret, verifyToken, randomBytes, now, values }: RenderOptions,
): RenderedHandshake {
  const made = new Map(
    [...boundNames(handshake)]
      .filter((name) => name !== 'secret' && name !== 'verifyToken')
      .map((name) => [name, values?.get(name) ?? randomToken(CHALLENGE_LENGTH, randomBytes)] as const),
  );
  const known = knownValues(made, { secret, verifyToken });
  const unsigned = write(provider, handshake, url, known);
  const isSigned = handshake.signed && provider.signature.value.kind !== 'none';
  if (isSigned && secret === null) throw missing('secret', handshake);
  return {
    request: isSigned ? signRequest(provider, unsigned, secret!, { now }) : unsigned,
    judge: (answer) => judgeAnswer(handshake, known, answer),
  };
}

function write(provider: Provider, handshake: Handshake, url: string, known: Values): OutgoingRequest {
  const { method, query = {}, headers = {}, body, form } = handshake.request;
  const fill = (pattern: string): string => {
    const filled = fillPattern(pattern, known);
    if ('missing' in filled) throw missing(filled.missing, handshake);
    return filled.text;
  };
  let tree: unknown;
  for (const [path, value] of Object.entries(body ?? {})) {
    tree = setAt(tree, parseJsonPath(path), typeof value === 'string' ? fill(value) : value);
  }
  const fields = new URLSearchParams(
    Object.entries(form ?? {}).map(([name, value]): [string, string] => [name, fill(value)]),
  );
  const [text, type] =
    body !== undefined
      ? [JSON.stringify(tree), 'application/json']
      : form !== undefined
        ? [fields.toString(), 'application/x-www-form-urlencoded']
        : ['', null];
  let request: OutgoingRequest = {
    method,
    url,
    headers: [
      ...fixedHeaders(provider),
      ...(type === null ? [] : [['Content-Type', type] as const]),
      ...Object.entries(headers).map(([name, value]) => [name, fill(value)] as const),
    ],
    body: Buffer.from(text),
  };
  for (const [name, value] of Object.entries(query))
    request = placeValue({ query: name }, request, fill(value));
  return request;
}

/** What a provider sends with everything, such as its `User-Agent`. */
function fixedHeaders({ headers }: Provider): Header[] {
  return headers.flatMap(({ name, value, extra }) =>
    'text' in value && extra !== true && name.toLowerCase() !== 'content-type'
      ? [[name, value.text] as const]
      : [],
  );
}

function missing(what: string, { name }: Handshake): UsageError {
  return what === 'verifyToken'
    ? new UsageError(
        `${name} needs the verify token`,
        'give the one that your app expects with --verify-token or WEBHOOK_VERIFY_TOKEN',
        'ERR_NO_VERIFY_TOKEN',
      )
    : new UsageError(
        `${name} needs ${what === 'secret' ? 'the secret' : what}`,
        'give it with --secret, --secret-file or WEBHOOK_SECRET',
        'ERR_NO_SECRET',
      );
}
