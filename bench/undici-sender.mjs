// The yardstick of replay.mjs: sends a body so many times, one after another, with undici and nothing else.
import { secondsOfRequests } from './support/undici-loop.mjs';

const [url, count] = process.argv.slice(2);
await secondsOfRequests(url, Number(count), 1, JSON.stringify({ text: 'x'.repeat(560) }));
