import type { EndpointHealth } from '../../contract.ts';

/** Which part of the finished deliveries succeeded, in whole percent; null where none is finished. Only all are 100. */
export function successRate({
  succeeded,
  failed,
}: Pick<EndpointHealth, 'succeeded' | 'failed'>): number | null {
  const finished = succeeded + failed;
  return finished === 0 ? null : Math.floor((succeeded / finished) * 100);
}

export function rateTone(percent: number): 'good' | 'warn' | 'bad' {
  return percent >= 99 ? 'good' : percent >= 90 ? 'warn' : 'bad';
}
