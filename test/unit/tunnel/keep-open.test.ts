import { describe, expect, test } from 'vitest';
import { TunnelError } from '../../../src/errors.ts';
import { keepTunnelOpen } from '../../../src/tunnel/keep-open.ts';
import type { OpenTunnel, TunnelDriver, TunnelEvent } from '../../../src/tunnel/tunnel.ts';
import { eventLog } from '../../support/event-log.ts';
import { manualClock } from '../../support/manual-clock.ts';

describe('keeping a tunnel open', () => {
  test('waits 1 s and twice as long each time, up to 30 s, and starts over after one that opened', async () => {
    const { clock, events, stop, kept, tunnels } = keep([
      'fail',
      'fail',
      'fail',
      'fail',
      'fail',
      'fail',
      'fail',
    ]);
    expect(await kept.first).toBeNull();
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      expect(await events.next()).toMatchObject({ type: 'failed' });
      waits.push(await clock.advanceToNext());
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);

    expect(await events.next()).toEqual({ type: 'open', url: 'https://1.example.org' });
    tunnels[0]!.die('cut');
    expect(await events.next()).toEqual({ type: 'lost', reason: 'cut', retryInMs: 1_000 });
    expect(await clock.advanceToNext()).toBe(1_000);
    expect(await events.next()).toEqual({ type: 'open', url: 'https://2.example.org' });
    stop.abort();
    await kept.closed;
  });

  test('tells the URL, then why it was lost, and closes what died', async () => {
    const { events, stop, kept, tunnels } = keep([]);
    expect(await kept.first).toBe('https://1.example.org');
    expect(await events.next()).toEqual({ type: 'open', url: 'https://1.example.org' });
    tunnels[0]!.die('the server went away');
    expect(await events.next()).toMatchObject({ type: 'lost', reason: 'the server went away' });
    expect(tunnels[0]!.closed).toBe(1);
    stop.abort();
    await kept.closed;
  });

  test('tells why it failed, with the hint', async () => {
    const { clock, events, stop, kept } = keep(['fail', new TypeError('odd')]);
    expect(await events.next()).toEqual({ type: 'failed', reason: 'no', hint: 'try', retryInMs: 1_000 });
    await clock.advanceToNext();
    expect(await events.next()).toEqual({ type: 'failed', reason: 'odd', hint: undefined, retryInMs: 2_000 });
    stop.abort();
    await kept.closed;
  });

  test('the signal closes an open tunnel and ends it all', async () => {
    const { clock, events, stop, kept, tunnels } = keep([]);
    await kept.first;
    stop.abort();
    await kept.closed;
    expect(tunnels[0]!.closed).toBe(1);
    expect(events.all.map(({ type }) => type)).toEqual(['open']);
    expect(clock.due).toEqual([]);
  });

  test('the signal lets requests under way have their answers, and no dead tunnel waits for them', async () => {
    const drained = new AbortController().signal;
    const { clock, events, stop, kept, tunnels } = keep([], new AbortController(), drained);
    await kept.first;
    tunnels[0]!.die('cut');
    await events.next();
    await clock.advanceToNext();
    expect((await events.next()).type).toBe('lost');
    expect((await events.next()).type).toBe('open');
    stop.abort();
    await kept.closed;
    expect(tunnels.map(({ waitedFor }) => waitedFor)).toEqual([undefined, drained]);
  });

  test('the signal ends a wait', async () => {
    const { clock, events, stop, kept } = keep(['fail']);
    await events.next();
    await clock.untilSleeping();
    stop.abort();
    await kept.closed;
    expect(clock.due).toEqual([]);
  });

  test('the signal ends an opening, and a tunnel that opens nevertheless is closed', async () => {
    const { events, stop, kept, tunnels } = keep(['late']);
    stop.abort();
    expect(await kept.first).toBeNull();
    await kept.closed;
    expect(tunnels.map(({ closed }) => closed)).toEqual([1]);
    expect(events.all).toEqual([]);
  });

  test('a signal that has aborted before opens nothing', async () => {
    const stop = new AbortController();
    stop.abort();
    const { kept, tunnels } = keep([], stop);
    expect(await kept.first).toBeNull();
    await kept.closed;
    expect(tunnels).toEqual([]);
  });
});

type Try = 'fail' | 'late' | Error;

interface StandIn extends OpenTunnel {
  die(reason: string): void;
  closed: number;
  /** What it was last closed with. */
  waitedFor: AbortSignal | undefined;
}

/** Keeps a tunnel open whose driver does what is listed, try by try, and opens after that. */
function keep(tries: Try[], stop = new AbortController(), drained?: AbortSignal) {
  const clock = manualClock();
  const events = eventLog<TunnelEvent>();
  const tunnels: StandIn[] = [];
  const driver: TunnelDriver = {
    name: 'stand-in',
    async open(_port, signal) {
      const next = tries.shift();
      if (next instanceof Error) throw next;
      if (next === 'fail') throw new TunnelError('ERR_TUNNEL_UNREACHABLE', 'no', { hint: 'try' });
      if (next === 'late') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      const tunnel = standIn(tunnels.length + 1);
      tunnels.push(tunnel);
      return tunnel;
    },
  };
  const kept = keepTunnelOpen(driver, {
    port: 4400,
    clock,
    signal: stop.signal,
    drained,
    onEvent: events.push,
  });
  return { clock, events, stop, kept, tunnels };
}

function standIn(number: number): StandIn {
  let die!: (reason: string) => void;
  const dead = new Promise<string>((resolve) => (die = resolve));
  const tunnel: StandIn = {
    url: `https://${number}.example.org`,
    dead,
    die,
    closed: 0,
    waitedFor: undefined,
    close: async (drained) => {
      tunnel.closed += 1;
      tunnel.waitedFor = drained;
    },
  };
  return tunnel;
}
