import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseExactJson } from '../../../src/expect/exact-json.ts';
import { parseWhere } from '../../../src/expect/where.ts';

const BODY = `{
  "id": 9007199254740993,
  "data": {
    "amount": 12000, "price": "15000.50", "email": "john@acme.com", "note": null, "open": true, "text": "true",
    "tags": ["vip", 7, "8", {"a": 1}], "none": [], "items": [{"name": "Pen", "qty": 2}], "at": "2026-11-21T10:00:00Z",
    "a.b": {"c=d": 1}, "quoted": "\\"x\\"", "long": "${'y'.repeat(100)}", "bell": "\\u0007"
  }
}`;
const body = parseExactJson(BODY);
const ask = (condition: string): string | null => parseWhere(condition)(body);

describe('a condition holds', () => {
  test.each([
    'data.amount=12000',
    'data.amount==12000.0',
    ' data.amount = 1.2e4 ',
    'data.price=15000.50',
    'data.price="15000.50"',
    'data.price>15000',
    'data.price<=15000.5',
    'data.amount!=15000',
    'data.amount!="12000"',
    'data.amount>11999',
    'data.amount>=12000',
    'data.amount<12000.000000000000000001',
    'data.amount<=12000',
    'id=9007199254740993',
    'id>9007199254740992',
    'data.email',
    'data.note',
    'data.note=null',
    'data.open=true',
    'data.text=true',
    'data.text="true"',
    'data.email=john@acme.com',
    'data.email~@acme',
    'data.email~"acme"',
    'data.price~150',
    'data.tags~vip',
    'data.tags~7',
    'data.tags~8',
    'data.tags~{"a":1}',
    'data.items[0].name=Pen',
    'data.items.0.qty>1',
    'data.items=[{"qty":2,"name":"Pen"}]',
    'data.none=[]',
    'data.at>2026-11-01',
    'data.at<"2026-12"',
    'data["a.b"]["c=d"]=1',
    'data.quoted="\\"x\\""',
    'data.email!=',
  ])('%s', (condition) => {
    expect(ask(condition)).toBeNull();
  });
});

describe('a condition does not hold', () => {
  test.each([
    ['data.amount=15000', 'data.amount is 12000, not 15000'],
    ['data.amount="12000"', 'data.amount is 12000, not "12000"'],
    ['id=9007199254740992', 'id is 9007199254740993, not 9007199254740992'],
    ['id!=9007199254740993', 'id is 9007199254740993'],
    ['data.price=15000.5', 'data.price is "15000.50", not 15000.5'],
    ['data.amount>12000', 'data.amount is 12000, not > 12000'],
    ['data.amount<12000', 'data.amount is 12000, not < 12000'],
    ['data.email>5', 'data.email is "john@acme.com", not a number'],
    ['data.amount>abc', 'data.amount is 12000, not text'],
    ['data.nothing', 'there is no data.nothing'],
    ['data.nothing!=1', 'there is no data.nothing'],
    ['data.amount.more', 'there is no data.amount.more'],
    ['data.tags.length', 'there is no data.tags.length'],
    ['data.constructor', 'there is no data.constructor'],
    ['data.items[1]', 'there is no data.items[1]'],
    ['data.note=1', 'data.note is null, not 1'],
    ['data.open=false', 'data.open is true, not false'],
    ['data.open="true"', 'data.open is true, not "true"'],
    ['data.email~acne', 'data.email is "john@acme.com", without "acne"'],
    ['data.tags~gold', 'data.tags is a list of 4, without "gold"'],
    ['data.tags~"7"', 'data.tags is a list of 4, without "7"'],
    ['data.amount~1', 'data.amount is 12000, neither text nor a list'],
    ['data.items=[{"qty":"2","name":"Pen"}]', 'data.items is a list of 1, not the one wanted'],
    ['data=1', 'data is an object, not 1'],
    ['data.none=1', 'data.none is an empty list, not 1'],
    ['data.long=y', `data.long is "${'y'.repeat(39)}…", not "y"`],
    ['data.bell=x', 'data.bell is "\\u{7}", not "x"'],
    ['data.at>2027', 'data.at is "2026-11-21T10:00:00Z", not a number'],
  ])('%s', (condition, why) => {
    expect(ask(condition)).toBe(why);
  });
});

test.each([
  ['', 'an empty path'],
  ['=5', '=5'],
  ['a..b=1', 'a..b'],
  ['a[x]=1', 'a[x]'],
  ['data.amount>true', 'compares numbers or texts'],
  ['data.amount<=[1]', 'compares numbers or texts'],
])('%j is no condition', (condition, part) => {
  const parse = (): unknown => parseWhere(condition);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(part);
});

const key = fc.string({
  unit: fc.constantFrom('a', '.', '=', '!', '>', '~', '"', '[', '\\', 'é'),
  minLength: 1,
});

test('any key can be written in quotes, and any JSON on the right', () => {
  fc.assert(
    fc.property(key, fc.jsonValue({ maxDepth: 2 }), (name, value) => {
      const text = JSON.stringify(value);
      const where = `data[${JSON.stringify(name)}]=${text}`;
      const holds = parseExactJson(JSON.stringify({ data: { [name]: value } }));
      expect(parseWhere(where)(holds)).toBeNull();
      expect(parseWhere(where.replace(']=', ']!='))(holds)).not.toBeNull();
      expect(
        parseWhere(where)(parseExactJson(JSON.stringify({ data: { [name]: [value, 1] } }))),
      ).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('of two numbers exactly what is so holds', () => {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(number, number, (value, limit) => {
      const exact = parseExactJson(JSON.stringify({ n: value }));
      const holds = (operator: string): boolean =>
        parseWhere(`n${operator}${JSON.stringify(limit)}`)(exact) === null;
      expect(['=', '!=', '>', '>=', '<', '<='].map(holds)).toEqual([
        value === limit,
        value !== limit,
        value > limit,
        value >= limit,
        value < limit,
        value <= limit,
      ]);
    }),
    { numRuns: 300 },
  );
});

test('a condition of many quotes that are not closed is refused at once', () => {
  expect(() => parseWhere(`a["${'\\"'.repeat(60_000)}`)).toThrow(UsageError);
  expect(parseWhere('a["\\"=\\""]=1')(parseExactJson('{"a":{"\\"=\\"":1}}'))).toBeNull();
});
