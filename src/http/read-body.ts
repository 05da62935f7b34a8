import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly kind: 'complete'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The sender went away before the end. */
  | { readonly kind: 'aborted'; readonly receivedBytes: number };

/** Reads a request's body up to a limit in bytes. Never rejects. */
export function readBody(message: IncomingMessage, limit: number): Promise<BodyResult> {
  const declared = Number(message.headers['content-length']);
  if (declared > limit) return Promise.resolve({ kind: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      finish({ kind: 'too-large' });
    };
    const onEnd = (): void =>
      finish(
        message.complete
          ? { kind: 'complete', body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) }
          : { kind: 'aborted', receivedBytes: size },
      );
    const onClose = (): void => finish({ kind: 'aborted', receivedBytes: size });
    function finish(result: BodyResult): void {
      message.off('data', onData);
      message.off('end', onEnd);
      message.off('close', onClose);
      resolve(result);
    }
    message.on('data', onData);
    message.on('end', onEnd);
    message.on('close', onClose);
    // An aborted upload is reported by 'close'; without a listener its 'error' would end the process.
    message.on('error', () => {});
  });
}
