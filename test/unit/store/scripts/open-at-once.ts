import { once } from 'node:events';
import { connect } from 'node:net';
import { openStore } from '../../../../src/store/open.ts';

// open-at-once.ts <port> <path...>: opens one database after the other, each when the connection says so.
const [port, ...paths] = process.argv.slice(2);
const starter = connect(Number(port), '127.0.0.1');
for (const path of paths) {
  await once(starter, 'data');
  const problem = await openStore({ path })
    .then((store) => store.captures.list({}, { limit: 1 }).then(() => store.close()))
    .then(
      () => 'ok',
      (error: unknown) => String((error as Error).stack),
    );
  console.log(problem.replaceAll('\n', ' '));
  starter.write('opened');
}
starter.end();
