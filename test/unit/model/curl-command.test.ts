import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { curlCommand } from '../../../src/forge/print.ts';
import { curlFiles, curlRequest, isCurlCommand, parseCurl } from '../../../src/model/curl-command.ts';
import { withoutHeaders, type Header, type RawRequest } from '../../../src/model/request.ts';
import { readShellWords } from '../../../src/model/shell-words.ts';

function read(text: string | Uint8Array, files: Record<string, string> = {}): RawRequest {
  const bytes = Buffer.from(text);
  expect(isCurlCommand(bytes)).toBe(true);
  const contents = Object.entries(files).map(([name, content]): [string, Buffer] => [
    name,
    Buffer.from(content),
  ]);
  return curlRequest(parseCurl(bytes), new Map(contents));
}

const body = (text: string, files?: Record<string, string>): string =>
  Buffer.from(read(text, files).body).toString();

const headerName = fc.stringMatching(/^X-[A-Za-z0-9-]{1,12}$/);
const headerText = fc
  .string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 30 })
  // oxlint-disable-next-line no-control-regex
  .map((text) => text.replace(/[\u0000-\u001f\u007f]/g, '').trim());
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(`${text}\r\n`)),
  fc.constantFrom('@file', 'it\'s $HOME `id` \\n ! "x"', '\ufeff{}', '').map((text) => Buffer.from(text)),
);

