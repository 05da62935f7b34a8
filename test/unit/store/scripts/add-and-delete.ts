import { openStore } from '../../../../src/store/open.ts';
import { newCapture } from '../../../support/captures.ts';
import { noise } from '../../../support/noise.ts';

// add-and-delete.ts <path>: adds large captures and deletes the one before, for ever.
const [path] = process.argv.slice(2);
const { captures } = await openStore({ path: path! });
console.log('ready');
for (let before: string | null = null; ;) {
  const { id, ...rest } = newCapture({ body: noise(4_000_000, 'large') });
  const added = `${id}-${process.pid}`;
  await captures.add({ ...rest, id: added });
  if (before !== null) await captures.delete([before]);
  before = added;
}
