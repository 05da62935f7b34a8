// Stands in for a tunnel program. Connects to the test on the port in CONTROL, tells how it was started, and does what
// it is told, one JSON line at a time, answering each with `done`.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const control = connect(Number(process.env.CONTROL), '127.0.0.1', () => {
  say({ args: process.argv.slice(2), port: process.env.PORT ?? null });
});
control.on('error', () => {});

createInterface({ input: control }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.ignore !== undefined) process.on(order.ignore, () => say({ ignored: order.ignore }));
  if (order.print !== undefined) return process[order.to ?? 'stdout'].write(order.print, () => say('done'));
  if (order.exit !== undefined) process.exit(order.exit);
  if (order.kill !== undefined) process.kill(process.pid, order.kill);
  say('done');
});

function say(value) {
  control.write(`${JSON.stringify(value)}\n`);
}
