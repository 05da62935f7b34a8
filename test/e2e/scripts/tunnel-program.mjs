// A tunnel program: listens on a port of its own, which it tells the test on the port in CONTROL, and passes every
// connection on to PORT. Its public URL is made up. Ends when the test hangs up.
import { connect, createServer } from 'node:net';

const server = createServer((visitor) => {
  const local = connect(Number(process.env.PORT), '127.0.0.1');
  for (const socket of [visitor, local]) socket.on('error', () => {});
  visitor.on('close', () => local.destroy());
  local.on('close', () => visitor.destroy());
  visitor.pipe(local).pipe(visitor);
});

server.listen(0, '127.0.0.1', () => {
  const control = connect(Number(process.env.CONTROL), '127.0.0.1', () => {
    control.write(`${server.address().port}\n`, () => console.log('Your URL is https://hooks.example.net'));
  });
  control.on('error', () => {}).on('close', () => process.exit(1));
  control.resume();
});
