import { createHash, timingSafeEqual } from 'node:crypto';
import { headerValue, type Header } from '../model/request.ts';

export type Bearing = 'right' | 'wrong' | 'missing';

/** Tells whether requests bear a token as `Authorization: Bearer`. It takes the same time for all wrong ones. */
export function createBearerCheck(token: string): (headers: readonly Header[]) => Bearing {
  const expected = digest(token);
  return (headers) => {
    const given = /^Bearer +(\S+) *$/i.exec(headerValue(headers, 'authorization') ?? '')?.[1];
    if (given === undefined) return 'missing';
    return timingSafeEqual(digest(given), expected) ? 'right' : 'wrong';
  };
}

/** Of equal length for all texts. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
