import type { LookupAddress } from 'node:dns';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { BlockedAddressError, vetHost, type Lookup } from '../../../src/engine/address-guard.ts';
import { createConnector } from '../../../src/engine/connector.ts';
import type { Sender, SendOptions } from '../../../src/engine/sender.ts';
import { createUndiciSender } from '../../../src/engine/undici-sender.ts';
import { startServer } from '../../support/http.ts';
import { startRawServer } from '../../support/raw-http.ts';

const answer = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** Answers with one list after another, the last of them for ever. */
function scripted(...answers: LookupAddress[][]): { lookup: Lookup; asked: string[] } {
  const asked: string[] = [];
  const lookup: Lookup = async (hostname) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1]!;
  };
  return { lookup, asked };
}

const senders: Sender[] = [];
afterAll(() => Promise.all(senders.map((sender) => sender.close())));

async function failure(url: string, lookup: Lookup, options: Partial<SendOptions> = {}) {
  const sender = await createUndiciSender({ addresses: 'public', lookup });
  senders.push(sender);
  const request = { method: 'POST', url, headers: [], body: Buffer.from('x') };
  const outcome = await sender.send(request, { timeoutMs: 600_000, ...options });
  if (outcome.kind !== 'failure') throw new Error(`no failure, but ${outcome.response.status}`);
  return outcome.error;
}

describe('a sender for public addresses', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['%31%32%37.0.0.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['１２７.0.0.1', '127.0.0.1'],
    ['127。0。0。1', '127.0.0.1'],
    ['user@127.0.0.1', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['[::1]', '::1'],
    ['[::]', '::'],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
    ['[::127.0.0.1]', '::7f00:1'],
    ['[64:ff9b::127.0.0.1]', '64:ff9b::7f00:1'],
  ])('sends nothing to %s', async (host, named) => {
    const server = await startServer();
    const { lookup, asked } = scripted(answer('93.184.216.34'));
    expect(await failure(`http://${host}:${server.port}/`, lookup)).toEqual({
      code: 'blocked',
      message: `${named} is a private address`,
    });
    expect([server.received, asked]).toEqual([[], []]);
  });

  test.each(['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', 'ｌocalhost'])(
    'does not even ask for %s',
    async (host) => {
      const server = await startServer();
      const { lookup, asked } = scripted(answer('93.184.216.34'));
      const { code, message } = await failure(`https://${host}:${server.port}/`, lookup);
      expect([code, message]).toEqual([
        'blocked',
        expect.stringMatching(/^(app\.)?localhost\.? resolves to a private address$/),
      ]);
      expect([server.received, asked]).toEqual([[], []]);
    },
  );

  test.each([
    ['one private address', answer('127.0.0.1')],
    ['a private address among public ones', answer('93.184.216.34', '127.0.0.1', '2606:4700::1')],
    ['a private IPv6 address', answer('93.184.216.34', 'fd00::1')],
    ['a mapped address', answer('::ffff:127.0.0.1')],
    ['what is no address', answer('nonsense')],
  ])('sends nothing to a name with %s', async (_name, addresses) => {
    const server = await startServer();
    const { lookup, asked } = scripted(addresses);
    expect(await failure(`http://hooks.example:${server.port}/`, lookup)).toEqual({
      code: 'blocked',
      message: 'hooks.example resolves to a private address',
    });
    expect([server.received, asked]).toEqual([[], ['hooks.example']]);
  });

  test.each([
    ['fails', Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })],
    ['has none', null],
  ])('a name whose lookup %s', async (_name, error) => {
    const lookup: Lookup = async () => {
      if (error !== null) throw error;
      return [];
    };
    expect(await failure('http://hooks.example/', lookup)).toEqual({
      code: 'dns',
      message: 'the host name cannot be resolved',
    });
  });

  test('counts the lookup within the deadline', async () => {
    const lookup: Lookup = () => new Promise(() => {});
    expect(await failure('http://hooks.example/', lookup, { timeoutMs: 50 })).toMatchObject({
      code: 'timeout',
    });
  });

  test('goes on after what it blocked', async () => {
    const sender = await createUndiciSender({
      addresses: 'public',
      lookup: scripted(answer('10.0.0.1')).lookup,
    });
    senders.push(sender);
    const request = { method: 'POST', url: 'http://hooks.example/', headers: [], body: Buffer.alloc(0) };
    for (let count = 0; count < 100; count += 1) {
      const outcome = await sender.send(request, { timeoutMs: 600_000 });
      expect(outcome).toMatchObject({ kind: 'failure', error: { code: 'blocked' } });
    }
  });
});

