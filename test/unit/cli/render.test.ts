import { printable, printableLines } from '../../../src/model/printable.ts';
import { describeSchedule } from '../../../src/providers/describe.ts';
import { captureJson, captureSummaryJson } from '../../../src/json/capture.ts';
import { attemptJson } from '../../../src/json/attempt.ts';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptLine, attemptList } from '../../../src/cli/render/attempt.ts';
import { captureDetails, captureLine, captureTable } from '../../../src/cli/render/capture.ts';
import { hexDump } from '../../../src/cli/render/hex.ts';
import { jsonLine } from '../../../src/cli/render/json.ts';
import { renderListen, type ListenItem } from '../../../src/cli/render/listen.ts';
import { providerDetails } from '../../../src/cli/render/provider.ts';
import { StoreError } from '../../../src/errors.ts';
import type { Attempt } from '../../../src/model/attempt.ts';
import type { Capture } from '../../../src/model/capture.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import * as contract from '../../support/contract.ts';
import { HOSTILE, hostileText, SEQUENCES } from '../../support/hostile.ts';
import { NOW, termOf } from '../../support/term.ts';

const providers = await loadProviders();
const terminal = await termOf({ isTTY: true });
const pipe = await termOf({ isTTY: false });
const coloured = await termOf({ isTTY: true, color: true });

const capture: Capture = {
  id: 'cap_01m7y55n8fs5gn7rc3rgpvzts1',
  receivedAt: NOW - 180_000,
  remoteAddress: '127.0.0.1',
  method: 'POST',
  path: '/iverton?x=1',
  headers: [
    ['Content-Type', 'application/json'],
    ['X-Two', '1'],
    ['x-two', '2'],
  ],
  body: Buffer.from('{"id":"evt_1","n":30.0}'),
  provider: 'iverton',
  eventType: 'deal.won',
  eventId: 'evt_1',
  duplicateOf: null,
  verdict: {
    ok: true,
    reason: 'valid',
    message: 'the signature in X-Iverton-Signature matches',
    scheme: 'hmac-sha256',
    header: 'X-Iverton-Signature',
  },
  response: { status: 200, durationMs: 3 },
};

const attempt: Attempt = {
  number: 1,
  trigger: 'manual',
  provider: 'iverton',
  eventType: 'deal.won',
  messageId: 'evt_1',
  scheduledAt: NOW,
  startedAt: NOW,
  durationMs: 12,
  ok: false,
  request: { method: 'POST', url: 'http://localhost:3000/', headers: [], bodySize: 10 },
  response: { status: 500, headers: [], body: Buffer.from('out of order'), truncated: false },
  error: null,
};

