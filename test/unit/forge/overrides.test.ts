import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyOverrides, parseOverride } from '../../../src/forge/overrides.ts';
import type { JsonPath } from '../../../src/model/json-path.ts';
import { thrownBy } from '../../support/thrown.ts';

describe('an override', () => {
  test.each<[string, JsonPath, unknown]>([
    ['data.amount=15000', ['data', 'amount'], 15_000],
    ['data.amount=-1.5e3', ['data', 'amount'], -1_500],
    ['ok=true', ['ok'], true],
    ['ok=null', ['ok'], null],
    ['name=Ada Lovelace', ['name'], 'Ada Lovelace'],
    ['name="15000"', ['name'], '15000'],
    ['name=', ['name'], ''],
    ['name=""', ['name'], ''],
    ['name=a=b', ['name'], 'a=b'],
    ['name=True', ['name'], 'True'],
    ['zip=01234', ['zip'], '01234'],
    ['when=2026-11-21', ['when'], '2026-11-21'],
    ['tags=["a","b"]', ['tags'], ['a', 'b']],
    ['tags[0]=new', ['tags', 0], 'new'],
    ['data.tags.1={"a":[1,{"b":null}]}', ['data', 'tags', 1], { a: [1, { b: null }] }],
    ['data["a.b"].c=1', ['data', 'a.b', 'c'], 1],
    ['["a=b"]=1', ['a=b'], 1],
    ['data["a=b"]["c]=d"]=x', ['data', 'a=b', 'c]=d'], 'x'],
    ['data["say \\"=\\""]=x', ['data', 'say "="'], 'x'],
    ['__proto__.polluted=true', ['__proto__', 'polluted'], true],
    ['largest=9007199254740991', ['largest'], 9_007_199_254_740_991],
    ['text="12345678901234567890"', ['text'], '12345678901234567890'],
    ['list=["12345678901234567890 \\" 1e999"]', ['list'], ['12345678901234567890 " 1e999']],
  ])('%s', (text, path, value) => {
    expect(parseOverride(text)).toEqual({ path, value });
  });

  test.each([
    ['data.amount', 'ERR_USAGE', /sets nothing/],
    ['', 'ERR_USAGE', /sets nothing/],
    ['=5', 'ERR_USAGE', /sets nothing/],
    ['data..amount=5', 'ERR_USAGE', /not a path/],
    ['data[x]=5', 'ERR_USAGE', /not a path/],
    ['data["\\q"]=5', 'ERR_USAGE', /not a path/],
    ['a={"b":1', 'ERR_INVALID_JSON', /cannot set a=\{"b":1: not valid JSON/],
    ['a=[1,2', 'ERR_INVALID_JSON', /not valid JSON/],
    ['a="text', 'ERR_INVALID_JSON', /not valid JSON/],
    ['a= {b:1}', 'ERR_INVALID_JSON', /not valid JSON/],
    ['a=12345678901234567890', 'ERR_USAGE', /12345678901234567890 would be sent as 12345678901234567000/],
    ['a=-9007199254740993', 'ERR_USAGE', /would be sent as/],
    ['a=1e999', 'ERR_USAGE', /1e999 would be sent as null/],
    ['a=[1,{"b":12345678901234567890}]', 'ERR_USAGE', /12345678901234567890 would be sent as/],
  ])('not %s', (text, code, message) => {
    expect(thrownBy(() => parseOverride(text))).toMatchObject({
      name: 'UsageError',
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  test('any JSON value means itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(json));
        expect(parseOverride(`a=${json}`)).toEqual({ path: ['a'], value: JSON.parse(json) });
      }),
    );
  });
});

describe('several overrides', () => {
  const set = (root: unknown, ...texts: string[]): unknown => applyOverrides(root, texts.map(parseOverride));

  test('are applied in order', () => {
    expect(set({ a: 1 }, 'a=2', 'b.c=3', 'b.d=4', 'b.c=5')).toEqual({ a: 2, b: { c: 5, d: 4 } });
  });

  test('append to an array one after the other', () => {
    expect(set({ tags: ['old'] }, 'tags[1]=a', 'tags[2]=b')).toEqual({ tags: ['old', 'a', 'b'] });
    expect(set({}, 'tags[0]=a', 'tags[1]=b')).toEqual({ tags: ['a', 'b'] });
  });

  test('that do not fit say where', () => {
    expect(thrownBy(() => set({ tags: ['old'] }, 'tags[3]=x'))).toMatchObject({
      name: 'UsageError',
      message: 'there is no place "3" in an array of 1',
    });
    expect(thrownBy(() => set({ name: 'Ada' }, 'name.first=x'))).toMatchObject({
      name: 'UsageError',
      message: '"first" cannot be set in "Ada"',
    });
  });
});

test('many keys in brackets are read in one way only', () => {
  expect(thrownBy(() => parseOverride('["a"]'.repeat(2_000)))).toMatchObject({ code: 'ERR_USAGE' });
});
