import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpText } from '../../../src/forge/print.ts';
import { isHttpText, parseHttpText } from '../../../src/model/request-text.ts';
import { withoutHeaders } from '../../../src/model/request.ts';

const read = (text: string | Uint8Array) => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  expect(isHttpText(bytes)).toBe(true);
  return parseHttpText(bytes);
};
const bodyOf = (text: string): string => Buffer.from(read(text).body).toString('latin1');

const headerName = fc.stringMatching(/^X-[A-Za-z0-9-]{1,12}$/);
const headerText = fc
  .string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 30 })
  // oxlint-disable-next-line no-control-regex
  .map((text) => text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));

test('what is printed is read back to the byte, and so is what an editor adds to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('POST', 'PUT', 'DELETE'),
      fc.stringMatching(/^\/[a-z0-9/._~?=&%-]{0,30}$/),
      fc.array(fc.tuple(headerName, headerText)),
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', '\n', '\r\n', '\n\n'),
      (method, target, headers, body, added) => {
        // A dot segment is no longer there once a URL is parsed.
        const path = target.replaceAll('.', '');
        const printed = httpText({ method, url: `http://h:1${path}`, headers, body });
        const { remarks, ...request } = read(Buffer.concat([printed, Buffer.from(added)]));
        const url = new URL(`http://h:1${path}`);
        expect({
          ...request,
          headers: withoutHeaders(request.headers, ['host', 'content-length']),
        }).toEqual({ method, path: url.pathname + url.search, headers, body: Buffer.from(body) });
        expect(remarks).toHaveLength(added === '' ? 0 : 1);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a request', () => {
  test('with line feeds, and lines that go on', () => {
    expect(read('\n\nPOST /a?b HTTP/1.1\nA:b\nC: d\n  e\nA: \xfc \n\n{}\n')).toEqual({
      method: 'POST',
      path: '/a?b',
      headers: [
        ['A', 'b'],
        ['C', 'd e'],
        ['A', '\xfc'],
      ],
      body: Buffer.from('{}\n'),
      remarks: [],
    });
  });

  test.each([
    ['POST / HTTP/1.1', ''],
    ['POST / HTTP/2\r\nA: b\r\n', ''],
    ['POST / HTTP/1.1\r\n\r\nx', 'x'],
    ['POST / HTTP/1.1\nA: b\n\n\n\n', '\n\n'],
  ])('%j has the body %j', (text, body) => {
    expect(bodyOf(text)).toBe(body);
  });

  test('in chunks is put together, whatever ends their lines', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n';
    expect(bodyOf(`${head}3;x=y\r\na\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n`)).toBe(
      'a\r\n0123456789',
    );
    expect(bodyOf(`${head}3\nabc\n0\n`)).toBe('abc');
    expect(read(`${head}3\r\nabc\r\n0\r\n\r\n`).remarks).toEqual([
      'the body came in chunks, which were put together',
    ]);
  });

  test.each(['{"a":1}', '5\r\nabc\r\n0\r\n\r\n', '3\r\nabcd\r\n0\r\n\r\n', '3\r\nabc'])(
    'said to be in chunks and not is left as it is: %j',
    (body) => {
      const text = `POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n${body}`;
      expect(bodyOf(text)).toBe(body);
      expect(read(text).remarks[0]).toContain('taken as it stands');
    },
  );

  test.each([
    ['4', 'abcd\n', 'abcd', 1],
    ['4', 'abcd \r\n\n', 'abcd', 1],
    ['4', 'abcd', 'abcd', 0],
    ['4', 'abc\n', 'abc\n', 0],
    ['4', 'abcde\n', 'abcde\n', 0],
    ['9', 'abc\n', 'abc\n', 0],
    ['x', 'abc\n', 'abc\n', 0],
  ])('of Content-Length %s with %j has the body %j', (length, rest, body, remarks) => {
    const text = `POST / HTTP/1.1\nContent-Length: ${length}\n\n${rest}`;
    expect(bodyOf(text)).toBe(body);
    expect(read(text).remarks).toHaveLength(remarks);
  });

  test.each([
    ['POST / HTTP/1.1\nno header\n\n', 'line 2 of the request is not a header: "no header"'],
    ['POST / HTTP/1.1\nA: b\n{"a":1}', 'line 3 of the request is not a header: "{"a":1}"'],
  ])('is refused: %j', (text, says) => {
    expect(() => read(text)).toThrow(says);
  });
});

test.each(['{"POST":"/ HTTP/1.1"}', 'POST / HTTP', 'POST /', 'a POST / HTTP/1.1', 'HTTP/1.1 200 OK', ''])(
  '%j is no request',
  (text) => {
    expect(isHttpText(Buffer.from(text))).toBe(false);
  },
);

describe('a head beyond measure', () => {
  const START = 'POST / HTTP/1.1\r\n';

  test.each([
    ['many lines', 'a: b\r\n'.repeat(400_000)],
    ['one long line', `a: ${'b'.repeat(2_000_000)}\r\n`],
    ['folded lines', `a: b\r\n${' c\r\n'.repeat(400_000)}`],
  ])('of %s is refused', (_, head) => {
    expect(() => read(`${START}${head}\r\nbody`)).toThrow(/more than 1 MiB, which no server takes/);
  });

  test('is read in no time below that', () => {
    const blanks = ' '.repeat(500_000);
    expect(read(`${START}a: b${blanks}c\r\n\r\n`).headers).toEqual([['a', `b${blanks}c`]]);
    const folded = read(`${START}a:\r\n${' c\r\n \r\n'.repeat(100_000)}\r\n`).headers;
    expect(folded).toEqual([['a', 'c '.repeat(100_000).trim()]]);
  });
});
