import type { Provider } from '../providers/provider.ts';

/** How a provider writes a JSON value. */
export function jsonWriter(provider: Pick<Provider, 'escapesUnicode'>): (value: unknown) => string {
  return provider.escapesUnicode
    ? (value) => escapeUnicode(JSON.stringify(value))
    : (value) => JSON.stringify(value);
}

/** JSON text of the same meaning in ASCII alone, with small hexadecimal digits. */
export function escapeUnicode(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
