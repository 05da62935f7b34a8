import { cpus, release, totalmem, type } from 'node:os';

/** What figures are worth nothing without. */
export function machine() {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.version,
    system: `${type()} ${release()}`,
  };
}
