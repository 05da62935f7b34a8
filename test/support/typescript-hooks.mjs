import { readFile } from 'node:fs/promises';
import { createRequire, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// `node --import <this file> script.ts`: runs TypeScript as it stands, on a Node that cannot do so itself.
if (isMainThread) register(import.meta.url);

const require = createRequire(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  // Imported instead of required, the compiler takes five times as long to load.
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
  const { outputText } = transpileModule(await readFile(new URL(url), 'utf8'), {
    compilerOptions: {
      module: ModuleKind.ESNext,
      target: ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}
