import { describe, expect, test } from 'vitest';
import { exitCodeOfProgram, runProgram } from '../../../src/cli/child.ts';
import { memoryHost } from '../../support/host.ts';
import { startServer } from '../../support/http.ts';

/** Ends after SIGTERM, with 2 where a SIGINT came too and else with 15: of two that wait together, either may come first. */
const TELL_SIGNALS = `let code = 15;
  process.on('SIGINT', () => (code = 2));
  process.on('SIGTERM', () => fetch(process.argv[1]).then(() => process.exit(code)));
  setInterval(() => {}, 1e6);
  fetch(process.argv[1]);`;

describe('a program', () => {
  test.each([
    ['is not sent', true, 15],
    ['is sent', false, 2],
  ])('%s the SIGINT that a terminal sends, where that is %s', async (_, isTTY, exitCode) => {
    const listeners: ((signal: 'SIGINT' | 'SIGTERM') => void)[] = [];
    const host = memoryHost({
      stdin: { ...memoryHost().stdin, isTTY },
      onSignal: (listener) => {
        listeners.push(listener);
        return () => void listeners.splice(listeners.indexOf(listener), 1);
      },
    });
    const ready = await startServer((_request, response) => {
      response.end();
      if (ready.received.length > 1) return;
      for (const signal of ['SIGINT', 'SIGTERM'] as const) for (const tell of listeners) tell(signal);
    });
    const ended = runProgram(
      host,
      [process.execPath, '-e', TELL_SIGNALS, ready.url],
      { env: {}, stdout: 'out' },
      new AbortController().signal,
    );
    expect(await ended).toEqual({ exitCode, signal: null });
    expect(listeners).toEqual([]);
  });

  test('is not begun where we were told to end before', async () => {
    const ending = runProgram(
      memoryHost(),
      ['no-such-command'],
      { env: {}, stdout: 'out' },
      AbortSignal.abort(),
    );
    await expect(ending).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
  });

  test('ends with what shells say of a signal', () => {
    expect(exitCodeOfProgram({ exitCode: 0, signal: null })).toBe(0);
    expect(exitCodeOfProgram({ exitCode: 7, signal: null })).toBe(7);
    expect(exitCodeOfProgram({ exitCode: null, signal: 'SIGKILL' })).toBe(137);
    expect(exitCodeOfProgram({ exitCode: null, signal: 'SIGTERM' })).toBe(143);
  });
});
