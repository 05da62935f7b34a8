/** Payloads that were edited, by provider and type: they outlast a look at another view or type, and a reload of the tab. */
interface Edits {
  get(provider: string, type: string): string | null;
  set(provider: string, type: string, body: string | null): void;
}

interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function editsIn(store: Store): Edits {
  const keyOf = (provider: string, type: string): string => `edit ${provider} ${type}`;
  return {
    get: (provider, type) => store.getItem(keyOf(provider, type)),
    set(provider, type, body) {
      try {
        store.removeItem(keyOf(provider, type));
        if (body !== null) store.setItem(keyOf(provider, type), body);
      } catch {
        // A body too large to keep is still in the editor.
      }
    },
  };
}
