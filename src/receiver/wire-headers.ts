import type { Header } from '../model/request.ts';

/**
 * Headers as Node's HTTP takes them to write the same bytes again: flat, names and order as they are.
 *
 * Node reads the value of a Content-Disposition that stands after a Content-Length as UTF-8 before it writes it as
 * Latin-1, which spoils or refuses every byte beyond ASCII; encoding it once more in advance undoes that.
 */
export function wireHeaders(headers: readonly Header[]): string[] {
  const flat: string[] = [];
  let sized = false;
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === 'content-length') sized = Number(value) > 0;
    const isRead = sized && key === 'content-disposition';
    flat.push(name, isRead ? Buffer.from(value, 'utf8').toString('latin1') : value);
  }
  return flat;
}
