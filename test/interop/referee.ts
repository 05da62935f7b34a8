import { readFileSync } from 'node:fs';

export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What judges our signatures: mostly the provider's own SDK. */
export interface Referee {
  /** Our id of the provider. */
  readonly provider: string;
  /** Which of the provider's signatures, where it has several. */
  readonly signature?: string;
  /** What our profile calls that signature, where it is not the one that is sent unless told otherwise. */
  readonly asks?: string;
  /** Verified by our profile, and never sent by it. */
  readonly isOnlyVerified?: true;
  /** `package@version`, as installed. */
  readonly sdk: string;
  /** What we sign with and what the SDK verifies with: they differ where the signature is asymmetric. */
  readonly keys: { readonly sign: string; readonly verify: string };
  /** One that does not fit `keys.sign`, as the SDK takes it. */
  readonly wrongKey: string;
  /** A refusal is false; what else goes wrong is thrown. The key is `keys.verify` unless given. */
  accepts(request: SignedRequest, now: number, key?: string): Promise<boolean>;
  /** A request of the SDK's own signing. */
  signs?(body: Uint8Array, now: number): Promise<SignedRequest>;
  /** Rejects where the SDK does not understand the payload of a request that it accepts. */
  reads?(request: SignedRequest): Promise<void>;
  /** What is sent, where an event of the catalog does not fit. */
  readonly sends?: { readonly body: string; readonly headers: SignedRequest['headers'] };
  /** The request with one bit of what is signed flipped; left out where that is its body. */
  tamper?(request: SignedRequest): SignedRequest;
}

export const URL_OF_THE_APP = 'https://example.com/hooks/app?a=1&b=two';

export function titleOf({ provider, signature }: Pick<Referee, 'provider' | 'signature'>): string {
  return signature === undefined ? provider : `${provider} ${signature}`;
}

/** `stripe@23.1.0`: the version that is really there. */
export function installed(name: string): string {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name}@${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`;
}

export function header({ headers }: SignedRequest, name: string): string {
  const found = headers.find(([own]) => own.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Error(`the request has no ${name} header`);
  return found[1];
}

/** The headers as Node hands them to an app. */
export function headersOf({ headers }: SignedRequest): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

export function textOf({ body }: SignedRequest): string {
  return Buffer.from(body).toString();
}

/** The request as fetch handlers get it. */
export function asFetchRequest({ method, url, headers, body }: SignedRequest): Request {
  const own = headers.map(([name, value]): [string, string] => [name, value]);
  return new Request(url, { method, headers: own, body: Buffer.from(body) });
}

/** True where the SDK does not throw, false where it throws a refusal. */
export async function unlessRefused(
  judge: () => unknown,
  isRefusal: (error: Error) => boolean,
): Promise<boolean> {
  try {
    await judge();
    return true;
  } catch (error) {
    if (error instanceof Error && isRefusal(error)) return false;
    throw error;
  }
}

export function tampered(referee: Referee, request: SignedRequest): SignedRequest {
  return referee.tamper?.(request) ?? { ...request, body: flipped(request.body) };
}

/** One bit of one letter, from the middle on: a change of content whatever notation the letter is part of. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const isLetter = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
  const middle = copy.findIndex((byte, index) => index >= copy.length / 2 && isLetter(byte));
  const index = middle === -1 ? copy.findIndex(isLetter) : middle;
  if (index === -1) throw new Error('there is no letter to change');
  copy[index]! ^= 1;
  return copy;
}

export function withHeader(
  request: SignedRequest,
  name: string,
  change: (value: string) => string,
): SignedRequest {
  return {
    ...request,
    headers: request.headers.map(([own, value]) => [
      own,
      own.toLowerCase() === name.toLowerCase() ? change(value) : value,
    ]),
  };
}

export function flippedText(text: string): string {
  return Buffer.from(flipped(Buffer.from(text))).toString();
}