describe('a connection', () => {
  type Options = Parameters<ReturnType<typeof createConnector>['connect']>[0];
  const options: Options = {
    hostname: 'hooks.example',
    host: 'hooks.example',
    protocol: 'http:',
    port: '80',
  };
  type Build = Parameters<typeof createConnector>[0];
  interface Built {
    lookup?: LookupFunction;
    rejectUnauthorized?: boolean;
  }

  const open = (build: unknown, lookup: Lookup | null, hostname = 'hooks.example'): Promise<Error | Socket> =>
    new Promise((resolve) => {
      createConnector(build as Build, lookup).connect({ ...options, hostname }, (error, socket) =>
        resolve(error ?? socket),
      );
    });

  test('is dialled at the very addresses that were vetted', async () => {
    const vetted = answer('93.184.216.34', '2606:4700::1');
    const { lookup, asked } = scripted(vetted, answer('127.0.0.1'));
    const dialled: unknown[] = [];
    const build = (built: Built) => (_options: Options, callback: (error: Error, socket: null) => void) => {
      built.lookup!('hooks.example', { all: true }, (_error, all) => dialled.push(all));
      built.lookup!('hooks.example', {}, (_error, one) => dialled.push(one));
      built.lookup!('other.example', { all: true }, (error) =>
        dialled.push(error instanceof BlockedAddressError),
      );
      callback(new Error('seen'), null);
    };
    expect(await open(build, lookup)).toEqual(new Error('seen'));
    expect([dialled, asked]).toEqual([[vetted, '93.184.216.34', true], ['hooks.example']]);
  });

  test.each([
    ['given up', (giveUp: () => void) => giveUp()],
    ['closed', (_giveUp: () => void, close: () => void) => close()],
  ])('is not dialled where it was %s during the lookup', async (_name, end) => {
    const dialled: string[] = [];
    const build = () => (_options: Options) => void dialled.push('dialled');
    let tell!: (addresses: LookupAddress[]) => void;
    const lookup: Lookup = () => new Promise((resolve) => (tell = resolve));
    const connector = createConnector(build as unknown as Build, lookup);
    const outcome = new Promise<Error | null>((resolve) => {
      end(
        connector.opening(() => connector.connect(options, (...[error]) => resolve(error))),
        () => connector.close(),
      );
    });
    tell(answer('93.184.216.34'));
    expect(await outcome).toEqual(new Error('nobody waits for this connection'));
    expect(dialled).toEqual([]);
  });

  test('to a peer that is not public after all is dropped', async () => {
    const server = await startRawServer(() => {});
    let dropped: Socket | undefined;
    const build = () => (_options: Options, callback: (error: null, socket: Socket) => void) =>
      (dropped = connect(server.port, '127.0.0.1', () => callback(null, dropped!)));
    expect(await open(build, scripted(answer('93.184.216.34')).lookup)).toBeInstanceOf(BlockedAddressError);
    expect(dropped!.destroyed).toBe(true);
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['127.evil.example', false],
    ['10.0.0.1', false],
    ['hooks.example', false],
  ])('to %s takes any certificate: %s', async (hostname, any) => {
    const build = (built: Built) => (_options: Options, callback: (error: Error, socket: null) => void) =>
      callback(new Error(built.rejectUnauthorized === false ? 'any' : 'checked'), null);
    expect(await open(build, null, hostname)).toEqual(new Error(any ? 'any' : 'checked'));
  });
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4');

test.skipIf(outside === undefined)('an address of the local network is blocked like loopback', async () => {
  const lookup = scripted(answer(outside!.address)).lookup;
  expect(await failure(`http://${outside!.address}:1/`, lookup)).toMatchObject({ code: 'blocked' });
});

test('a host is vetted as a whole', async () => {
  const vetted = answer('93.184.216.34', '2606:4700::1');
  expect(await vetHost('hooks.example', scripted(vetted).lookup)).toEqual(vetted);
  expect(await vetHost('2606:4700::1', scripted([]).lookup)).toEqual(answer('2606:4700::1'));
});
