import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

/**
 * One connection that is kept, with one exchange at a time. Knows as much of HTTP/1.1 as it takes to tell where an answer ends:
 * its status, and a Content-Length, which has to be there.
 */
export async function connect(port, host) {
  const socket = connectSocket({ port, host, noDelay: true });
  let received = null;
  let waiting = null;
  const fail = (error) => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (data) => {
    received = received === null ? data : Buffer.concat([received, data]);
    try {
      const status = wholeAnswer(received);
      if (status === null) return;
      received = null;
      waiting.resolve(status);
      waiting = null;
    } catch (error) {
      fail(error);
    }
  });
  await once(socket, 'connect');
  return {
    /** Sends a whole request. Resolves with the status when the answer is there to its last byte. */
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** Its status; null where some of it is still to come. */
function wholeAnswer(bytes) {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end === -1) return null;
  const head = bytes.latin1Slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length === null) throw new Error(`an answer that does not say how long it is:\n${head}`);
  const missing = end + END_OF_HEAD.length + Number(length[1]) - bytes.length;
  if (missing < 0) throw new Error('more was answered than was asked');
  return missing === 0 ? Number(head.slice(9, 12)) : null;
}
