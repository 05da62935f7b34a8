import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotations, stepSummary } from '../../../src/smoke/github.ts';
import { groupChecks } from '../../../src/smoke/group.ts';
import { escapeXml, junitReport } from '../../../src/smoke/junit.ts';
import type { SmokeCheck } from '../../../src/smoke/smoke.ts';
import { smokeText } from '../../../src/cli/render/smoke.ts';
import { termOf } from '../../support/term.ts';
import { parseXml } from './xml.ts';

const check = (id: string, status: SmokeCheck['status'], more: Partial<SmokeCheck> = {}): SmokeCheck => ({
  id,
  title: `does ${id}`,
  status,
  message: '',
  hint: null,
  durationMs: 12,
  ...more,
});

const delivery = (
  eventType: string,
  status: SmokeCheck['status'],
  more: Partial<SmokeCheck> = {},
): SmokeCheck => check('R01', status, { title: `acknowledges ${eventType}`, eventType, ...more });

const all: readonly SmokeCheck[] = [
  delivery('deal.won', 'passed'),
  delivery('deal.lost', 'failed', {
    message: 'answered 500, expected 2xx: <b>"a" & \'b\'</b>\u0000\u001b[31m\ud800 100%',
    hint: 'see its log',
    durationMs: 1_234,
  }),
  check('R02', 'warned', { message: 'answered 500', hint: 'answer 401' }),
  check('R03', 'skipped', { message: 'no secret' }),
];

describe('the JUnit report', () => {
  test('has a case for each check', () => {
    const suites = parseXml(junitReport(all, 'iverton', false));
    const sums = { tests: '4', failures: '1', errors: '0', skipped: '1', time: '1.270' };
    expect(suites).toMatchObject({ name: 'testsuites', attributes: { name: 'webhook-cli smoke', ...sums } });
    const [suite] = suites.children;
    expect(suite).toMatchObject({
      name: 'testsuite',
      attributes: { name: 'webhook-cli smoke iverton', ...sums },
    });
    expect(
      suite!.children.map(({ name, attributes, children }) => [
        name,
        attributes['classname'],
        attributes['name'],
        attributes['time'],
        children.map((child) => [child.name, child.attributes, child.text]),
      ]),
    ).toEqual([
      ['testcase', 'iverton', 'R01 acknowledges deal.won', '0.012', []],
      [
        'testcase',
        'iverton',
        'R01 acknowledges deal.lost',
        '1.234',
        [
          [
            'failure',
            {
              message: 'answered 500, expected 2xx: <b>"a" & \'b\'</b>\ufffd\ufffd[31m\ufffd 100%',
              type: 'R01',
            },
            'answered 500, expected 2xx: <b>"a" & \'b\'</b>\ufffd\ufffd[31m\ufffd 100%\nhint: see its log',
          ],
        ],
      ],
      [
        'testcase',
        'iverton',
        'R02 does R02',
        '0.012',
        [['system-out', {}, 'warning: answered 500\nhint: answer 401']],
      ],
      ['testcase', 'iverton', 'R03 does R03', '0.012', [['skipped', { message: 'no secret' }, '']]],
    ]);
  });

  test('counts warnings as failures where they are', () => {
    const [suite] = parseXml(junitReport(all, 'iverton', true)).children;
    expect(suite!.attributes).toMatchObject({ failures: '2' });
    expect(suite!.children[2]!.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'R02' } });
  });

  test('gives back any text that XML can hold', () => {
    // Code points of any kind, halves of characters among them, and often those that matter here.
    const point = fc.oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.integer({ min: 0, max: 0x7f }));
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const given = String.fromCodePoint(...points);
        const expected = given.replace(
          // oxlint-disable-next-line no-control-regex
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu,
          '\ufffd',
        );
        const root = parseXml(`<a b="${escapeXml(given)}">${escapeXml(given)}</a>`);
        expect([root.attributes['b'], root.text]).toEqual([expected, expected]);
      }),
    );
  });
});

