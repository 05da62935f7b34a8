import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that nothing can compress, the same ones from the same start. */
export function noise(size: number, start: string): Buffer {
  const key = createHash('md5').update(start).digest();
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