describe('what is printed', () => {
  test('is read back to the byte', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('POST', 'PUT', 'DELETE'),
        fc.stringMatching(/^\/[a-z0-9/._~!'()*?=&%[\]{}-]{0,30}$/),
        fc.array(fc.tuple(headerName, headerText)),
        fc.boolean(),
        anyBody,
        (method, path, more, isTyped, content) => {
          const headers: Header[] = [...(isTyped ? [['Content-Type', 'a/b'] as const] : []), ...more];
          const command = curlCommand({ method, url: `http://h:1${path}`, headers, body: content });
          const request = read(command);
          expect({ ...request, headers: withoutHeaders(request.headers, ['host']) }).toEqual({
            method,
            path,
            headers,
            body: Buffer.from(content),
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('quotes', () => {
  const quoting = fc.array(
    fc.oneof(
      fc.stringMatching(/^'[^']{0,9}'$/),
      fc.stringMatching(/^"(?:[^"\\$`!\0]|\\["\\$`x\n]){0,9}"$/),
      fc.stringMatching(
        /^\$'(?:[ -&(-[\]-~]|\\[\\'"abefnrtvz]|\\x[1-9a-fA-F][0-9a-fA-F]?|\\u00[1-9][0-9]|\\[1-3][0-7]{2}){0,9}'$/,
      ),
      fc.stringMatching(/^(?:[a-z0-9=@:,.-]|\\[ '"$;\\])+$/),
      fc.constantFrom(' ', '  ', '\\\n', ' \\\n  '),
    ),
    { maxLength: 8 },
  );

  test('are those of bash', () => {
    const texts = fc.sample(
      quoting.map((parts) => `x ${parts.join('')}`.replace(/\0/g, '')),
      300,
    );
    // No text holds what ends each of them.
    const script = `${texts.map((text) => `printf '%s\\0' ${text}\nprintf '\\1end\\0'`).join('\n')}\n`;
    const said = execFileSync('bash', ['--norc'], {
      input: Buffer.from(script),
      env: { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
    });
    const expected = said.toString('latin1').split('\x01end\0').slice(0, -1);
    const found = texts.map((text) =>
      readShellWords(Buffer.from(text).toString('latin1'))
        .words.map((word) => `${word}\0`)
        .join(''),
    );
    expect(found).toEqual(expected);
  });

  test.each([
    ["curl 'http://h/'", '/'],
    ['$ curl http://h/a', '/a'],
    ['\n  curl.exe "http://h/a?b=c&d#e"', '/a?b=c&d'],
    ['curl http://u:p@h', '/'],
    ['curl h/a\n', '/a'],
    ["curl --url 'http://h/a' | jq . ; rm -rf /", '/a'],
    ['curl http://h/a 2>/dev/null', '/a'],
    ["curl http://h/a \\\r\n  -H 'A: b' \\\r\n  -s", '/a'],
    ["curl http://h/a\n  -H 'A: b'\n  -s\n\nls", '/a'],
  ])('%j', (command, path) => {
    expect(read(command).path).toBe(path);
  });

  test.each([
    ['curl -d "a $SECRET" h', '$SECRET'],
    ['curl -d "a $(id)" h', '$('],
    ['curl -d `id` h', '`'],
    ["curl -d 'a", "'"],
    ['curl -d "a', '"'],
    ["curl -d $'a\\'", "$'"],
    ['curl ^"http://h/^" ^\r\n -H ^"A: b^"', 'Windows'],
    ['curl http://h/ ^\r\n -H "A: b"', 'Windows'],
  ])('refuses %j', (command, says) => {
    expect(() => read(command)).toThrow(says);
  });
});

describe('options', () => {
  test('give method, headers and body as curl sends them', () => {
    const command = `curl -sSLk -XPUT --compressed -u a:b -A agent -e ref -b c=d 'https://h:8/a?b' -H 'A: ü' -H "B;" -H Accept: -d x --data-raw @y --data-binary 'z
'`;
    expect(read(command)).toEqual({
      method: 'PUT',
      path: '/a?b',
      headers: [
        ['Host', 'h:8'],
        ['A', Buffer.from('ü').toString('latin1')],
        ['B', ''],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      body: Buffer.from('x&@y&z\n'),
    });
  });

  test.each([
    ['curl h', 'GET'],
    ['curl -d a h', 'POST'],
    ['curl -I h', 'HEAD'],
    ['curl -G -d a h', 'GET'],
    ['curl --request PATCH -d a h', 'PATCH'],
  ])('%s is a %s', (command, method) => {
    expect(read(command).method).toBe(method);
  });

  test('--json types its body and joins its pieces', () => {
    const request = read(`curl h --json '{"a":' --json 1} -H 'Host: x'`);
    expect([request.headers, Buffer.from(request.body).toString()]).toEqual([
      [
        ['Host', 'x'],
        ['Content-Type', 'application/json'],
        ['Accept', 'application/json'],
      ],
      '{"a":1}',
    ]);
  });

  test('-G puts the data into the query', () => {
    expect(read('curl -G -d a=1 -d b=2 h/x?c')).toMatchObject({
      path: '/x?c&a=1&b=2',
      body: Buffer.alloc(0),
    });
    expect(read('curl -Gd a=1 h/x').path).toBe('/x?a=1');
  });

  test('files are read, -d without their line breaks', () => {
    const files = { 'a ü': 'x\r\ny\n' };
    expect(curlFiles(parseCurl(Buffer.from(`curl h -d '@a ü' --data-raw @b`)))).toEqual(['a ü']);
    expect(body(`curl h -d '@a ü'`, files)).toBe('xy');
    expect(body(`curl h --data-binary '@a ü'`, files)).toBe('x\r\ny\n');
  });

  test.each([
    ['curl h -d @-', '@-'],
    ['curl h -F a=b', '-F'],
    ['curl h --form a=b', '--form'],
    ['curl h --data-urlencode a=b', 'not known here: --data-urlencode'],
    ['curl h -sZ', 'not known here: -Z'],
    ['curl h -H @file', '"@file" in the curl command is not a header'],
    ['curl h -H', 'ends after -H'],
    ['curl a b', 'two URLs: a and b'],
  ])('refuses %s', (command, says) => {
    expect(() => read(command)).toThrow(says);
  });
});

test.each(['{"curl":1}', 'curly', ' curl', 'printf %s x', 'POST / HTTP/1.1', ''])(
  '%j is no curl command',
  (text) => {
    expect(isCurlCommand(Buffer.from(text))).toBe(false);
  },
);

test('whatever is pasted, it is read or refused for a reason', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`'"$\\^-XdHFG@:; \n|ax`), maxLength: 30 }), (text) => {
      try {
        read(`curl ${text}`);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_USAGE', hint: expect.any(String) });
      }
    }),
    { numRuns: 2_000 },
  );
});

describe('a command beyond measure', () => {
  test('is read in time that its length alone makes', () => {
    const flags = '-s '.repeat(400_000);
    expect(body(`curl http://x ${flags} -d ${'x'.repeat(5_000_000)}`)).toHaveLength(5_000_000);
    expect(body(`curl http://x ${'-d a '.repeat(200_000)}`)).toHaveLength(399_999);
    const blanks = ' '.repeat(500_000);
    expect(read(`curl http://x -H 'a: b${blanks}c'`).headers).toContainEqual(['a', `b${blanks}c`]);
  });

  test('is refused where no server would take its headers', () => {
    expect(() => read(`curl http://x ${"-H 'X-A: b' ".repeat(200_000)}`)).toThrow(/more than 1 MiB/);
  });

  test.each([`--${'x'.repeat(1_000_000)}`, `-H ${'x'.repeat(1_000_000)}`, `http://${'x'.repeat(1_000_000)}`])(
    'is refused in a few words',
    (more) => {
      expect(() => read(`curl http://x ${more}`)).toThrow(/^.{20,400}$/);
    },
  );
});
