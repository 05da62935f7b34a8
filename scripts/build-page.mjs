// Bundles the inspector's page into a few files that are served as they are: no build step when the program runs.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const source = fileURLToPath(new URL('../src/inspector/page', import.meta.url));
const NOTICE =
  '/* Holds Preact (MIT, (c) 2015-present Jason Miller) and jsdiff (BSD-3-Clause, (c) 2009-2015 Kevin Decker). */';

/**
 * @param {string} outDir where the assets go
 * @returns {Promise<string[]>} the files that the script is made of
 */
export async function buildPage(outDir) {
  mkdirSync(outDir, { recursive: true });
  const bundle = await rolldown({
    input: join(source, 'main.tsx'),
    platform: 'browser',
    tsconfig: join(source, 'tsconfig.json'),
    transform: { target: 'es2023' },
  });
  const { output } = await bundle.write({
    file: join(outDir, 'app.js'),
    format: 'esm',
    minify: true,
    comments: false,
    postBanner: NOTICE,
  });
  await bundle.close();
  const sheets = readdirSync(join(source, 'style')).sort();
  const css = sheets.map((name) => readFileSync(join(source, 'style', name), 'utf8')).join('\n');
  writeFileSync(join(outDir, 'app.css'), dense(css));
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(outDir, name));
  return output[0].moduleIds;
}

/** Without comments and indentation. Strings keep what they hold, as line breaks cannot stand in them. */
function dense(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, '\n')
    .replace(/\n?([{};,])\n/g, '$1')
    .replace(/([:,]) /g, '$1')
    .replace(/ ([{>]) ?/g, '$1')
    .replace(/\n/g, ' ')
    .replace(/; ?} ?/g, '}')
    .replace(/; /g, ';');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage(fileURLToPath(new URL('../dist/inspector/assets', import.meta.url)));
}
