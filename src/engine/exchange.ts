import type { Dispatcher } from 'undici';
import type { AttemptResponse } from '../model/attempt.ts';
import { pairHeaders } from '../model/request.ts';

export interface ExchangeEnd {
  answered(response: AttemptResponse): void;
  /** @param begun whether any byte of an answer had come */
  failed(error: Error, begun: boolean): void;
}

/** One request on a connection: collects its answer, up to a number of bytes of body, and can be stopped at any time. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limit: number;
  readonly #end: ExchangeEnd;
  #controller: Dispatcher.DispatchController | null = null;
  #stopped: Error | null = null;
  #begun = false;
  #status = 0;
  #headers: AttemptResponse['headers'] = [];
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number, end: ExchangeEnd) {
    this.#limit = limit;
    this.#end = end;
  }

  /** Drops the connection, or the request where it still waits for one. Nothing is reported any more. */
  stop(reason: Error): void {
    this.#stopped = reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped !== null) controller.abort(this.#stopped);
  }

  onResponseStarted(): void {
    this.#begun = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = pairHeaders((controller.rawHeaders as Buffer[]).map(latin1));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stopped !== null) return;
    // A copy: a part of the buffer that was read into would keep all of it.
    if (this.#size < this.#limit) this.#chunks.push(Buffer.from(chunk.subarray(0, this.#limit - this.#size)));
    this.#size += chunk.length;
    if (this.#size <= this.#limit) return;
    this.#answer(true);
    this.stop(new Error('read enough'));
  }

  onResponseEnd(): void {
    this.#answer(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#stopped === null) this.#end.failed(error, this.#begun);
  }

  #answer(truncated: boolean): void {
    if (this.#stopped !== null) return;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#end.answered({ status: this.#status, headers: this.#headers, body, truncated });
  }
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}
