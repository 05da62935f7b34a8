import { builtin } from './io.ts';

/** This package's version. */
export function version(): string {
  const manifest = builtin('node:fs').readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
