import type { Diagnosis } from '../diagnosis/cause.ts';
import type { Capture, CaptureResponse } from '../model/capture.ts';
import type { Header } from '../model/request.ts';
import { withoutOrigin } from '../model/target.ts';
import type { Verdict } from '../model/verdict.ts';
import { bodyJson, bodyText, whatwgRequest, type ReadableBody } from './http-message.ts';

/** A request that a receiver got: a capture, and its body to read. */
export class ReceivedCapture implements Capture, ReadableBody {
  /** `cap_…`; sorts by time. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  readonly remoteAddress: string | null;
  /** Whose request it is; null where nothing tells. */
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  /** The earliest capture of the same event, where this one repeats it. */
  readonly duplicateOf: string | null;
  /** Null where nothing could be verified: no provider, or no secret for it. */
  readonly verdict: Verdict | null;
  readonly method: string;
  /** The request target as received: path and query. */
  readonly path: string;
  /** In order, with their duplicates, in the case they were sent in. */
  readonly headers: readonly Header[];
  /** The exact bytes. */
  readonly body: Uint8Array;
  /** Null until it has been answered, which a capture may be waited for without. */
  readonly response: CaptureResponse | null;

  readonly #diagnose: () => readonly Diagnosis[];

  constructor(capture: Capture, diagnose: () => readonly Diagnosis[] = () => []) {
    this.#diagnose = diagnose;
    this.id = capture.id;
    this.receivedAt = capture.receivedAt;
    this.remoteAddress = capture.remoteAddress;
    this.provider = capture.provider;
    this.eventType = capture.eventType;
    this.eventId = capture.eventId;
    this.duplicateOf = capture.duplicateOf;
    this.verdict = capture.verdict;
    this.method = capture.method;
    this.path = capture.path;
    this.headers = capture.headers;
    this.body = capture.body;
    this.response = capture.response;
  }

  json(): unknown {
    return bodyJson(this, `${this.eventType ?? `${this.method} ${this.path}`} (${this.id})`);
  }

  text(): string {
    return bodyText(this);
  }

  /** Why its signature does not verify, best first; empty where it does, or nothing was verified. */
  diagnosis(): readonly Diagnosis[] {
    return this.#diagnose();
  }

  /** The same request for a handler that takes a WHATWG Request. Its path is appended to the origin of `base`. */
  request(base: string | URL = 'http://localhost'): Request {
    return whatwgRequest(new URL(withoutOrigin(this.path), base).href, this);
  }
}