describe('text from outside', () => {
  test.each(SEQUENCES)('%j is made visible', (text) => {
    expect(HOSTILE.test(printable(text))).toBe(false);
    expect(printable(text)).not.toContain('\n');
    expect(HOSTILE.test(printableLines(text))).toBe(false);
  });

  test('keeps what does no harm, lines included', () => {
    const harmless = 'Zoë – 日本 🚀 "quotes" \\u{1b} عربي';
    expect(printable(harmless)).toBe(harmless);
    expect(printableLines(`${harmless}\r\n  second\n`)).toBe(`${harmless}\n  second\n`);
    expect(printable('a\tb\nc\u001b[31m')).toBe('a b c\\u{1b}[31m');
  });

  test('reaches no terminal and no pipe as it is, whatever place of a capture it stands in', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 10, maxLength: 10 }), fc.boolean(), (texts, asJson) => {
        const [method, path, name, value, type, event, message, header, warning, remark] = texts as string[];
        const evil: Capture = {
          ...capture,
          method: method!,
          path: path!,
          headers: [[name!, value!]],
          body: Buffer.from(asJson ? JSON.stringify({ [name!]: value }) : texts.join('')),
          eventType: type!,
          eventId: event!,
          verdict: {
            ...capture.verdict!,
            ok: false,
            message: message!,
            header: header!,
            warnings: [warning!],
          },
        };
        for (const term of [terminal, pipe]) {
          for (const shown of [
            captureLine(evil, [remark!], term),
            captureTable([{ ...evil, bodySize: 7 }], term).replaceAll('\t', ''),
            captureDetails(evil, term),
          ]) {
            expect(HOSTILE.exec(shown)).toBeNull();
          }
        }
        const json = jsonLine(captureJson(evil));
        expect(HOSTILE.exec(json.trimEnd())).toBeNull();
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(captureJson(evil))));
      }),
    );
  });

  test('and none of an attempt', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 4, maxLength: 4 }), fc.boolean(), (texts, answered) => {
        const [type, event, message, body] = texts as string[];
        const evil: Attempt = {
          ...attempt,
          eventType: type!,
          messageId: event!,
          ...(answered
            ? { response: { ...attempt.response!, body: Buffer.from(body!) } }
            : { response: null, error: { code: 'network', message: message! } }),
        };
        for (const term of [terminal, pipe]) {
          expect(HOSTILE.exec(attemptLine(evil, term, { showBody: true }))).toBeNull();
          expect(HOSTILE.exec(attemptList([evil, evil], term))).toBeNull();
        }
        expect(HOSTILE.exec(jsonLine(attemptJson(evil)).trimEnd())).toBeNull();
      }),
    );
  });

  test('and none of what listening tells', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 4, maxLength: 4 }), (texts) => {
        const [method, path, message, hint] = texts as [string, string, string, string];
        const error = new StoreError('ERR_STORE_FULL', message, { hint });
        const items: ListenItem[] = [
          { type: 'refused', refused: { status: 400, message, method, path } },
          { type: 'refused', refused: { status: null, message, method, path: null } },
          { type: 'error', error, status: 503, kept: false },
          { type: 'error', error: new TypeError(message), status: 500, kept: false },
          { type: 'tunnel', event: { type: 'open', url: message } },
          { type: 'tunnel', event: { type: 'lost', reason: message, retryInMs: 1 } },
          { type: 'tunnel', event: { type: 'failed', reason: message, hint, retryInMs: 1 } },
        ];
        for (const term of [terminal, pipe]) {
          for (const item of items) {
            expect(HOSTILE.exec((renderListen(item, term) as { err: string }).err)).toBeNull();
          }
        }
      }),
    );
  });

  test('that is compressed is looked at after it was unpacked', () => {
    const body = gzipSync('\u001b[31mred\u202e');
    const shown = captureDetails({ ...capture, headers: [['Content-Encoding', 'gzip']], body }, terminal);
    expect(shown).toContain('\\u{1b}[31mred\\u{202e}');
    expect(HOSTILE.exec(shown)).toBeNull();
  });
});

describe('the line of a capture', () => {
  test('in a pipe tells the whole time', () => {
    expect(captureLine(capture, [], pipe)).toBe(
      '2026-11-21T11:57:00.000Z  POST /iverton?x=1  iverton deal.won evt_1  ✓ signature ok  200  3 ms  cap_01m7y55n8fs5gn7rc3rgpvzts1',
    );
  });

  test('on a terminal tells the time of day', () => {
    expect(captureLine(capture, [], terminal)).toMatch(/^\d\d:\d\d:\d\d {2}POST/);
  });

  test('says what is wrong, and what to do, below', () => {
    const refused: Capture = {
      ...capture,
      duplicateOf: 'cap_1',
      verdict: {
        ...capture.verdict!,
        ok: false,
        reason: 'no-match',
        message: 'it does not match',
        warnings: ['odd'],
      },
      response: { status: 500, durationMs: 1_400 },
    };
    expect(captureLine(refused, ['first remark\nsecond line'], pipe).split('\n')).toEqual([
      expect.stringContaining('  ✗ no-match  duplicate  500  1.4 s  cap_'),
      '          it does not match',
      '          odd',
      '          first remark',
      '          second line',
    ]);
  });

  test('of a request that nobody knows', () => {
    const unknown: Capture = { ...capture, provider: null, eventType: null, eventId: null, verdict: null };
    expect(captureLine({ ...unknown, response: { status: null, durationMs: 0 } }, [], pipe)).toContain(
      'POST /iverton?x=1  not verified  dropped  <1 ms',
    );
  });

  test('has colours on a terminal that has them', () => {
    const line = captureLine(capture, [], coloured);
    expect(line).toContain('\u001b[32m✓ signature ok\u001b[39m');
    expect(line).toContain('\u001b[32m200\u001b[39m');
    expect(captureLine(capture, [], terminal)).not.toContain('\u001b');
  });
});

