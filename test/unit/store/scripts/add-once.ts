import { openStore } from '../../../../src/store/open.ts';
import { newCapture } from '../../../support/captures.ts';

// add-once.ts <path>: adds a capture, says its id, and ends.
const [path] = process.argv.slice(2);
const { captures, close } = await openStore({ path: path! });
const capture = newCapture();
await captures.add(capture);
await close();
console.log(capture.id);
