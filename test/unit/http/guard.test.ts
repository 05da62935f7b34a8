import { describe, expect, test } from 'vitest';
import { foreign } from '../../../src/http/guard.ts';
import type { Header } from '../../../src/model/request.ts';

const host = (value: string): Header => ['Host', value];
const from = (origin: string): Header[] => [host('localhost'), ['Origin', origin]];

describe('a host name that is ours', () => {
  test.each([
    'localhost',
    'localhost:3000',
    'LocalHost',
    'localhost.',
    'api.localhost:80',
    '127.0.0.1',
    '127.0.0.1:65535',
    '127.1.2.3',
    '[::1]',
    '[::1]:3000',
  ])('%s', (name) => {
    expect(foreign([host(name)])).toBeNull();
    expect(foreign([['hOST', name]])).toBeNull();
  });
});

describe('a host name that is not', () => {
  test.each([
    '',
    ' ',
    'example.com',
    'localhost.example.com',
    'localhost@example.com',
    '127.0.0.1.nip.io',
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::ffff:10.0.0.1]',
    'notlocalhost',
    'local host',
    'localhost:port',
    'localhost:99999',
    'localhost, example.com',
    'http://localhost',
  ])('%j', (name) => {
    expect(foreign([host(name)])).toBe('this host name is not served here');
  });

  test('none, or more than one', () => {
    expect(foreign([])).toBe('this host name is not served here');
    expect(foreign([host('localhost'), host('localhost')])).toBe('this host name is not served here');
  });
});

describe('origins', () => {
  test.each(['http://localhost:3000', 'https://localhost', 'http://127.0.0.1:5173', 'http://[::1]:3000'])(
    'of this machine are let in: %s',
    (origin) => expect(foreign(from(origin))).toBeNull(),
  );

  test.each([
    'null',
    '',
    'localhost',
    'https://example.com',
    'https://localhost.example.com',
    'https://example.com#localhost',
    'https://example.com/localhost',
    'file:///',
    'chrome-extension://abc',
    'http://localhost http://example.com',
  ])('of others are not: %j', (origin) => {
    expect(foreign(from(origin))).toBe('requests from other origins are refused');
  });

  test('all count, where there is more than one', () => {
    const headers: Header[] = [...from('http://localhost'), ['Origin', 'https://example.com']];
    expect(foreign(headers)).toBe('requests from other origins are refused');
  });
});
