import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLocalhost, isLoopbackHost, isPublicAddress } from '../../../src/model/address.ts';

const SPECIAL_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
const first = ([network]: readonly [string, number]): number => number(network);
const last = ([network, prefix]: readonly [string, number]): number =>
  number(network) + 2 ** (32 - prefix) - 1;
const hex = (value: number): string => Math.floor(value).toString(16);

/** Evenly spread ones hardly ever meet a small range, so half of them come from within or beside one. */
const ipv4 = fc.oneof(
  fc.nat(2 ** 32 - 1),
  fc
    .tuple(
      fc.constantFrom(...SPECIAL_V4),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([range, part, beside]) => {
      const value = Math.floor(first(range) + part * (last(range) - first(range))) + beside;
      return Math.min(Math.max(value, 0), 2 ** 32 - 1);
    }),
);

describe('IPv4', () => {
  test.each(SPECIAL_V4)('%s/%i is not public, and what lies beside it is', (network, prefix) => {
    const range = [network, prefix] as const;
    expect([first(range), last(range)].map((value) => isPublicAddress(dotted(value)))).toEqual([
      false,
      false,
    ]);
    const within = (value: number): boolean =>
      SPECIAL_V4.some((other) => value >= first(other) && value <= last(other));
    for (const beside of [first(range) - 1, last(range) + 1]) {
      if (beside < 0 || beside >= 2 ** 32) continue;
      expect([dotted(beside), isPublicAddress(dotted(beside))]).toEqual([dotted(beside), !within(beside)]);
    }
  });

  test.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '192.0.1.1', '198.20.0.1', '223.255.255.255'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test('every address is public unless it lies in one of the ranges', () => {
    fc.assert(
      fc.property(ipv4, (value) => {
        const special = SPECIAL_V4.some((range) => value >= first(range) && value <= last(range));
        expect(isPublicAddress(dotted(value))).toBe(!special);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('IPv6', () => {
  test.each([
    '::',
    '::1',
    '::7f00:1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b:1::8.8.8.8',
    '64:ff9b:1:a00:1::',
    '100::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fe80::1%eth0',
    '2600::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:1::1',
    '2001:20::1',
    '2001:1ff:ffff::1',
    '3fff::1',
    '3fff:fff::1',
    '5f00::1',
    '4000::1',
    '1fff::1',
    '2600::5efe:10.0.0.1',
    '2600::200:5efe:a00:1',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '2001:200::1',
    '2a00:1450:4001:810::200e',
    '3ffe::1',
    '2600::5efe:8.8.8.8',
    '2600:0:0:0:0:0:0:1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  test('an address that leads to an IPv4 address is as public as that, in every notation', () => {
    fc.assert(
      fc.property(ipv4, fc.nat(0xffff), (value, group) => {
        const address = dotted(value);
        const pair = `${hex(value / 65_536)}:${hex(value % 65_536)}`;
        const forms = [
          `::ffff:${address}`,
          `::FFFF:${pair}`,
          `0:0:0:0:0:ffff:${pair}`,
          `64:ff9b::${address}`,
          `64:ff9b::${pair}`,
          `2002:${pair}::`,
          `2002:${pair}::${hex(group)}`,
          `2606:4700::5efe:${address}`,
          `2606:4700::200:5efe:${pair}`,
        ];
        for (const form of forms)
          expect([form, isPublicAddress(form)]).toEqual([form, isPublicAddress(address)]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('one address is the same in every notation', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.boolean(), (numbers, padded) => {
        const long = numbers
          .map((one) => (padded ? hex(one).padStart(4, '0').toUpperCase() : hex(one)))
          .join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect([short, isPublicAddress(long)]).toEqual([short, isPublicAddress(short)]);
      }),
    );
  });

  test('only what begins with the bits 001 can be public of its own', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), (start, end) => {
        fc.pre(start < 0x2000 || start > 0x3fff);
        fc.pre(start !== 0x64);
        expect(isPublicAddress(`${hex(start)}::1:${hex(end)}`)).toBe(false);
      }),
    );
  });
});

test.each(['', 'localhost', '1.2.3', '127.1', '[::1]', '1.2.3.4.5', ':::1', 'example.com'])(
  '“%s” is no address and so not public',
  (text) => expect(isPublicAddress(text)).toBe(false),
);

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['localhost.', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['[::1]', true],
  ['127.evil.example', false],
  ['localhost.example', false],
  ['notlocalhost', false],
  ['128.0.0.1', false],
  ['10.0.0.1', false],
  ['::', false],
  ['', false],
])('“%s” is loopback by its writing: %s', (hostname, loopback) => {
  expect(isLoopbackHost(hostname)).toBe(loopback);
  expect(isLocalhost(hostname)).toBe(loopback && /localhost/i.test(hostname));
});
