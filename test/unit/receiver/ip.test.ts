import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAddress, inRanges } from '../../../src/receiver/ip.ts';

const RANGES = ['203.0.113.0/24', '198.51.100.0/24', '2001:db8:1::/48'];

describe('inRanges', () => {
  test.each([
    '203.0.113.0',
    '203.0.113.255',
    '198.51.100.7',
    '::ffff:203.0.113.9',
    '::FFFF:203.0.113.9',
    '::ffff:cb00:7109',
    '2001:db8:1::1',
    '2001:DB8:1:ffff::',
  ])('%s lies in them', (address) => {
    expect(inRanges(RANGES, address)).toBe(true);
  });

  test.each([
    '203.0.112.255',
    '203.0.114.0',
    '::ffff:203.0.114.1',
    '::203.0.113.9',
    '2001:db8:2::1',
    '::1',
    'fe80::1%eth0',
    '203.0.113.5:443',
    '[2001:db8:1::1]',
    '203.0.113.005',
    '203.0.113',
    '0xcb.0.113.1',
    '203.0.113.1/24',
    '::ffff:999.0.113.1',
    'localhost',
    'unknown',
    '',
    ' ',
    '\u0000',
  ])('“%s” does not', (address) => {
    expect(inRanges(RANGES, address)).toBe(false);
  });

  test('no range holds nothing', () => {
    expect(inRanges([], '203.0.113.1')).toBe(false);
  });

  test('agrees with arithmetic for every IPv4 address and prefix', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const number = (parts: readonly number[]): number => parts.reduce((sum, part) => sum * 256 + part, 0);
    fc.assert(
      fc.property(octets, octets, fc.nat(32), fc.boolean(), (network, other, prefix, near) => {
        // Unrelated addresses would hardly ever share a prefix.
        const address = near ? [...network.slice(0, 3), other[3]] : other;
        const size = 2 ** (32 - prefix);
        const inside = Math.floor(number(network) / size) === Math.floor(number(address) / size);
        expect(inRanges([`${network.join('.')}/${prefix}`], address.join('.'))).toBe(inside);
      }),
    );
  });

  test('nothing that a header may hold makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        expect(typeof inRanges(RANGES, text)).toBe('boolean');
      }),
    );
  });
});

describe('clientAddress', () => {
  test.each([
    ['203.0.113.5', '203.0.113.5'],
    [' 203.0.113.5 , 10.0.0.1, 10.0.0.2', '203.0.113.5'],
    ['2001:db8::1', '2001:db8::1'],
    ['nonsense', 'nonsense'],
  ])('X-Forwarded-For: %s', (value, address) => {
    expect(clientAddress([['x-FORWARDED-for', value]], '127.0.0.1')).toBe(address);
  });

  test('of several headers the first counts', () => {
    const headers = [
      ['X-Forwarded-For', '203.0.113.5'],
      ['X-Forwarded-For', '10.0.0.1'],
    ] as const;
    expect(clientAddress(headers, '127.0.0.1')).toBe('203.0.113.5');
  });

  test.each([[[]], [[['X-Forwarded-For', '']] as const], [[['X-Forwarded-For', ' , 1.2.3.4']] as const]])(
    'without one, or with an empty one, the peer counts',
    (headers) => {
      expect(clientAddress(headers, '127.0.0.1')).toBe('127.0.0.1');
      expect(clientAddress(headers, null)).toBe(null);
    },
  );
});
