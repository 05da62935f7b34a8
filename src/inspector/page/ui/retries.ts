import type { ProviderItem } from '../../contract.ts';

/** `after 1 m, 5 m, 30 m`. */
export function retriesText({ schedule }: Pick<ProviderItem, 'schedule'>): string {
  return schedule === 'none' ? schedule : `after ${schedule}`;
}
