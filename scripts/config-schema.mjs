// Writes schema/, what editors complete and check webhook.config.json by, from the shapes that the program checks it by. To be run
// after a change of those and a build; a test fails until it has been.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { editorSchemas } from '../dist/own/config-schema.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(editorSchemas())) {
  writeFileSync(
    new URL(name, folder),
    await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 }),
  );
}
