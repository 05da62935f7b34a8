// Listens without ever accepting, fills the queue of connections, prints the port and stands still.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const FILL = `
const net = require('node:net');
let open = 0;
for (let count = 0; count < 4; count += 1) {
  net.connect(Number(process.argv[1]), '127.0.0.1').on('error', () => {}).on('connect', () => {
    open += 1;
    if (open === 2) console.log(process.argv[1]);
  });
}
`;

const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  const { port } = server.address();
  spawn(process.execPath, ['-e', FILL, String(port)], { stdio: ['ignore', 'inherit', 'inherit'] });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
