import type { Finding } from '../model/check.ts';
import type { RandomBytes } from '../model/id.ts';
import type { OutgoingRequest, RawRequest } from '../model/request.ts';
import type { EventType, Provider } from '../providers/provider.ts';

/** How the events of a provider are made: as `send` makes them. */
export interface ContractContext {
  /** The exact bytes of an example payload. */
  payload(provider: Provider, eventType: EventType): Promise<Uint8Array>;
  /** The signed request of a fresh event. */
  request(provider: Provider, eventType: EventType, secret: string): Promise<OutgoingRequest>;
  /** When those are signed, in milliseconds since the Unix epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
}

export type NamedFinding = readonly [id: string, title: string, finding: Finding];

/** A request as its receiver sees it. */
export function asReceived({ method, url, headers, body }: OutgoingRequest): RawRequest {
  const { pathname, search } = new URL(url);
  return { method, path: pathname + search, headers, body };
}
