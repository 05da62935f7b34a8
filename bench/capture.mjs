import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median, spread } from './statistics.mjs';

const BIN = fileURLToPath(new URL('../bin/webhook-cli.js', import.meta.url));
const BODY = readFileSync(new URL('../fixtures/iverton/campaign.completed.json', import.meta.url), 'utf8');
const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;

/** Requests a second, received, verified and durable, against a bare server that reads the body and answers 200. Bar: 0.35. */
export default async function capture() {
  const bare = await start(['-e', BARE]);
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-bench-'));
  const ours = await start(
    [BIN, 'listen', '--json', '--quiet', '--port', '0', '--secret', 'whsec_x'].concat(
      '--db',
      join(folder, 'bench.db'),
    ),
  );
  const rates = { bare: [], ours: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await load(bare.url));
      rates.ours.push(await load(ours.url));
    }
  } finally {
    bare.child.kill();
    ours.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const ratio = median(rates.ours.map((rate, round) => rate / rates.bare[round]));
  return [
    `capture, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${SECONDS} s, requests/s, median (min to max)`,
    `  bare        ${spread(rates.bare)}`,
    `  listen      ${spread(rates.ours)}   ratio ${ratio.toFixed(2)} (bar: 0.35)`,
    '',
  ].join('\n');
}

const BARE = `require('http').createServer((q, s) => { const c = []; q.on('data', (d) => c.push(d)); q.on('end', () => s.end()); })
  .listen(0, '127.0.0.1', function () { console.log(JSON.stringify({ url: 'http://127.0.0.1:' + this.address().port })); });`;

function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve({ child, url: JSON.parse(line).url }),
    );
  });
}

/** The load comes from a process of its own; every body has its own id. */
function load(url) {
  const signatureOf = (body) => `sha256=${createHmac('sha256', 'whsec_x').update(body).digest('hex')}`;
  const bodies = Array.from({ length: 5_000 }, (_, index) =>
    BODY.replace(/"id":"[^"]*"/, `"id":"evt_${index}_${process.hrtime.bigint()}"`),
  );
  const requests = bodies.map((body) => [body, signatureOf(body)]);
  const child = spawn(process.execPath, ['-e', LOADER], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ url, requests, connections: CONNECTIONS, ms: SECONDS * 1_000 }));
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line)));
  });
}

const LOADER = `let input = ''; process.stdin.on('data', (d) => input += d).on('end', () => {
  const { url, requests, connections, ms } = JSON.parse(input);
  const http = require('http'); const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url); let done = 0, next = 0; const until = Date.now() + ms;
  const one = () => { if (Date.now() > until) return; const [body, signature] = requests[next++ % requests.length];
    const r = http.request({ agent, hostname, port, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-iverton-signature': signature } },
      (s) => { s.resume(); s.on('end', () => { done++; one(); }); }); r.on('error', one); r.end(body); };
  for (let i = 0; i < connections; i++) one();
  setTimeout(() => { console.log(done / (ms / 1000)); process.exit(); }, ms);
});`;
