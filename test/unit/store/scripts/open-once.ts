import { openStore } from '../../../../src/store/open.ts';

// open-once.ts <path>: says how opening fails.
const [path] = process.argv.slice(2);
const problem = await openStore({ path: path! }).then(
  () => null,
  ({ name, code, message, hint }: Record<string, unknown>) => ({ name, code, message, hint }),
);
console.log(JSON.stringify(problem));
