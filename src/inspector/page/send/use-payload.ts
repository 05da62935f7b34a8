import { useEffect, useRef, useState } from 'preact/hooks';
import type { Payload } from '../../contract.ts';
import { ApiFailure, get } from '../api.ts';
import { editsIn } from './edits.ts';

const edits = editsIn(sessionStorage);

export interface PayloadText {
  /** Null until an example is loaded. */
  readonly body: string | null;
  readonly failure: ApiFailure | null;
  readonly isEdited: boolean;
  edit(body: string): void;
  /** Another example, with fresh ids. */
  refresh(): Promise<void>;
  /** Back to the edited text that an example has taken the place of; null where there is none. */
  readonly undo: (() => void) | null;
}

/** The text of the editor: what was typed for this type before, otherwise an example. */
export function usePayload(provider: string, type: string): PayloadText {
  const key = `${provider} ${type}`;
  const [state, set] = useState<{
    key: string;
    body: string | null;
    isEdited: boolean;
    failure: ApiFailure | null;
  }>({
    key: '',
    body: null,
    isEdited: false,
    failure: null,
  });
  const [before, setBefore] = useState<string | null>(null);
  const wanted = useRef(key);
  wanted.current = key;

  async function load(): Promise<void> {
    const mine = key;
    try {
      const { body } = await get<Payload>(`/api/providers/${encodeURIComponent(provider)}/payload`, { type });
      if (wanted.current === mine) set({ key: mine, body, isEdited: false, failure: null });
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      if (wanted.current === mine) set((now) => ({ ...now, failure }));
    }
  }

  useEffect(() => {
    setBefore(null);
    if (provider === '' || type === '') return;
    const kept = edits.get(provider, type);
    if (kept === null) void load();
    else set({ key, body: kept, isEdited: true, failure: null });
  }, [key]);

  function edit(body: string): void {
    edits.set(provider, type, body);
    set({ key, body, isEdited: true, failure: null });
  }
  return {
    ...state,
    body: state.key === key ? state.body : null,
    edit,
    async refresh() {
      if (state.isEdited) setBefore(state.body);
      edits.set(provider, type, null);
      await load();
    },
    undo:
      before === null
        ? null
        : () => {
            edit(before);
            setBefore(null);
          },
  };
}
