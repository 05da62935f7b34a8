import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { hmac } from '../../../src/signing/digest.ts';
import type { Secret } from '../../../src/signing/scheme.ts';
import { verify } from '../../../src/signing/verify.ts';
import { vectorSchemes } from './vector-schemes.ts';

const body = Buffer.from('{"a":1}');
const now = 1_700_000_000_000;
const seconds = now / 1_000;

const judge = (id: string, headers: readonly Header[], secrets: readonly Secret[], at = now) =>
  verify(vectorSchemes[id]!, { headers, body }, secrets, { now: at });

describe('several signatures among fields', () => {
  const made = (secret: string, time: number = seconds): string =>
    hmac('sha256', secret, Buffer.from(`${time}.`), body).toString('hex');
  const header = (value: string): Header => ['Stripe-Signature', value];

  test('all of the field that counts are compared, others are not', () => {
    const both = header(`t=${seconds},v1=${made('old')},v1=${made('new')},v0=${made('other')}`);
    expect(judge('stripe', [both], ['new'])).toMatchObject({ ok: true, secretIndex: 0 });
    expect(judge('stripe', [both], ['old'])).toMatchObject({ ok: true, secretIndex: 0 });
    expect(judge('stripe', [both], ['none', 'new'])).toMatchObject({ ok: true, secretIndex: 1 });
    expect(judge('stripe', [both], ['other']).reason).toBe('no-match');
    expect(judge('stripe', [header(`t=${seconds},v0=${made('new')}`)], ['new'])).toMatchObject({
      reason: 'malformed-header',
      message: 'the Stripe-Signature header holds no v1; expected v1=<hex>',
    });
  });

  test('one that is malformed does not spoil the others, nor do blanks', () => {
    const value = ` t = ${seconds} , v1=zz,v1 = ${made('new').toUpperCase()} ,,=,v1`;
    expect(judge('stripe', [header(value)], ['new']).reason).toBe('valid');
  });

  test('the first of two times counts', () => {
    const value = `t=${seconds},t=1,v1=${made('new')}`;
    expect(judge('stripe', [header(value)], ['new']).reason).toBe('valid');
    expect(judge('stripe', [header(`t=1,t=${seconds},v1=${made('new')}`)], ['new']).reason).toBe('no-match');
  });

  test('a signature goes with the time of its own header, so an old one is not made fresh by another beside it', () => {
    const old = header(`t=${seconds - 900},v1=${made('new', seconds - 900)}`);
    const fresh = header(`t=${seconds},v1=${'0'.repeat(64)}`);
    expect(judge('stripe', [fresh, old], ['new']).reason).toBe('too-old');
    expect(judge('stripe', [old, fresh], ['new']).reason).toBe('too-old');
    const good = header(`t=${seconds},v1=${made('new')}`);
    expect(judge('stripe', [old, good], ['new']).reason).toBe('valid');
    expect(judge('stripe', [header(`v1=${made('new')}`), header('t=x,v1=0'), good], ['new']).reason).toBe(
      'valid',
    );
  });
});

describe('several signatures between blanks', () => {
  const made = (key: string): string =>
    hmac('sha256', Buffer.from(key), Buffer.from(`msg_1.${seconds}.`), body).toString('base64');
  const secret = (key: string): string => `whsec_${Buffer.from(key).toString('base64')}`;
  const headers = (value: string): Header[] => [
    ['svix-id', 'msg_1'],
    ['svix-timestamp', String(seconds)],
    ['svix-signature', value],
  ];

  test('are all compared, and versions that are not known are passed over', () => {
    const value = `v1a,${made('new')} v1,${made('old')}  v1,${made('new')}`;
    expect(judge('svix', headers(value), [secret('old')]).reason).toBe('valid');
    expect(judge('svix', headers(value), [secret('third'), secret('new')])).toMatchObject({
      ok: true,
      secretIndex: 1,
    });
    expect(judge('svix', headers(value), [secret('third')]).reason).toBe('no-match');
    expect(judge('svix', headers(`v2,${made('new')}`), [secret('new')]).reason).toBe('malformed-header');
    expect(judge('svix', headers(made('new')), [secret('new')]).reason).toBe('malformed-header');
  });
});

describe('signatures in headers of their own', () => {
  const made = (secret: string): string => hmac('sha256', secret, body).toString('base64');

  test('are compared wherever they stand, without a warning', () => {
    const headers: Header[] = [
      ['x-docusign-signature-2', made('two')],
      ['X-DocuSign-Signature-1', made('one')],
    ];
    expect(judge('docusign', headers, ['two'])).toMatchObject({ ok: true, header: 'X-DocuSign-Signature-2' });
    expect(judge('docusign', headers, ['two'])).not.toHaveProperty('warnings');
    expect(judge('docusign', headers, ['none', 'one', 'two'])).toMatchObject({ secretIndex: 1 });
    expect(judge('docusign', headers.slice(0, 1), ['two']).reason).toBe('valid');
    expect(judge('docusign', headers, ['none']).reason).toBe('no-match');
    expect(judge('docusign', [['X-DocuSign-Signature-9', made('one')]], ['one']).reason).toBe(
      'missing-header',
    );
  });

  test('may be several of one name, and several in one', () => {
    const headers: Header[] = [
      ['X-Hookdeck-Signature', `${made('old')}, ${made('new')}`],
      ['x-hookdeck-signature', 'junk'],
    ];
    expect(judge('hookdeck', headers, ['new']).reason).toBe('valid');
  });
});

test('a crowd of signatures over a large body is answered soon', () => {
  const large = Buffer.alloc(8 * 1024 * 1024, 'a');
  const crowd = Array.from({ length: 300 }, (_, at): Header => [
    'Stripe-Signature',
    `t=${seconds - at},v1=${'0'.repeat(64)}`,
  ]);
  const started = performance.now();
  expect(verify(vectorSchemes['stripe']!, { headers: crowd, body: large }, ['secret'], { now }).reason).toBe(
    'no-match',
  );
  // All 300 would be 2.4 GB to digest.
  expect(performance.now() - started).toBeLessThan(5_000);
});
