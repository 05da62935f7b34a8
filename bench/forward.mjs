import { join } from 'node:path';
import { withFolder } from './support/folder.mjs';
import { startBare, startListen } from './support/process.mjs';
import { SECRET } from './support/signed-request.mjs';
import { CONNECTIONS, rateRow, underLoad } from './support/under-load.mjs';

/** Requests a second to an app through `listen --forward`, against the same requests to the app itself. */
export default function forward({ quick, progress }) {
  return withFolder(async (folder) => {
    const rounds = 5;
    const seconds = quick ? 1 : 3;
    const direct = await startBare();
    const options = ['--secret', SECRET, '--forward', direct.url];
    const listen = await startListen(join(folder, 'bench.db'), options);
    const servers = { direct, 'listen --forward': listen };
    try {
      const measured = await underLoad(servers, { rounds, seconds, progress });
      return {
        name: 'forward',
        what: 'requests a second to an app through `listen --forward`: received, committed, passed on, the answer passed back',
        how: `${CONNECTIONS} connections from another process, one request under way on each, ${rounds} rounds of ${seconds} s; direct: the same requests to the same app, a bare node:http server`,
        rows: [
          rateRow(measured, 'direct'),
          rateRow(measured, 'listen --forward', { against: 'direct', headline: true }),
        ],
        notes: [],
      };
    } finally {
      await Promise.all([direct.stop(), listen.stop()]);
    }
  });
}
