import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyJson, readJson, sourceOf, type Json } from '../../../../src/inspector/page/ui/json.ts';

function read(text: string): Json {
  const json = readJson(text);
  if ('problem' in json) throw new Error(json.problem);
  return json;
}

it('keeps numbers and strings as they are written', () => {
  const json = read('{"a":10.0,"b":12345678901234567890,"c":1E+5,"d":-0,"e":"\\u00e9\\/"}');
  const values = json.root.entries.map(({ name, node }) => [name, sourceOf(json.text, node)]);
  expect(values).toEqual([
    ['"a"', '10.0'],
    ['"b"', '12345678901234567890'],
    ['"c"', '1E+5'],
    ['"d"', '-0'],
    ['"e"', '"\\u00e9\\/"'],
  ]);
});

it('keeps the order of names, and those that occur twice', () => {
  const json = read('{"2":1,"1":2,"2":3,"__proto__":4}');
  expect(json.root.entries.map(({ name }) => name)).toEqual(['"2"', '"1"', '"2"', '"__proto__"']);
});

it('writes one value a line', () => {
  const text = '{"a":[1.50,{"b":null}],"c":{},"d":[],"e":"x"}';
  const pretty = prettyJson(read(text));
  expect(pretty).toBe(
    '{\n  "a": [\n    1.50,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": [],\n  "e": "x"\n}',
  );
  expect(prettyJson(read(pretty))).toBe(pretty);
});

it.each(['{"a":1,}', '// x\n{}', '{a:1}', '[1', '', '01', '{"a":1} 2'])('takes %j for no JSON', (text) => {
  expect(readJson(text)).toEqual({ problem: expect.stringMatching(/^Cannot be read as JSON: /) });
});

it('refuses what is nested too deeply instead of failing', () => {
  const depth = 200_000;
  const json = readJson('['.repeat(depth) + ']'.repeat(depth));
  expect(json).toEqual({ problem: expect.any(String) });
});

it('takes exactly what JSON.parse takes, and reads the same values', () => {
  const agrees = (text: string): void => {
    let expected: unknown;
    let isJson = true;
    try {
      expected = JSON.parse(text);
    } catch {
      isJson = false;
    }
    const json = readJson(text);
    expect('problem' in json).toBe(!isJson);
    if (!('problem' in json)) expect(JSON.parse(prettyJson(json))).toEqual(expected);
  };
  fc.assert(fc.property(fc.json(), agrees));
  const pieces = fc.constantFrom(
    ...'{}[],:"\\ \n\t01-.eE+',
    '"a"',
    'true',
    'null',
    '1.50',
    '"\\u00e9"',
    '\u0001',
    'x',
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
      agrees,
    ),
    { numRuns: 3_000 },
  );
});
