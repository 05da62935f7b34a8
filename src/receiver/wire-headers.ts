import type { Header } from '../model/request.ts';

/**
 * Headers as Node's HTTP takes them to write the same bytes again: flat, names and order as they are.
 *
 * Node reads the value of a Content-Disposition that stands after a Content-Length as UTF-8 before it writes it as
 * Latin-1, which spoils or refuses every byte beyond ASCII; encoding it once more in advance undoes that.
 */
export function wireHeaders(headers: readonly Header[]): string[] {
  let sized = false;
  return headers.flatMap(([name, value]) => {
    const key = name.toLowerCase();
    if (key === 'content-length') sized = Number(value) > 0;
    if (key !== 'content-disposition' || !sized) return [name, value];
    return [name, Buffer.from(value, 'utf8').toString('latin1')];
  });
}