describe('annotations', () => {
  test('are one line each, escaped as documented', () => {
    expect(
      annotations(
        all.map((one) => ({ ...one, message: one.message.slice(0, 30) })),
        false,
      ),
    ).toEqual([
      '::error title=webhook-cli R01::acknowledges deal.lost: answered 500, expected 2xx: <b%0Ahint: see its log',
      '::warning title=webhook-cli R02::does R02: answered 500%0Ahint: answer 401',
    ]);
    const [odd] = annotations([check('R:0,1%', 'failed', { message: '100%\r\n::error::x' })], false);
    expect(odd).toBe('::error title=webhook-cli R%3A0%2C1%25::does R:0,1%25: 100%25%0D%0A::error::x');
  });

  test('are errors for warnings too where those fail', () => {
    expect(annotations(all, true).map((line) => line.split(' ')[0])).toEqual(['::error', '::error']);
  });

  test('say the same of many event types once', () => {
    const many = ['a.b', 'a.c', 'a.d', 'a.e'].map((type) =>
      delivery(type, 'failed', { message: 'answered 401' }),
    );
    expect(annotations([...many, delivery('a.f', 'passed')], false)).toEqual([
      '::error title=webhook-cli R01::acknowledges a.b, a.c, a.d and 1 more: answered 401',
    ]);
  });
});

describe('the summary of a job', () => {
  test('is a table in which text stays text', () => {
    const evil = check('R02', 'failed', {
      message: 'a | b\n<img src=x> `code` **bold** [link](http://x)',
      hint: 'c',
    });
    expect(stepSummary([delivery('deal.won', 'passed'), evil], 'Iverton AI').split('\n')).toEqual([
      '### webhook-cli smoke: Iverton AI',
      '',
      '| | Rule | The app | Seen |',
      '| --- | --- | --- | --- |',
      '| ✅ | R01 | acknowledges deal.won |  |',
      '| ❌ | R02 | does R02 | a &#124; b &lt;img src=x&gt; &#96;code&#96; &#42;&#42;bold&#42;&#42; &#91;link&#93;&#40;http://x&#41;<br>hint: c |',
      '',
      '1 passed, 1 failed, 0 with a warning, 0 skipped',
      '',
      '',
    ]);
  });
});

describe('for people', () => {
  test('event types that fare alike are one line', () => {
    const types = ['a.b', 'a.c', 'a.d'];
    expect(groupChecks(types.map((type) => delivery(type, 'passed')))).toEqual([
      check('R01', 'passed', { title: 'acknowledges each of 3 event types', durationMs: 36 }),
    ]);
    const hint = (type: string): string => `see: providers show iverton ${type}`;
    const mixed = [
      delivery('a.a', 'passed'),
      delivery('a.b', 'failed', { message: 'answered 400', hint: hint('a.b') }),
      delivery('a.c', 'passed'),
      delivery('a.d', 'failed', { message: 'answered 400', hint: hint('a.d') }),
      delivery('a.e', 'failed', { message: 'answered 500', hint: hint('a.e') }),
    ];
    expect(groupChecks(mixed).map(({ title, hint }) => [title, hint])).toEqual([
      ['acknowledges 2 of 5 event types', null],
      ['acknowledges a.b, a.d', 'see: providers show iverton'],
      ['acknowledges a.e', hint('a.e')],
    ]);
  });

  test('a report shows no query of the URL, and the sum of all checks', async () => {
    const text = smokeText(
      { providerName: 'Iverton AI', url: 'http://127.0.0.1:3000/hooks?token=t', checks: all, isStrict: true },
      await termOf({ isTTY: false }),
    );
    expect(text.split('\n')).toEqual([
      'Iverton AI to http://127.0.0.1:3000/hooks',
      '',
      '✓  R01  acknowledges deal.won  12 ms',
      '✗  R01  acknowledges deal.lost  1.2 s',
      expect.stringMatching(/^ {8}answered 500, expected 2xx: <b>/),
      '        hint: see its log',
      '!  R02  does R02  12 ms',
      '        answered 500',
      '        hint: answer 401',
      '-  R03  does R03  12 ms',
      '        no secret',
      '',
      '1 passed, 1 failed, 1 with a warning, 1 skipped',
    ]);
  });
});
