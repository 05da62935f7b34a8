// Bundles the part of the localtunnel client that src/tunnel uses, so that installing this package installs neither the rest of that
// client nor the packages it pins.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const PART = 'localtunnel/lib/TunnelCluster.js';
const BUNDLE = './localtunnel-cluster.js';

/**
 * @param {string} outDir where the compiled src/tunnel is
 * @returns {Promise<string[]>} the files of other packages that the bundle holds
 */
export async function buildTunnel(outDir) {
  // debug takes supports-color where it finds one.
  const bundle = await rolldown({ input: PART, platform: 'node', external: ['supports-color'] });
  const { output } = await bundle.write({ file: join(outDir, BUNDLE), format: 'esm', minify: true });
  await bundle.close();
  useBundle(join(outDir, 'localtunnel.js'));
  return output[0].moduleIds;
}

function useBundle(importer) {
  const parts = readFileSync(importer, 'utf8').split(`'${PART}'`);
  if (parts.length !== 2) throw new Error(`${importer} imports ${PART} ${parts.length - 1} times`);
  writeFileSync(importer, parts.join(`'${BUNDLE}'`));
}
