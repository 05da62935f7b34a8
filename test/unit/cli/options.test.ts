import { readCaptureFilter } from '../../../src/store/filter-text.ts';
import { parseTime } from '../../../src/model/time-text.ts';
import { parseTarget } from '../../../src/model/target.ts';
import { parseHeader } from '../../../src/model/header-line.ts';
import { describe, expect, test } from 'vitest';
import { collect, hasFilters, parseInteger, parseLimit, parseSuccess } from '../../../src/cli/options.ts';
import { thrownBy } from '../../support/thrown.ts';

const usage = (message: string | RegExp) => ({
  name: 'UsageError',
  code: 'ERR_USAGE',
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});

test('an option given several times is gathered in order', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
});

describe('a target', () => {
  test.each([
    ['http://localhost:3000/webhooks', 'http://localhost:3000/webhooks'],
    ['https://example.com', 'https://example.com/'],
    ['HTTP://EXAMPLE.com/A', 'http://example.com/A'],
    ['localhost:3000/hook?x=1', 'http://localhost:3000/hook?x=1'],
    ['example.com', 'http://example.com/'],
    ['3000', 'http://127.0.0.1:3000/'],
    [':3000', 'http://127.0.0.1:3000/'],
    [':3000/hook', 'http://127.0.0.1:3000/hook'],
    ['3000/hook?x=1', 'http://127.0.0.1:3000/hook?x=1'],
    ['[::1]:3000', 'http://[::1]:3000/'],
  ])('%s', (text, href) => {
    expect(parseTarget(text, '--to').href).toBe(href);
  });

  test.each([
    '',
    ' ',
    'http://',
    ':99999',
    'ftp://example.com',
    'file:///etc/passwd',
    'a b',
    'javascript:alert(1)',
  ])('is not %j', (text) => {
    expect(thrownBy(() => parseTarget(text, '--to'))).toMatchObject(
      usage(`"${text}" is not a URL to send to (--to)`),
    );
  });
});

test.each(['http://user:word@example.com', 'user@example.com:80/x'])(
  'a target has no user and password: %s',
  (text) => {
    expect(thrownBy(() => parseTarget(text, '--to'))).toMatchObject(
      usage('user and password of a URL are not sent (--to)'),
    );
  },
);

describe('a header', () => {
  test.each([
    ['Name: value', ['Name', 'value']],
    ['x-lower:tight', ['x-lower', 'tight']],
    ['Name:  \t padded \t', ['Name', 'padded']],
    ['Name:', ['Name', '']],
    ['Url: http://a:80/?b', ['Url', 'http://a:80/?b']],
    ["A!#$%&'*+.^_`|~9: x", ["A!#$%&'*+.^_`|~9", 'x']],
    // One character per byte, as it stands on the wire.
    ['Name: é', ['Name', '\u00c3\u00a9']],
    ['Name: 日', ['Name', '\u00e6\u0097\u00a5']],
  ])('%j', (text, header) => {
    expect(parseHeader(text)).toEqual(header);
  });

  test.each([
    '',
    'Name',
    ': value',
    'Na me: x',
    'Näme: x',
    'Name : x',
    'Name: a\r\nX: b',
    'Name: a\nb',
    'Name: a\u0000',
    'Name: \u001b[31m',
  ])('is not %j', (text) => {
    expect(thrownBy(() => parseHeader(text))).toMatchObject(usage(`"${text}" is not a header`));
  });
});

describe('a success rule', () => {
  test.each([
    ['200', [[200, 200]]],
    ['2xx', [[200, 299]]],
    ['4XX', [[400, 499]]],
    ['200-204', [[200, 204]]],
    ['200-200', [[200, 200]]],
    [
      '200, 202 ,3xx',
      [
        [200, 200],
        [202, 202],
        [300, 399],
      ],
    ],
  ])('%s', (text, ranges) => {
    expect(parseSuccess(text)).toEqual(ranges);
  });

  test.each([
    '',
    'ok',
    '20',
    '2000',
    '600',
    '099',
    '2x',
    'xxx',
    '204-200',
    '2xx-300',
    '200-',
    '200,',
    '200 204',
  ])('is not %j', (text) => {
    expect(thrownBy(() => parseSuccess(text))).toMatchObject(usage(/^--success .* is no status$/));
  });
});

describe('a time', () => {
  const now = Date.UTC(2026, 10, 21, 12);

  test.each([
    ['10m', now - 600_000],
    ['1.5h', now - 5_400_000],
    ['7d', now - 604_800_000],
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['2026-11-21T10:30:00Z', Date.UTC(2026, 10, 21, 10, 30)],
    ['2026-11-21T10:30:00+02:00', Date.UTC(2026, 10, 21, 8, 30)],
  ])('%s', (text, ms) => {
    expect(parseTime(text, '--since', now)).toBe(ms);
  });

  test.each([
    '',
    'yesterday',
    '10',
    '-10m',
    '10 m',
    '2026-13-01',
    '2026-11-31T99:00:00Z',
    '21.11.2026',
    '1700000000',
  ])('is not %j', (text) => {
    expect(thrownBy(() => parseTime(text, '--since', now))).toMatchObject(
      usage(`"${text}" is not a time (--since)`),
    );
  });
});

describe('a number', () => {
  test('within its bounds', () => {
    expect(parseInteger('0', '--port', 0, 65_535)).toBe(0);
    expect(parseInteger('65535', '--port', 0, 65_535)).toBe(65_535);
    expect([parseLimit('1'), parseLimit('10000')]).toEqual([1, 10_000]);
  });

  test.each(['', '-1', '65536', '1.5', '1e3', '0x10', ' 5', 'five', 'Infinity'])('is not %j', (text) => {
    expect(thrownBy(() => parseInteger(text, '--port', 0, 65_535))).toMatchObject(
      usage(`--port takes a whole number from 0 to 65535, not "${text}"`),
    );
  });

  test.each(['0', '10001', 'all'])('--limit is not %s', (text) => {
    expect(thrownBy(() => parseLimit(text))).toMatchObject(
      usage(/--limit takes a whole number from 1 to 10000/),
    );
  });
});

describe('filters', () => {
  const now = Date.UTC(2026, 10, 21);

  test('hold what was given and nothing else', () => {
    expect(readCaptureFilter({}, now)).toEqual({});
    expect(hasFilters(readCaptureFilter({}, now))).toBe(false);
    const given = { provider: 'p', type: 'deal.*', verdict: 'ok', status: '5xx', method: 'put', path: '/x' };
    expect(readCaptureFilter({ ...given, since: '1h', until: '2026-11-20' }, now)).toEqual({
      ...given,
      since: now - 3_600_000,
      until: now - 86_400_000,
    });
    expect(hasFilters(readCaptureFilter({ method: 'GET' }, now))).toBe(true);
  });

  test('name the option whose time is none', () => {
    expect(thrownBy(() => readCaptureFilter({ until: 'soon' }, now))).toMatchObject(
      usage('"soon" is not a time (--until)'),
    );
  });
});
