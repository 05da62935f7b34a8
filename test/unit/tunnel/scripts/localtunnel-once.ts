// Opens a tunnel once, prints its URL or null, gives it up, and does nothing to end the process.
import { systemClock } from '../../../../src/model/clock.ts';
import { keepTunnelOpen } from '../../../../src/tunnel/keep-open.ts';
import { localtunnelDriver } from '../../../../src/tunnel/localtunnel.ts';

const [, , host, openTimeoutMs] = process.argv;
const stop = new AbortController();
const driver = localtunnelDriver({ host, openTimeoutMs: Number(openTimeoutMs), clock: systemClock });
const kept = keepTunnelOpen(driver, {
  port: 9,
  clock: systemClock,
  signal: stop.signal,
  onEvent: () => {},
});
console.log(await kept.first);
stop.abort();
await kept.closed;
