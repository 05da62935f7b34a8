// Sends bodies of given sizes, so many at once, each in turn on its connection. Takes tasks as lines of JSON. What is refused for want
// of room (503) is sent again, as a provider does, and counted; any other answer but 200 ends it with an error.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './support/connection.mjs';
import { wholeRequest } from './support/signed-request.mjs';

const AGAIN_MS = 100;
const MOST_TRIES = 1_000;

console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ refused: await send(JSON.parse(line)) }));
}

/** @param {{ url: string, connections: number, sizes: number[] }} task */
async function send({ url, connections, sizes }) {
  const { hostname, port, host } = new URL(url);
  const open = () => connect(Number(port), hostname);
  let next = 0;
  let refused = 0;
  const sendInTurn = async () => {
    let connection = await open();
    while (next < sizes.length) {
      const number = next++;
      const request = wholeRequest(host, '/large', bodyOf(number, sizes[number]));
      for (let tries = 1; ; tries += 1) {
        const status = await connection.exchange(request);
        if (status === 200) break;
        if (status !== 503 || tries === MOST_TRIES) {
          throw new Error(`${sizes[number]} bytes were answered ${status}, sent ${tries} times`);
        }
        refused += 1;
        connection.close();
        await sleep(AGAIN_MS);
        connection = await open();
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, sendInTurn));
  return refused;
}

/** JSON of just that size, with words for the text index. */
function bodyOf(number, size) {
  const head = `{"id":"evt_large_${number}","text":"`;
  const tail = '"}';
  return Buffer.from(
    head + `word${number} `.repeat(size / 5).slice(0, size - head.length - tail.length) + tail,
  );
}
