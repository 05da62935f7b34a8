import fc from 'fast-check';

/** Characters that must never reach a terminal as they are: they move its cursor, colour it, answer it, or turn text around. */
export const HOSTILE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const characters = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => HOSTILE.test(character) || character === '\n',
);

export const SEQUENCES = [
  '\u001b[31mred',
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u009b31m',
  '\u009d0;title\u009c',
  'over\rwritten',
  'back\b\b\b\bspace',
  'bell\u0007',
  'next\nline',
  '\u202egnp.exe\u202c',
  '\u2066isolated\u2069',
  '\u0000',
  '\u007f',
];

/** Text full of them. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SEQUENCES),
      fc.constantFrom(...characters),
      fc.constantFrom('a', 'é', '日', '🚀', '"', '\\'),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));
