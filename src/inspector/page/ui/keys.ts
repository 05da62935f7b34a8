/** Whether a dialog has the keys. */
export const isInDialog = (): boolean => document.querySelector('dialog[open]') !== null;

/** Whether a key goes into a field, and is no shortcut. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