describe('the table of captures', () => {
  const summary = { ...capture, bodySize: 1_229 };
  const columnsAt = async (columns: number): Promise<string[]> =>
    captureTable([summary], await termOf({ isTTY: true, columns }))
      .split('\n')[0]!
      .trim()
      .split(/ {2,}/);

  test('has a heading, relative times and sizes for people on a terminal', () => {
    const [heading, row, ...more] = captureTable([summary], terminal).split('\n');
    expect(heading).toMatch(/^ID +RECEIVED +PROVIDER +TYPE +VERDICT +STATUS +METHOD +PATH +SIZE$/);
    expect(row).toMatch(
      /^cap_\w+ +3 m ago +iverton +deal\.won +✓ signature ok +200 +POST +\/iverton\?x=1 +1\.2 KB$/,
    );
    expect(more).toEqual([]);
  });

  test('is lines of tab-separated values in a pipe', () => {
    expect(
      captureTable([summary, { ...summary, response: null, verdict: null, duplicateOf: 'cap_1' }], pipe),
    ).toBe(
      [
        [
          capture.id,
          '2026-11-21T11:57:00.000Z',
          'iverton',
          'deal.won',
          'valid',
          '200',
          'POST',
          '/iverton?x=1',
          '1229',
        ].join('\t'),
        [
          capture.id,
          '2026-11-21T11:57:00.000Z',
          'iverton',
          'deal.won (duplicate)',
          'none',
          '-',
          'POST',
          '/iverton?x=1',
          '1229',
        ].join('\t'),
      ].join('\n'),
    );
  });

  test('fits into a narrow terminal by leaving out what matters least', async () => {
    expect(await columnsAt(200)).toHaveLength(9);
    expect(await columnsAt(90)).toEqual(['ID', 'RECEIVED', 'PROVIDER', 'TYPE', 'VERDICT', 'STATUS']);
    expect(await columnsAt(75)).toEqual(['ID', 'RECEIVED', 'TYPE', 'VERDICT']);
    expect(await columnsAt(10)).toEqual(['ID', 'RECEIVED', 'TYPE', 'VERDICT']);
  });
});

describe('everything about a capture', () => {
  test('its facts, headers as they came, and its body', () => {
    expect(captureDetails(capture, pipe)).toBe(
      `cap_01m7y55n8fs5gn7rc3rgpvzts1
received  2026-11-21T11:57:00.000Z
from      127.0.0.1
provider  iverton
type      deal.won
event     evt_1
verdict   ✓ signature ok: the signature in X-Iverton-Signature matches
answered  200 after 3 ms

POST /iverton?x=1
Content-Type: application/json
X-Two: 1
x-two: 2

{
  "id": "evt_1",
  "n": 30
}`,
    );
    expect(captureDetails(capture, terminal)).toContain('2026-11-21T11:57:00.000Z (3 m ago)');
  });

  test.each([
    ['no body', Buffer.alloc(0), '(no body)'],
    ['bytes', Buffer.from([0, 1, 65]), '00000000  00 01 41                                         ..A'],
    ['text', Buffer.from('plain\ntext'), 'plain\ntext'],
  ])('%s', (_name, body, shown) => {
    expect(captureDetails({ ...capture, body }, pipe).endsWith(`\n\n${shown}`)).toBe(true);
  });

  test('a long body is cut on a terminal only', () => {
    const body = Buffer.from('x'.repeat(30_000));
    expect(captureDetails({ ...capture, body }, pipe)).toContain('x'.repeat(30_000));
    expect(captureDetails({ ...capture, body }, terminal)).toMatch(
      /x\n… 29\.3 KB in all; --raw writes the exact bytes$/,
    );
  });
});

test('bytes as hex and characters', () => {
  const bytes = Uint8Array.from({ length: 17 }, (_, index) => index + 0x78);
  expect(hexDump(bytes)).toBe(
    '00000000  78 79 7a 7b 7c 7d 7e 7f 80 81 82 83 84 85 86 87  xyz{|}~.........\n' +
      '00000010  88                                               .',
  );
  expect(hexDump(bytes.subarray(0, 1), 900)).toMatch(/\n… 900 bytes in all; --raw writes them$/);
});

describe('an error while listening', () => {
  const error = new StoreError('ERR_STORE_FULL', 'no room', { hint: 'make some' });

  test.each([
    [false, 503, 'error: not stored, answered 503: no room\nhint: make some'],
    [true, 200, 'error: stored, but its answer is not recorded, answered 200: no room\nhint: make some'],
    [true, null, 'error: stored, but its answer is not recorded, not answered: no room\nhint: make some'],
  ])('kept: %j, status %j', (kept, status, err) => {
    expect(renderListen({ type: 'error', error, status, kept }, pipe)).toEqual({ err });
  });
});

