import type { IncomingMessage } from 'node:http';
import type { Hold } from './capacity.ts';
import { gather } from './gather.ts';

export type BodyResult =
  | { readonly kind: 'complete'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** There is no room for more of it. */
  | { readonly kind: 'no-room' }
  /** The sender went away before the end. */
  | { readonly kind: 'aborted'; readonly receivedBytes: number };

/** Reads a request's body up to a limit in bytes, as far as there is room. Never rejects. */
export function readBody(
  message: IncomingMessage,
  limit: number,
  hold: Pick<Hold, 'take'>,
): Promise<BodyResult> {
  return new Promise((resolve) => {
    const gathered = gather(declaredLength(message));
    const onData = (piece: Buffer): void => {
      if (gathered.size() + piece.length > limit) finish({ kind: 'too-large' });
      else if (hold.take(piece.length)) gathered.add(piece);
      else finish({ kind: 'no-room' });
    };
    const onEnd = (): void =>
      finish(
        message.complete
          ? { kind: 'complete', body: gathered.bytes() }
          : { kind: 'aborted', receivedBytes: gathered.size() },
      );
    const onClose = (): void => finish({ kind: 'aborted', receivedBytes: gathered.size() });
    function finish(result: BodyResult): void {
      message.off('data', onData);
      message.off('end', onEnd);
      message.off('close', onClose);
      gathered.drop();
      resolve(result);
    }
    message.on('data', onData);
    message.on('end', onEnd);
    message.on('close', onClose);
    // An aborted upload is reported by 'close'; without a listener its 'error' would end the process.
    message.on('error', () => {});
  });
}

/** What a sender says its body is long; null where it does not. */
export function declaredLength({ headers }: Pick<IncomingMessage, 'headers'>): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}
