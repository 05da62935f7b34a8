import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { wireHeaders } from '../../../src/receiver/wire-headers.ts';
import { onlyResponse, wire } from '../../support/raw-http.ts';
import { sendRaw } from '../../support/http.ts';

test('Node writes the same headers again, whatever their names, order and bytes', async () => {
  let headers: readonly Header[] = [];
  const server = createServer((_request, response) => {
    response.sendDate = false;
    response.writeHead(200, wireHeaders(headers)).end(Buffer.from('ok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const name = fc.constantFrom(
    'Content-Disposition',
    'content-disposition',
    'Content-Type',
    'X-Any',
    'set-cookie',
  );
  const value = fc.stringMatching(/^([!-~\u0080-\u00ff]([ !-~\u0080-\u00ff]{0,20}[!-~\u0080-\u00ff])?)?$/);
  const line = fc.tuple(name, value);
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 6 }),
      fc.array(line, { maxLength: 6 }),
      async (before, after) => {
        headers = [...before, ['content-length', '2'], ...after];
        const request = wire({
          headers: [
            ['Host', 'x'],
            ['Connection', 'close'],
          ],
        });
        const got = onlyResponse(await sendRaw(url, request));
        expect(got.headers).toEqual([...headers, ['Connection', 'close']]);
      },
    ),
    { numRuns: 200 },
  );
});