describe('attempts', () => {
  test('that failed show what was answered', () => {
    expect(attemptList([attempt], pipe)).toBe('✗  deal.won  evt_1  500  12 ms\n  out of order');
  });

  test('that were answered without a word are one line', () => {
    const ok: Attempt = {
      ...attempt,
      ok: true,
      response: { ...attempt.response!, status: 200, body: Buffer.alloc(0) },
    };
    expect(attemptList([ok], pipe)).toBe('✓  deal.won  evt_1  200  12 ms');
  });

  test('without an answer say why', () => {
    const refused: Attempt = {
      ...attempt,
      response: null,
      error: { code: 'refused', message: 'connection refused' },
    };
    expect(attemptList([refused], pipe)).toBe('✗  deal.won  evt_1  no answer: connection refused  12 ms');
  });

  test('of nothing known are told by their request', () => {
    expect(attemptList([{ ...attempt, eventType: null, messageId: null }], pipe)).toContain(
      '✗  POST http://localhost:3000/  500',
    );
  });

  test('stand in columns, with a sum, and bodies of failures only', () => {
    const ok: Attempt = {
      ...attempt,
      ok: true,
      eventType: 'contact.unsubscribed',
      response: { ...attempt.response!, status: 200, body: Buffer.from('thanks') },
    };
    expect(attemptList([ok, attempt], pipe)).toBe(
      `✓  contact.unsubscribed  evt_1  200  12 ms
✗  deal.won  evt_1              500  12 ms
  out of order
1 of 2 acknowledged`,
    );
    expect(attemptList([ok, ok], pipe)).not.toContain('thanks');
  });

  test('are none or very many', () => {
    expect(attemptList([], pipe)).toBe('');
    expect(
      attemptList(
        Array.from({ length: 200_000 }, () => attempt),
        pipe,
      ),
    ).toMatch(/0 of 200000 acknowledged$/);
  });

  test('show the first 500 characters of an answer, unpacked', () => {
    const body = gzipSync('y'.repeat(2_000));
    const response = { ...attempt.response!, headers: [['content-encoding', 'gzip']] as const, body };
    expect(attemptList([{ ...attempt, response }], pipe)).toMatch(/\n {2}y{500}…$/);
  });
});

describe('JSON', () => {
  test('of captures and attempts keeps its contract', () => {
    contract.capture(captureJson(capture));
    contract.captureList({ captures: [captureSummaryJson({ ...capture, bodySize: 1 })], nextCursor: null });
    contract.attempts({ attempts: [attemptJson(attempt)] });
    expect(captureJson({ ...capture, body: Buffer.from([255]) })).toMatchObject({
      bodyBase64: '/w==',
      bodySize: 1,
    });
    expect(attemptJson({ ...attempt, startedAt: NOW + 5 }, NOW)).toMatchObject({ offsetMs: 5 });
  });

  test('is one line', () => {
    expect(jsonLine({ a: 'x\n\u2028y\u007f' })).toBe('{"a":"x\\n\\u2028y\\u007f"}\n');
  });
});

describe('a provider', () => {
  test.each(providers)('$id: everything assumed is marked so', (provider) => {
    const shown = providerDetails(provider, pipe);
    const reasons = [
      provider.signature,
      provider.envelope,
      provider.success,
      provider.deadlineMs,
      provider.timeoutMs,
      provider.retry,
      provider.disable,
      provider.ipRanges,
      provider.https,
      ...provider.headers,
    ]
      .map(({ assumed }) => assumed)
      .filter((reason) => typeof reason === 'string');
    for (const reason of reasons) expect(shown).toContain(`(assumed: ${reason})`);
    for (const reason of provider.signatureAssumptions) expect(shown).toContain(`assumed: ${reason}`);
    for (const { name, payload } of provider.events) {
      const line = shown.split('\n').find((text) => text.startsWith(`  ${name}\t`));
      expect(line).toMatch(
        payload === 'synthetic' ? /SYNTHETIC: not in the documents$/ : new RegExp(`\t${payload}$`),
      );
    }
  });

  test('shows its schedule as people write it', async () => {
    expect(describeSchedule((await loadProvider('iverton')).retry.value)).toBe('1 m, 5 m, 30 m, 2 h, 24 h');
    expect(describeSchedule({ delaysSeconds: [] })).toBe('none');
  });
});
