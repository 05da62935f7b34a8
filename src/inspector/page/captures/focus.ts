export const LIST_ID = 'captures-list';
export const DETAIL_ID = 'capture-detail';
export const SEARCH_ID = 'captures-search';

export const isInDetail = (): boolean => document.activeElement?.closest(`#${DETAIL_ID}`) != null;

export function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}

/** Whether the list and the capture stand side by side. */
export const isWide = (): boolean => matchMedia('(min-width: 901px)').matches;
