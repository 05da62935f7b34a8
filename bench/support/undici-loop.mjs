import { Agent, request } from 'undici';

/** Seconds that undici alone takes for so many requests, so many at a time. */
export async function secondsOfRequests(url, count, atOnce, body = '{}') {
  const dispatcher = new Agent({ connections: atOnce, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  let sent = 0;
  const sendInTurn = async () => {
    while (sent < count) {
      sent += 1;
      const answer = await request(url, { method: 'POST', dispatcher, headers, body });
      await answer.body.text();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, sendInTurn));
  const seconds = (performance.now() - start) / 1_000;
  await dispatcher.close();
  return seconds;
}
