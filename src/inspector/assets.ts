import { readFile } from 'node:fs/promises';
import { WebhookError } from '../errors.ts';

/** Where the build leaves the page; the same from src/ as from dist/. */
const BUILT = new URL('../../dist/inspector/assets/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * The page's files, by the path they are served at. Views are paths of the one page.
 * @throws {WebhookError} where the program was not built.
 */
export async function loadAssets(views: readonly string[]): Promise<ReadonlyMap<string, Asset>> {
  const files = await Promise.all(
    Object.entries(TYPES).map(async ([name, type]) => [name, { type, body: await read(name) }] as const),
  );
  const page = new Map(files).get('index.html')!;
  return new Map<string, Asset>([
    ...files.map(([name, asset]) => [`/assets/${name}`, asset] as const),
    ...['/', ...views.map((view) => `/${view}`)].map((path) => [path, page] as const),
  ]);
}

async function read(name: string): Promise<Uint8Array> {
  try {
    return await readFile(new URL(name, BUILT));
  } catch (cause) {
    throw new WebhookError('ERR_NO_PAGE', `the inspector's page is missing: ${name}`, {
      hint: 'run: npm run build',
      cause,
    });
  }
}
