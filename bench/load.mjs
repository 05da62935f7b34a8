// A sender of requests in a process of its own, quick enough not to be what is measured: HTTP/1.1 over bare sockets, each request
// made beforehand. Takes tasks as lines of JSON, says of each what came of it. Any answer but 200 ends it with an error.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { connect } from './support/connection.mjs';
import { signedRequest } from './support/signed-request.mjs';
import { percentile } from './support/statistics.mjs';

/** More than is likely to be sent; where a server is quicker or the time is long, they begin again. */
const REQUESTS_A_SECOND = 20_000;
const MOST_REQUESTS = 100_000;

console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await load(JSON.parse(line))));
}

/** @param {{ url: string, connections: number, seconds: number }} task */
async function load({ url, connections, seconds }) {
  const { hostname, port } = new URL(url);
  const run = randomBytes(6).toString('hex');
  const requests = Array.from({ length: Math.min(MOST_REQUESTS, REQUESTS_A_SECOND * seconds) }, (_, index) =>
    signedRequest(url, `evt_${run}_${index}`),
  );
  const open = await Promise.all(Array.from({ length: connections }, () => connect(Number(port), hostname)));
  const times = [];
  let next = 0;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const sendInTurn = async (connection) => {
    for (let sent = performance.now(); sent < end;) {
      const status = await connection.exchange(requests[next++ % requests.length]);
      if (status !== 200) throw new Error(`request ${next} to ${url} was answered ${status}`);
      const answered = performance.now();
      times.push(answered - sent);
      sent = answered;
    }
  };
  await Promise.all(open.map(sendInTurn));
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of open) connection.close();
  return {
    requests: times.length,
    rate: (times.length / ms) * 1_000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    cpu: (user + system) / 1_000 / ms,
  };
}
