import { createReadStream } from 'node:fs';
import { UsageError } from '../errors.ts';
import { formatSize } from '../model/size.ts';

/** Larger inputs are taken for a mistake: a device, or a pipe that never ends. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * All that a file, pipe or device holds.
 * @param name what to call it in a message.
 * @throws {UsageError} where it holds more than the limit. Whatever else goes wrong is thrown as the system has it.
 */
export async function readWhole(path: string, name: string, limit = MOST_BYTES): Promise<Buffer> {
  return collect(createReadStream(path, { end: limit }), name, limit);
}

/** The same for a stream. */
export async function collect(
  stream: AsyncIterable<unknown>,
  name: string,
  limit = MOST_BYTES,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > limit) {
      throw new UsageError(
        `${name} is larger than ${formatSize(limit)}`,
        'is it a device, or a pipe that never ends?',
      );
    }
  }
  return Buffer.concat(chunks, size);
}
